/** Titles for people who type one, from a list of all of them. */
import type { NoteTitle, TitleQuery, WikiTitle } from "./backend.ts";
import { slugOf } from "./slug.ts";
import { fold } from "./texts.ts";

/** Pages in whose slug the typed text occurs: slugs are what titles are without case and accents. */
export function matchingPages(pages: readonly WikiTitle[], { typed, limit }: TitleQuery): WikiTitle[] {
  return matching(pages, { wanted: slugOf(typed), limit }, ({ slug }) => slug);
}

/** Notes in whose title the typed text occurs. */
export function matchingNotes(notes: readonly NoteTitle[], { typed, limit }: TitleQuery): NoteTitle[] {
  return matching(notes, { wanted: fold(typed.trim()), limit }, ({ title }) => fold(title));
}

/** Those that begin with what is wanted first, else in the given order. */
function matching<T>(
  titles: readonly T[],
  { wanted, limit }: { wanted: string; limit: number },
  comparable: (title: T) => string,
): T[] {
  const begins: T[] = [];
  const contains: T[] = [];
  for (const title of titles) {
    const at = comparable(title).indexOf(wanted);
    if (at === 0) begins.push(title);
    else if (at > 0 && contains.length < limit) contains.push(title);
    if (begins.length === limit) break;
  }
  return [...begins, ...contains].slice(0, limit);
}
