/** Chooses the language. A new one is a file of the shape of `en.ts` and a line here. */
import { en, type Texts } from "./en.ts";

export type { Texts } from "./en.ts";

/** By Discord's locale or its first part: `de` serves `de`, and `de-AT` as long as that has none of its own. */
const LANGUAGES: ReadonlyMap<string, Texts> = new Map([["en", en]]);

/** The texts for a locale such as `en-US`; English where there is no other. */
export function textsFor(locale: string, languages: ReadonlyMap<string, Texts> = LANGUAGES): Texts {
  return languages.get(locale) ?? languages.get(locale.split("-")[0] ?? "") ?? en;
}
