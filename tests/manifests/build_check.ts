// deno-lint-ignore-file no-console -- it speaks to the terminal
/**
 * `deno task build:check`: the build of the image, where the image cannot be built. `deno compile` needs a runtime part that it
 * downloads; here this very deno stands in for it, so that everything else of the build is done (types, graph, bundle, embedding),
 * and its output does not run. The bundle alone is then run with the permissions of the binary.
 */
import { buildArguments, permissionFlags, textOf } from "./project_files.ts";

const ENTRY = "main.ts";

const { version } = JSON.parse(textOf("deno.json"));
const dir = await Deno.makeTempDir({ prefix: "hivemind-build-" });
const root = new URL("../../", import.meta.url).pathname;
const lock = Deno.env.get("HIVEMIND_LOCK");
const locked = lock === undefined ? [] : [`--lock=${lock}`];

async function deno(args: string[], env: Record<string, string> = {}): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), { args, env, cwd: root, stdout: "inherit" }).spawn()
    .status;
  if (!success) throw new Error(`deno ${args[0]} failed; its output is above`);
}

/** What the bundle says, and its exit code, with the rights of the binary and an environment without settings. */
async function bundled(bundle: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--cached-only", ...permissionFlags(), bundle, ...args],
    clearEnv: true,
    env: { NO_COLOR: "1", HOME: dir },
    cwd: dir,
  });
  const { code, stdout, stderr } = await command.output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

function expect(what: string, holds: boolean, got: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(got)}`);
  console.log(`ok   ${what}`);
}

async function check(): Promise<void> {
  const output = `${dir}/hivemind-bot`;
  const build = buildArguments().with(buildArguments().indexOf("--output") + 1, output);
  await deno(["compile", ...locked, ...build], { DENORT_BIN: Deno.execPath() });
  expect("the build goes through", (await Deno.stat(output)).size > 0, output);

  const bundle = `${dir}/bundle.js`;
  await deno(["bundle", ...locked, "--quiet", "--platform", "deno", "--minify", "--output", bundle, ENTRY]);
  const megabytes = ((await Deno.stat(bundle)).size / 1e6).toFixed(1);
  const shown = await bundled(bundle, "--version");
  expect(`the bundle (${megabytes} MB) runs and says its version`, shown.output.trim() === version, shown);
  const started = await bundled(bundle);
  expect(
    "without settings it says what is missing",
    started.code === 2 && started.output.includes("DISCORD_BOT_TOKEN is not set"),
    started,
  );
  console.log("\nBuild only: the runtime part of the binary was not there, and so the binary itself has not run.");
}

try {
  await check();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
} finally {
  await Deno.remove(dir, { recursive: true });
}
