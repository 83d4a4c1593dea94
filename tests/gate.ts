// deno-lint-ignore-file no-console -- its output is what people and CI read
/**
 * The one gate: format, lint, types, all tests. Ends with `N passed, N failed`; exit code 0 only when nothing failed.
 *
 *     deno task test
 *
 * Everything runs even when an early part fails, so that one run tells all.
 */
import { type Counts, countTests } from "./junit.ts";

function deno(args: string[]): Promise<Deno.CommandStatus> {
  return new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().status;
}

/** The copy of `deno.lock` that `offline/run.ts` made. */
const lock = Deno.env.get("HIVEMIND_LOCK");
if (lock === undefined) {
  console.error("HIVEMIND_LOCK is not set; run the gate as `deno task test`.");
  Deno.exit(2);
}

async function check(name: string, args: string[]): Promise<Counts> {
  console.log(`\n── ${name}: deno ${args[0]}`);
  const { success: ok } = await deno(args);
  console.log(`${ok ? "✓" : "✗"} ${name}`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

/** In a process of its own, because Deno itself sometimes dies of it; the file says how. */
const FRAGILE = "tests/backend/grpc_nonsense_test.ts";
/** Of a run that Deno's own death ended. */
const ATTEMPTS = 3;

/** Runs tests and counts them from the report that the runner writes. */
async function tests(name: string, args: string[]): Promise<Counts> {
  console.log(`\n── ${name}: deno test`);
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  const command = ["test", `--lock=${lock}`, "-A", "--no-check", `--junit-path=${report}`, ...args];
  let status = await deno(command);
  for (let attempt = 2; status.signal !== null && attempt <= ATTEMPTS; attempt++) {
    console.log(`Deno ended by ${status.signal}; attempt ${attempt} of ${ATTEMPTS}`);
    status = await deno(command);
  }
  const { passed, failed } = countTests(await Deno.readTextFile(report));
  await Deno.remove(report);
  return { passed, failed: status.success ? failed : Math.max(1, failed) };
}

const outcomes = [
  await check("format", ["fmt", "--check"]),
  await check("lint and import directions", ["lint"]),
  await check("types", ["check", "--quiet", `--lock=${lock}`, "."]),
  await tests("tests", ["--parallel", `--ignore=${FRAGILE}`, "tests"]),
  await tests("tests that need a process of their own", [FRAGILE]),
];
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
