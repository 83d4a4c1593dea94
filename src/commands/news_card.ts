/** How news looks: a new page, a new quote. */
import { escapeMarkdown } from "discord.js";
import type { Quote, WikiPage } from "../backend/backend.ts";
import { cut, oneLine } from "../discord/limits.ts";
import { type Card, rowsOf } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { webLink } from "./page_card.ts";
import { quoteText } from "./quote_card.ts";

/** Characters of a text that an announcement shows. */
const EXCERPT = 300;

export interface NewsOptions {
  /** The name of who did it. */
  author: string;
  texts: Texts;
  webBaseUrl?: string | undefined;
}

export function pageNews(page: WikiPage, { author, texts, webBaseUrl }: NewsOptions): Card {
  return {
    content: texts.wiki.announced(escapeMarkdown(author)),
    embed: { title: oneLine(page.title), description: cut(page.body, EXCERPT) },
    rows: rowsOf(webLink(page, { texts, webBaseUrl })),
  };
}

export function quoteNews(quote: Quote, { author, texts }: NewsOptions): Card {
  return {
    content: texts.quote.announced(escapeMarkdown(author)),
    embed: { description: quoteText({ ...quote, body: cut(quote.body, EXCERPT) }, texts) },
  };
}
