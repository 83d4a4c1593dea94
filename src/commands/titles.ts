/** Titles of wiki pages as autocomplete shows them. */
import type { APIApplicationCommandOptionChoice } from "discord.js";
import type { WikiTitle } from "../backend/backend.ts";
import { cut, LIMITS, oneLine } from "../discord/limits.ts";

/** What a person chooses from. */
export type Choice = APIApplicationCommandOptionChoice<string>;

/** The choices for titles that can be shown. The value finds the page again: the slug, or the title where the slug is too long. */
export function choicesOf(titles: readonly WikiTitle[]): Choice[] {
  return titles.flatMap(({ title, slug }) => {
    const name = cut(oneLine(title), LIMITS.choiceText);
    const value = [slug, title].find((text) => text !== "" && text.length <= LIMITS.choiceText);
    return name === "" || value === undefined ? [] : [{ name, value }];
  });
}
