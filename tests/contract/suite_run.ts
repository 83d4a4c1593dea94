// deno-lint-ignore-file no-console -- contract tasks speak to the terminal
/** Runs a file of tests for a contract task. */

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
    const text = await Deno.readTextFile(report);
    const ignored = text.match(/<skipped/g)?.length ?? 0;
    const xml = await Deno.readTextFile(report);
    const head = xml.match(/<testsuites [^>]*>/)?.[0] ?? "";
    const count = (name: string) => Number(head.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
    const failed = count("failures") + count("errors");
    const leftOut = xml.match(/<skipped/g)?.length ?? 0;
    const passed = count("tests") - failed - leftOut;
    console.log(`\n${passed} passed, ${success ? failed : Math.max(1, failed)} failed`);
    return success && count("tests") > 0;
  } finally {
    await Deno.remove(report);
  }
}
