/** How the results of a wiki search look: a menu of up to 25 pages, with buttons to turn to the next 25. */
import { ButtonStyle } from "discord.js";
import type { Page, WikiPage } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { LIMITS, oneLine } from "../discord/limits.ts";
import { button, type Card, rowsOf, selectRow } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { excerptOf } from "./excerpt.ts";
import { queryLine } from "./query_line.ts";

/** How many pages one menu offers. */
export const RESULTS_PER_MENU = LIMITS.selectOptions;

export interface Results {
  query: string;
  offset: number;
  found: Page<WikiPage>;
  /** A sentence about these results. */
  notice?: string;
}

/** Results to choose from, or the offer to create the page when there are none. */
export function searchCard({ query, offset, found, notice }: Results, texts: Texts): Card {
  const { wiki, buttons } = texts;
  const { items, total } = found;
  const last = offset + items.length;
  const count = total === 1 ? wiki.foundOne : wiki.found(total);
  const lines = [
    queryLine(query),
    notice ?? (items.length === 0 ? wiki.none : undefined),
    items.length === 0 ? undefined : items.length < total ? `${count} · ${wiki.slice(offset + 1, last)}` : count,
    found.incomplete ? wiki.incomplete : undefined,
  ];
  return {
    content: lines.filter((line) => line !== undefined).join("\n"),
    rows: [
      ...selectRow(customId("search-pick", offset), wiki.choose, items.map((page) => optionOf(page, query))),
      ...rowsOf(
        offset > 0 ? button(buttons.previous, customId("search", Math.max(0, offset - RESULTS_PER_MENU))) : undefined,
        last < total ? button(buttons.next, customId("search", offset + RESULTS_PER_MENU)) : undefined,
        button(buttons.create, customId("page-new"), items.length === 0 ? ButtonStyle.Success : ButtonStyle.Secondary),
        button(buttons.close, customId("close")),
      ),
    ],
  };
}

function optionOf({ id, title, slug, body }: WikiPage, query: string) {
  return { label: oneLine(title) || slug || id, value: id, description: excerptOf(body, query) };
}
