/** Chooses the language. A new one is a file of the shape of `en.ts` and a line here. */
import { en, type Texts } from "./en.ts";

export type { Texts } from "./en.ts";

/** By Discord's locale or its first part: `de` serves `de` and would serve `de-AT`. */
const LANGUAGES: Readonly<Record<string, Texts>> = { en };

/** The texts for a locale such as `en-US`; English where there is no other. */
export function textsFor(locale: string, languages: Readonly<Record<string, Texts>> = LANGUAGES): Texts {
  return languages[locale] ?? languages[locale.split("-")[0] ?? ""] ?? en;
}
