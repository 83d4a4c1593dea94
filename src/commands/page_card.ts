/** How a wiki page looks in Discord. */
import { type APIEmbed, ButtonStyle, escapeMarkdown } from "discord.js";
import type { MessageReference, WikiPage } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { cut, fitLines, LIMITS, oneLine } from "../discord/limits.ts";
import { button, type Card, linkButton, rowsOf, type TextFile } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { queryLine } from "./query_line.ts";

const REFERENCES_SHOWN = 5;
const COLOR = 0x4f8a8b;
/** Room for the other parts of the embed within its total. */
const BODY_SHOWN = 3_400;

export interface PageCardOptions {
  texts: Texts;
  /** Messages that the page refers to. */
  references?: readonly MessageReference[];
  webBaseUrl?: string | undefined;
  /** A sentence above the page. */
  notice?: string;
  /** The search that led here. */
  search?: { query: string; offset: number };
}

/** A page with its buttons, for the person who asked. */
export function pageCard(page: WikiPage, options: PageCardOptions): Card {
  const { texts: { buttons }, search } = options;
  const content = [search && queryLine(search.query), options.notice].filter((line) => line !== undefined).join("\n");
  return {
    ...pageBody(page, options),
    content,
    rows: rowsOf(
      button(buttons.close, customId("close")),
      search && button(buttons.back, customId("search", search.offset)),
      button(buttons.addToChat, customId("page-share", page.id)),
      button(buttons.edit, customId("page-edit", page.id), ButtonStyle.Primary),
      webLink(page, options),
    ),
  };
}

/** A page for everyone in a channel. */
export function sharedPageCard(page: WikiPage, options: Omit<PageCardOptions, "notice" | "search">): Card {
  return { ...pageBody(page, options), rows: rowsOf(webLink(page, options)) };
}

/** The text of a page as a file. */
export function pageFile({ slug, body }: WikiPage): TextFile {
  return { name: `${slug.slice(0, 80) || "page"}.md`, text: body };
}

/** A link to the page in the web interface, when there is one. */
export function webLink(page: WikiPage, { texts, webBaseUrl }: { texts: Texts; webBaseUrl?: string | undefined }) {
  if (!webBaseUrl) return undefined;
  const query = new URLSearchParams({ guild_id: page.guildId, slug: page.slug });
  return linkButton(texts.buttons.viewOnWeb, `${webBaseUrl.replace(/\/+$/, "")}/wiki?${query}`);
}

function pageBody(page: WikiPage, { texts, references = [] }: PageCardOptions): Pick<Card, "embed" | "files"> {
  const description = cut(page.body, BODY_SHOWN);
  const isCut = description !== page.body;
  const embed: APIEmbed = {
    title: oneLine(page.title),
    description,
    color: COLOR,
    fields: fieldsOf(page, texts, references),
    timestamp: new Date(page.updatedAt).toISOString(),
    ...(isCut ? { footer: { text: texts.wiki.cutBody } } : {}),
  };
  return { embed, files: isCut ? [pageFile(page)] : [] };
}

function fieldsOf(page: WikiPage, { wiki }: Texts, references: readonly MessageReference[]) {
  const fields = [
    { name: wiki.channel, value: page.channelId && `<#${page.channelId}>`, inline: true },
    { name: wiki.author, value: escapeMarkdown(oneLine(page.authorName)), inline: true },
    { name: wiki.tags, value: tagLine(page.tags), inline: true },
    { name: wiki.references, value: referenceLines(references) },
  ];
  return fields.filter(({ value }) => value !== "");
}

/** Tags as they are written in texts, whole ones only. */
export function tagLine(tags: readonly string[]): string {
  let line = "";
  for (const tag of tags) {
    const longer = `${line}${line && " "}#${tag}`;
    if (longer.length > LIMITS.embedFieldValue) break;
    line = longer;
  }
  return line;
}

/** The latest messages, a line each, newest first. */
function referenceLines(references: readonly MessageReference[]): string {
  const latest = references.toSorted((a, b) => b.sentAt - a.sentAt).slice(0, REFERENCES_SHOWN);
  const lines = latest.map(({ link, authorName, content }) => {
    const said = escapeMarkdown(cut(oneLine(content), 60));
    return `[↗](${link}) **${escapeMarkdown(cut(oneLine(authorName), 32))}** ${said}`.trimEnd();
  });
  return fitLines(lines, LIMITS.embedFieldValue);
}
