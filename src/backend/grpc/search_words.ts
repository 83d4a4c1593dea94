/**
 * What people type into a search, for a server that takes it as query syntax, knows no beginnings of words and tells accents apart.
 */
import type { Page, Paging, SearchQuery } from "../backend.ts";

/** The words as they are typed, without what the server would take as syntax. */
export function wordsOf(query: string): string[] {
  return query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** The words as a query in which every one must occur; the server reads a bare `or` as its own. */
export function asQuery(words: readonly string[]): string {
  return words.map((word) => word.toLowerCase() === "or" ? `"${word}"` : word).join(" ");
}

/** A text without accents and in lower case. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}

/** How many entries are looked through, at most, for those that have all of several tags. */
const SCAN_LIMIT = 1000;
const SCAN_STEP = 100;

/**
 * A slice of the entries that have all of the tags, from a server that gives those that have any: looks through its pages and filters.
 *
 * @param fetch a slice of what the server finds
 */
export async function withAllTags<T extends { tags: string[] }>(
  query: SearchQuery,
  fetch: (paging: Paging) => Promise<Page<T>>,
): Promise<Page<T>> {
  if (query.tags.length < 2) return await fetch(query);
  const matching: T[] = [];
  let offset = 0;
  let total = 0;
  do {
    const page = await fetch({ limit: SCAN_STEP, offset });
    matching.push(...page.items.filter((item) => query.tags.every((tag) => item.tags.includes(tag))));
    total = page.total;
    offset += SCAN_STEP;
  } while (offset < Math.min(total, SCAN_LIMIT));
  const slice = { items: matching.slice(query.offset, query.offset + query.limit), total: matching.length };
  return total > SCAN_LIMIT ? { ...slice, incomplete: true } : slice;
}

/** Asks with the words as typed and, when that finds nothing, without their accents. */
export async function withAndWithoutAccents<T>(
  words: readonly string[],
  ask: (query: string) => Promise<Page<T>>,
): Promise<Page<T>> {
  const typed = asQuery(words);
  const page = await ask(typed);
  const folded = asQuery(words.map(fold));
  return page.total > 0 || folded === typed.toLowerCase() ? page : await ask(folded);
}
