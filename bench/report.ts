// deno-lint-ignore-file no-console -- this is what the reader of the benchmark sees
/** The results, as a table to read. */
import type { Figures } from "./figures.ts";
import type { Goal } from "./goals.ts";
import type { IdleRow } from "./idle.ts";

const GOAL_COLUMN = 6;

/** One line of the table of times. Milliseconds. */
export interface TimesRow {
  readonly title: string;
  readonly trials: number;
  readonly figures: Figures | undefined;
  /** With whether it is met. */
  readonly goal?: Goal & { readonly isMet: boolean };
}

/** Tells on the other stream what goes on, so that the results alone can be kept. */
export function progress(text: string): void {
  console.error(text);
}

export function printTimes(title: string, rows: readonly TimesRow[]): void {
  const hasGoals = rows.some(({ goal }) => goal !== undefined);
  const heads = [title, "trials", "min", "p50", "p95", "max", ...(hasGoals ? ["goal p50 (p95)"] : [])];
  const cells = rows.map(({ figures, goal, title, trials }) => [
    title,
    String(trials),
    ...(["min", "p50", "p95", "max"] as const).map((name) => seconds(figures?.[name])),
    ...(goal === undefined ? [] : [`${goal.isMet ? "✓" : "✗"} ≤ ${goalText(goal)}`]),
  ]);
  printTable([heads, ...cells]);
}

export function printIdle(
  title: string,
  { isMet, rows, goal }: { isMet: boolean; rows: readonly IdleRow[]; goal: string },
) {
  const verbs = ["update", "get", "create", "watch"] as const;
  const cells = rows.map(({ isLeader, perMinute, replica }) => [
    `${replica}${isLeader ? ", the leader" : ""}`,
    ...verbs.map((verb) => perMinute[verb].toFixed(1)),
  ]);
  const sums = verbs.map((verb) => rows.reduce((sum, { perMinute }) => sum + perMinute[verb], 0).toFixed(1));
  printTable([[title, "PUT", "GET", "POST", "watch"], ...cells, ["all three", ...sums]]);
  console.log(`${isMet ? "✓" : "✗"} goal: ${goal}\n`);
}

export function print(text: string): void {
  console.log(text);
}

function goalText({ p50, p95 }: Goal): string {
  return `${seconds(p50)}${p95 === undefined ? "" : ` (${seconds(p95)})`}`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "–" : `${(ms / 1000).toFixed(3)} s`;
}

/** Aligned columns; the first and the goal are words. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === GOAL_COLUMN ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(cells.join("  ").trimEnd());
  }
  console.log("");
}
