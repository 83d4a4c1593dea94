import { assertEquals, assertRejects } from "@std/assert";
import { findNamespace, readCredentials } from "../../src/election/service_account.ts";
import { Failure } from "../../src/failure.ts";
import { type Line, logInto } from "./replicas.ts";

async function withMount(
  files: Record<string, string>,
  run: (dir: string, lines: Line[]) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${dir}/${name}`, text);
    await run(dir, []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("POD_NAMESPACE comes before the mount", () =>
  withMount({ namespace: "mounted" }, async (dir, lines) => {
    assertEquals(await findNamespace(logInto(lines), { podNamespace: "hivemind", serviceAccountDir: dir }), "hivemind");
    assertEquals(lines, [{
      level: "info",
      msg: "using namespace from POD_NAMESPACE env var",
      fields: { namespace: "hivemind" },
    }]);
  }));

Deno.test("without POD_NAMESPACE the mount tells the namespace", () =>
  withMount({ namespace: "hivemind\n" }, async (dir, lines) => {
    assertEquals(await findNamespace(logInto(lines), { serviceAccountDir: dir }), "hivemind");
    assertEquals(lines[0]?.msg, "detected namespace from service account");
  }));

Deno.test("without either it is default, with a warning", () =>
  withMount({}, async (dir, lines) => {
    assertEquals(await findNamespace(logInto(lines), { serviceAccountDir: dir }), "default");
    assertEquals(lines[0]?.level, "warn");
  }));

Deno.test("credentials are those of the moment", () =>
  withMount({ token: "first\n", "ca.crt": "CA" }, async (dir) => {
    assertEquals(await readCredentials(dir), { token: "first", ca: "CA" });
    await Deno.writeTextFile(`${dir}/token`, "second");
    assertEquals((await readCredentials(dir)).token, "second");
    await Deno.remove(`${dir}/ca.crt`);
    assertEquals((await assertRejects(() => readCredentials(dir), Failure)).kind, "refused_token");
  }));
