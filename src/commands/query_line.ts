/**
 * The query that a message of search results shows on its first line. It is read from there again when somebody turns the page or goes back,
 * because a custom id must not carry it and no replica remembers it.
 */
import { oneLine } from "../discord/limits.ts";

const MARK = "🔎 ";

/** The first line of a message that belongs to a search. */
export function queryLine(query: string): string {
  return MARK + oneLine(query);
}

/** The query of a message; undefined when it belongs to no search. */
export function queryIn(content: string): string | undefined {
  const line = content.split("\n", 1)[0] ?? "";
  return line.startsWith(MARK) ? line.slice(MARK.length) : undefined;
}
