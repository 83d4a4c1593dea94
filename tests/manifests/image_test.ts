import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { VARIABLES } from "../../src/environment.ts";
import { botContainer, buildArguments, permissionFlags, textOf, theOnly } from "./project_files.ts";

const dockerfile = textOf("Dockerfile");

/** The arguments of the last instruction of this name, `\` at the end of a line not being used here. */
function instruction(name: string): string | undefined {
  return dockerfile.match(new RegExp(`^${name} (.*)$`, "gm"))?.at(-1)?.slice(name.length + 1);
}

Deno.test("the image is distroless and its user is the Deployment's", () => {
  assertEquals(instruction("FROM"), "gcr.io/distroless/cc-debian12:nonroot");
  const security = theOnly("Deployment").spec?.template.spec?.securityContext;
  assertEquals(instruction("USER"), `${security?.runAsUser}:${security?.runAsGroup}`);
});

Deno.test("no instruction of the image needs a shell", () => {
  const binary = "/usr/local/bin/hivemind-bot";
  assertEquals(instruction("ENTRYPOINT"), `["${binary}"]`);
  assertEquals(instruction("CMD"), `["run"]`);
  assertMatch(instruction("HEALTHCHECK") ?? "", new RegExp(` CMD \\["${binary}", "healthcheck"\\]$`));
  assertEquals(dockerfile.split(/^FROM gcr/m)[1]?.match(/^RUN /m), null);
});

Deno.test("the image exposes the port of the probes", () => {
  assertEquals(instruction("EXPOSE"), `${botContainer().ports?.[0]?.containerPort}`);
});

Deno.test("the image is built by the task, into the file that is copied", () => {
  assertStringIncludes(dockerfile, "deno task build\n");
  const output = buildArguments()[buildArguments().indexOf("--output") + 1];
  assertStringIncludes(dockerfile, `COPY --from=build /src/${output} `);
});

Deno.test("the build's folder holds all that the build reads", () => {
  const kept = textOf(".dockerignore").match(/^!.+$/gm)?.map((line) => line.slice(1)) ?? [];
  assertEquals(kept, ["deno.json", "deno.lock", "lint", "main.ts", "offline", "proto", "src"]);
});

Deno.test("the image's tag is the version of the project", () => {
  const { name, version } = JSON.parse(textOf("deno.json"));
  assertEquals(name, "@hivemind/bot");
  assertEquals(botContainer().image, `hivemind-bot:${version}`);
  assertStringIncludes(textOf("k8s/kustomization.yaml"), `newTag: ${version}`);
});

Deno.test("the binary may read every variable of the configuration, also as a file", () => {
  const flag = permissionFlags().find((word) => word.startsWith("--allow-env="));
  const patterns = flag?.slice("--allow-env=".length).split(",") ?? [];
  const allows = (name: string) =>
    patterns.some((pattern) => pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
  assertEquals(VARIABLES.flatMap((name) => [name, `${name}_FILE`]).filter((name) => !allows(name)), []);
  for (const pattern of patterns) {
    const prefix = pattern.replace(/\*$/, "");
    assert(VARIABLES.some((name) => name.startsWith(prefix)), `${pattern} allows nothing that is read`);
  }
});

Deno.test("the binary never asks, starts no process and loads no library", () => {
  const flags = permissionFlags().map((word) => word.replace(/=.*/, ""));
  assert(flags.includes("--no-prompt"));
  for (const flag of ["--allow-all", "--allow-run", "--allow-ffi", "--allow-import"]) assert(!flags.includes(flag));
});

Deno.test("the heap stays below the memory limit, with room for what is not heap", () => {
  const heapMiB = Number(buildArguments().find((word) => word.includes("max-old-space-size"))?.match(/\d+$/)?.[0]);
  const limitMiB = Number(botContainer().resources?.limits?.memory?.match(/^(\d+)Mi$/)?.[1]);
  assertGreater(limitMiB, heapMiB + 100);
});
