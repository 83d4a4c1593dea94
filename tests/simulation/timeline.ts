/** What happened, to be read: one row an event, one column a replica, and one for the rest of the world. */
import type { Row } from "./world.ts";

const TIME_WIDTH = 9;
const COLUMN_WIDTH = 38;

/** The last rows as a table. */
export function timeline(rows: readonly Row[], replicas: readonly string[], last = 40): string {
  const columns = [...replicas, ...(rows.some(({ who }) => who === "other") ? ["other"] : []), "world"];
  const line = (time: string, cells: readonly string[]) =>
    [time.padStart(TIME_WIDTH), ...cells.map((cell) => cell.padEnd(COLUMN_WIDTH))].join(" │ ").trimEnd();
  const table = rows.slice(-last).flatMap(({ atMs, who, what }) => {
    const column = columns.includes(who) ? who : "world";
    const text = column === who || who === "world" ? what : `${who}: ${what}`;
    return wrapped(text).map((part, index) =>
      line(index === 0 ? (atMs / 1000).toFixed(4) : "", columns.map((name) => name === column ? part : ""))
    );
  });
  const head = line("seconds", columns);
  const rule = columns.map(() => "─".repeat(COLUMN_WIDTH)).join("─┼─");
  const skipped = rows.length > last ? [`… ${rows.length - last} earlier events`] : [];
  return [head, `${"─".repeat(TIME_WIDTH)}─┼─${rule}`, ...skipped, ...table].join("\n");
}

/** Lines that fit into a column. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COLUMN_WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
