// deno-lint-ignore-file no-console -- this is what the reader of the demo sees
/** What the demo tells: a story as it happens, and a table of checks at its end. */

/** One row of the table. */
export interface Check {
  what: string;
  /** What was measured. */
  figure: string;
  /** What was allowed. */
  wanted: string;
  holds: boolean;
}

const styled = Deno.stdout.isTerminal() && !Deno.noColor;
const paint = (code: number, text: string) => styled ? `\x1b[${code}m${text}\x1b[0m` : text;

/** Tells the story and remembers every check. */
export class Report {
  readonly checks: Check[] = [];
  readonly #startMs = performance.now();

  /** A new chapter. */
  chapter(title: string): void {
    console.log(`\n${paint(1, title)}`);
  }

  /** Something that happened. */
  tell(text: string): void {
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(1).padStart(5);
    console.log(`${paint(90, `${seconds} s`)}  ${text}`);
  }

  /** Overwrites its own line on a terminal; elsewhere only the last of a series is told. */
  progress(text: string, isLast: boolean): void {
    if (styled && !isLast) Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[2K         ${text}`));
    else if (isLast) this.tell(styled ? `\r\x1b[2K${text}` : text);
  }

  check(what: string, { figure, wanted, holds }: Omit<Check, "what">): void {
    this.checks.push({ what, figure, wanted, holds });
    this.tell(`${holds ? paint(32, "✓") : paint(31, "✗")} ${what}: ${figure}`);
  }

  /** The table of every check. @returns whether all hold */
  table(): boolean {
    this.chapter("Every check");
    const rows = [{ what: "check", figure: "measured", wanted: "wanted" }, ...this.checks];
    const width = (key: "what" | "figure" | "wanted") => Math.max(...rows.map((row) => row[key].length));
    const [what, figure, wanted] = [width("what"), width("figure"), width("wanted")];
    for (const [index, row] of rows.entries()) {
      const mark = index === 0 ? " " : this.checks[index - 1]?.holds ? paint(32, "✓") : paint(31, "✗");
      console.log(
        `  ${mark} ${row.what.padEnd(what)}  ${row.figure.padEnd(figure)}  ${row.wanted.padEnd(wanted)}`.trimEnd(),
      );
    }
    const failed = this.checks.filter((check) => !check.holds).length;
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(1);
    console.log(`\n${this.checks.length - failed} of ${this.checks.length} checks hold, after ${seconds} s`);
    return failed === 0 && this.checks.length > 0;
  }
}
