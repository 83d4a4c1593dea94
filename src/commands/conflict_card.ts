/** What a person is asked when their text would take the place of one that they have not seen. */
import { ButtonStyle } from "discord.js";
import type { WikiPage } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { button, type Card, rowsOf } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { versionOf } from "./page_version.ts";

/** The file with the person's text; their choice is carried out with it, by whichever replica gets the click. */
export const MINE = "your-text.md";

/** Nothing is saved: the text is handed back, with the choice of what to do. `reason` is a sentence. */
export function conflictCard(page: WikiPage, mine: string, { reason, texts }: { reason: string; texts: Texts }): Card {
  return {
    content: `${reason}\n${texts.conflict.choose}`,
    files: [{ name: MINE, text: mine }],
    rows: rowsOf(
      button(texts.buttons.difference, customId("mine-compare", page.id)),
      button(texts.buttons.appendMine, customId("mine-append", page.id), ButtonStyle.Primary),
      button(texts.buttons.replace, customId("mine-replace", page.id, versionOf(page)), ButtonStyle.Danger),
      button(texts.buttons.close, customId("close")),
    ),
  };
}
