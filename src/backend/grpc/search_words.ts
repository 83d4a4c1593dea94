/**
 * What people type into a search, for a server that takes it as query syntax, knows no beginnings of words and tells accents apart.
 */
import type { Page, Paging } from "../backend.ts";
import { fold, WORD } from "../texts.ts";

/** The words as they are typed, without what the server would take as syntax. */
export function wordsOf(query: string): string[] {
  return query.match(WORD) ?? [];
}

/** The words as a query in which every one must occur; the server reads a bare `or` as its own. */
export function asQuery(words: readonly string[]): string {
  return words.map((word) => word.toLowerCase() === "or" ? `"${word}"` : word).join(" ");
}

/** How many entries are looked through, at most, for those that are wanted. */
const SCAN_LIMIT = 1000;
const SCAN_STEP = 100;

/**
 * A slice of the entries that are wanted, from a server that cannot tell them from others: looks through its pages.
 *
 * @param fetch a slice of what the server finds
 */
export async function scan<T>(
  { limit, offset }: Paging,
  isWanted: (item: T) => boolean,
  fetch: (paging: Paging) => Promise<Page<T>>,
): Promise<Page<T>> {
  const wanted: T[] = [];
  let seen = 0;
  let total = 0;
  do {
    const page = await fetch({ limit: SCAN_STEP, offset: seen });
    wanted.push(...page.items.filter(isWanted));
    total = page.total;
    seen += SCAN_STEP;
  } while (seen < Math.min(total, SCAN_LIMIT));
  const slice = { items: wanted.slice(offset, offset + limit), total: wanted.length };
  return total > SCAN_LIMIT ? { ...slice, incomplete: true } : slice;
}

/** All that the server finds, as far as it is looked through. */
export function everything<T>(fetch: (paging: Paging) => Promise<Page<T>>): Promise<Page<T>> {
  return scan({ limit: SCAN_LIMIT, offset: 0 }, () => true, fetch);
}

/** Whether an entry has all of the tags. */
export function hasAll(tags: readonly string[]): (item: { tags: readonly string[] }) => boolean {
  return (item) => tags.every((tag) => item.tags.includes(tag));
}

/** A slice of the entries that have all of the tags, from a server that gives those that have any. */
export async function withAllTags<T extends { tags: string[] }>(
  query: Paging & { tags: string[] },
  fetch: (paging: Paging) => Promise<Page<T>>,
): Promise<Page<T>> {
  return query.tags.length < 2 ? await fetch(query) : await scan(query, hasAll(query.tags), fetch);
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
