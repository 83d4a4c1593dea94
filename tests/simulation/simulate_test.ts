import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoRun } from "../deno_run.ts";

async function simulate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const script = new URL("./simulate.ts", import.meta.url).pathname;
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: denoRun(script, ...args),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("simulate: nothing found is exit code 0 and one line", async () => {
  const { code, out } = await simulate("--seeds", "5", "--from", "40");
  assertEquals(code, 0);
  assertStringIncludes(out, "seeds 40 to 44: 0 violations in ");
});

Deno.test("simulate: a violation is exit code 1, told with a line that shows it again", async () => {
  const { code, out } = await simulate("--seeds", "3", "--plant", "releases-without-reading");
  assertEquals(code, 1);
  assertStringIncludes(out, "seed 1: release, at ");
  const line = out.match(/run it again: deno task simulate (.+)/)?.[1] ?? "";
  const again = await simulate(...line.split(" "));
  assertEquals(again.code, 1);
  assertStringIncludes(again.out, "✗ release");
  assertEquals((await simulate(...line.split(" ").slice(2))).code, 0, "without the defect nothing is wrong");
});

Deno.test("simulate: wrong arguments are exit code 2 and one line", async () => {
  const wrong = { "--seeds x": "--seeds x", "--plant none": "keeps-leading-after-another-holder", "--frm 3": "--frm" };
  for (const [args, text] of Object.entries(wrong)) {
    const { code, err } = await simulate(...args.split(" "));
    assertEquals(code, 2);
    assertStringIncludes(err, text);
    assertEquals(err.trim().split("\n").length, 1);
  }
});
