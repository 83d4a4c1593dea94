/** Counts of a test run, from the JUnit report that `deno test` writes. */
export interface Counts {
  passed: number;
  failed: number;
}

/** Tests that ran: those that were left out do not count. */
export function countTests(report: string): Counts {
  const head = report.match(/<testsuites [^>]*>/)?.[0] ?? "";
  const count = (attribute: string) => Number(head.match(new RegExp(`\\b${attribute}="(\\d+)"`))?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const leftOut = report.match(/<skipped/g)?.length ?? 0;
  return { passed: count("tests") - failed - leftOut, failed };
}
