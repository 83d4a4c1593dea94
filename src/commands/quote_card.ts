/** How a quote looks in Discord. */
import { ButtonStyle, escapeMarkdown, messageLink } from "discord.js";
import type { Quote } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { cut, LIMITS, oneLine } from "../discord/limits.ts";
import { button, type Card, rowsOf, type TextFile } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { tagLine } from "./page_card.ts";

const COLOR = 0xc08a3e;
const NAME_SHOWN = 80;

export interface QuoteCardOptions {
  texts: Texts;
  /** Who looks at it: only who saved a quote is offered to change it. */
  viewerId: string;
  /** A sentence above the quote. */
  notice?: string;
}

/** A quote with its buttons, for the person who asked. */
export function quoteCard(quote: Quote, { texts, viewerId, notice }: QuoteCardOptions): Card {
  const { buttons } = texts;
  const own = quote.savedById === viewerId;
  return {
    ...sharedQuoteCard(quote, texts),
    ...(notice === undefined ? {} : { content: notice }),
    rows: rowsOf(
      button(buttons.addToChat, customId("quote-share", quote.id), ButtonStyle.Primary),
      own ? button(buttons.edit, customId("quote-edit", quote.id)) : undefined,
      own ? button(buttons.delete, customId("quote-delete", quote.id), ButtonStyle.Danger) : undefined,
      button(buttons.dismiss, customId("close")),
    ),
  };
}

/** A quote for everyone in a channel. */
export function sharedQuoteCard(quote: Quote, texts: Texts): Card {
  const description = quoteText(quote, texts);
  const tags = tagLine(quote.tags);
  const embed = { description, color: COLOR, ...(tags === "" ? {} : { footer: { text: tags } }) };
  return { embed, files: description.includes(blockQuote(quote.body)) ? [] : [quoteFile(quote)] };
}

/** The text of a quote as a file. */
export function quoteFile({ body }: Quote): TextFile {
  return { name: "quote.txt", text: body };
}

/** Who said what and when, who saved it, and the way to the message. */
export function quoteText(quote: Quote, { quote: words }: Texts): string {
  const { source } = quote;
  const said = source ? words.said(nameOf(source.authorName, source.authorId)) : words.someoneSaid;
  const about = [
    `<t:${Math.floor((source?.sentAt ?? quote.createdAt) / 1000)}:D>`,
    words.savedBy(nameOf(quote.savedByName, quote.savedById)),
    source && words.source(messageLink(source.channelId, source.messageId, quote.guildId)),
  ].filter((part) => part !== null);
  const [head, tail] = [`${said}\n`, `\n-# ${about.join(" · ")}`];
  return head + cut(blockQuote(quote.body), LIMITS.embedDescription - head.length - tail.length) + tail;
}

function blockQuote(body: string): string {
  return body.split("\n").map((line) => `> ${line}`).join("\n");
}

/** The name, or a mention, which shows the name of the day and pings nobody in an embed. */
function nameOf(name: string, userId: string): string {
  return name === "" ? `<@${userId}>` : escapeMarkdown(cut(oneLine(name), NAME_SHOWN));
}
