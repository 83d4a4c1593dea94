/** Which SQL statements take longest: each of them stops the whole program while it runs. */
import { DatabaseSync, StatementSync } from "node:sqlite";

/** One statement, by its text. */
export interface StatementRow {
  readonly sql: string;
  readonly runs: number;
  readonly longestMs: number;
}

/** Times every statement of this process from now on. @returns a function that lists those that took longest so far, the longest first */
export function timeStatements(): (count: number) => StatementRow[] {
  const rows = new Map<string, StatementRow>();
  const timed = <Args extends unknown[]>(
    textOf: (self: unknown, args: Args) => string,
    run: (...args: Args) => unknown,
  ) =>
    function (this: unknown, ...args: Args): unknown {
      const beganMs = performance.now();
      try {
        return Reflect.apply(run, this, args);
      } finally {
        note(rows, textOf(this, args), performance.now() - beganMs);
      }
    };
  for (const name of ["all", "get", "run"] as const) {
    const textOf = (self: unknown) => self instanceof StatementSync ? self.sourceSQL : "";
    Reflect.set(StatementSync.prototype, name, timed(textOf, StatementSync.prototype[name]));
  }
  Reflect.set(DatabaseSync.prototype, "exec", timed((_, [sql]: [string]) => sql, DatabaseSync.prototype.exec));
  return (count) => [...rows.values()].sort((one, other) => other.longestMs - one.longestMs).slice(0, count);
}

function note(rows: Map<string, StatementRow>, sql: string, tookMs: number): void {
  const text = sql.replace(/\s+/g, " ").trim();
  const { runs, longestMs } = rows.get(text) ?? { runs: 0, longestMs: 0 };
  rows.set(text, { sql: text, runs: runs + 1, longestMs: Math.max(longestMs, tookMs) });
}
