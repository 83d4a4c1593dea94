// deno-lint-ignore-file no-console -- its output is what people and CI read
/**
 * The one gate: format, lint, types, all tests. Ends with `N passed, N failed`; exit code 0 only when nothing failed.
 *
 *     deno task test
 *
 * Everything runs even when an early part fails, so that one run tells all.
 */

interface Outcome {
  passed: number;
  failed: number;
}

async function deno(args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().status;
  return success;
}

/** The copy of `deno.lock` that `offline/run.ts` made. */
const lock = Deno.env.get("HIVEMIND_LOCK");
if (lock === undefined) {
  console.error("HIVEMIND_LOCK is not set; run the gate as `deno task test`.");
  Deno.exit(2);
}

async function check(name: string, args: string[]): Promise<Outcome> {
  console.log(`\n── ${name}: deno ${args[0]}`);
  const ok = await deno(args);
  console.log(`${ok ? "✓" : "✗"} ${name}`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

/** Runs all tests and counts them from the report that the runner writes. */
async function tests(): Promise<Outcome> {
  console.log("\n── tests: deno test");
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  const ok = await deno([
    "test",
    `--lock=${lock}`,
    "-A",
    "--no-check",
    "--parallel",
    `--junit-path=${report}`,
    "tests",
  ]);
  const head = (await Deno.readTextFile(report)).match(/<testsuites [^>]*>/)?.[0] ?? "";
  await Deno.remove(report);
  const count = (attribute: string) => Number(head.match(new RegExp(`\\b${attribute}="(\\d+)"`))?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed, failed: ok ? failed : Math.max(1, failed) };
}

const outcomes = [
  await check("format", ["fmt", "--check"]),
  await check("lint and import directions", ["lint"]),
  await check("types", ["check", "--quiet", `--lock=${lock}`, "."]),
  await tests(),
];
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
