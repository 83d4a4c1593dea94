// deno-lint-ignore-file no-console -- contract tasks speak to the terminal
/** Runs a file of tests for a contract task. */
import { countTests } from "../junit.ts";

/**
 * Runs the tests as a process of its own, shows their output and, as the last line, `N passed, N failed`.
 *
 * @returns whether there were any and all of them passed
 */
export async function runSuite(path: string, env: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const lock = Deno.env.get("HIVEMIND_LOCK");
    const locked = lock === undefined ? [] : [`--lock=${lock}`];
    const args = ["test", ...locked, "-A", `--junit-path=${report}`, path];
    const { success } = await new Deno.Command(Deno.execPath(), { args, env }).spawn().status;
    const { passed, failed } = countTests(await Deno.readTextFile(report));
    console.log(`\n${passed} passed, ${success ? failed : Math.max(1, failed)} failed`);
    return success && passed > 0;
  } finally {
    await Deno.remove(report);
  }
}
