/** Titles for people who type one, from a list of all of them. */
import type { TitleQuery } from "./backend.ts";
import { fold } from "./texts.ts";

/** The titles in which the typed text occurs, those that begin with it first, else in the given order. */
export function matchingTitles<T extends { title: string }>(titles: readonly T[], { typed, limit }: TitleQuery): T[] {
  const wanted = fold(typed.trim());
  const matching = titles
    .map((title) => ({ title, at: fold(title.title).indexOf(wanted) }))
    .filter(({ at }) => at !== -1);
  const begins = matching.filter(({ at }) => at === 0);
  const contains = matching.filter(({ at }) => at > 0);
  return [...begins, ...contains].slice(0, limit).map(({ title }) => title);
}
