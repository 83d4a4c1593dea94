import { assertEquals } from "@std/assert";
import { countTests } from "./junit.ts";

Deno.test("tests that were left out count neither as passed nor as failed", () => {
  const report = `<testsuites name="deno test" tests="5" failures="1" errors="0" time="1">
    <testcase><skipped/></testcase><testcase><failure/></testcase></testsuites>`;
  assertEquals(countTests(report), { passed: 3, failed: 1 });
});

Deno.test("a report that was never written counts nothing", () => {
  assertEquals(countTests(""), { passed: 0, failed: 0 });
});
