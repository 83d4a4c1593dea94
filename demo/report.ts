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

/** Characters of a progress bar. */
const BAR = 30;

/** Tells the story and remembers every check. */
export class Report {
  readonly checks: Check[] = [];
  readonly #startMs = performance.now();
  #quarters = 0;

  /** A new chapter. */
  chapter(title: string): void {
    console.log(`\n${paint(1, title)}`);
  }

  /** Something that happened. */
  tell(text: string): void {
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(1).padStart(5);
    console.log(`${paint(90, `${seconds} s`)}  ${text}`);
  }

  /** How far something has come: drawn over itself on a terminal, a line a quarter elsewhere. */
  progress(done: number, total: number): void {
    const text = `[${"█".repeat(Math.floor(done / total * BAR)).padEnd(BAR, "·")}] ${done.toLocaleString("en")}`;
    if (styled) Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[2K         ${text}`));
    else if (Math.floor(done / total * 4) > this.#quarters) this.tell(text);
    this.#quarters = Math.floor(done / total * 4);
  }

  /** Ends what {@linkcode progress} drew. */
  arrived(text: string): void {
    if (styled) Deno.stdout.writeSync(new TextEncoder().encode("\r\x1b[2K"));
    this.#quarters = 0;
    this.tell(text);
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
