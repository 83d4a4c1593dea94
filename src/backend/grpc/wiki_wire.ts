/** The wiki's messages of `proto/wiki.proto` that are in use, and how they become the port's own, either way. */
import type { MessageReference, WikiPage, WikiTitle } from "../backend.ts";
import { method } from "./protocol.ts";
import { fromMs, toMs, type WireTimestamp } from "./timestamps.ts";

export interface WireWikiPage {
  id: string;
  title: string;
  body: string;
  author_id: string;
  author_username: string;
  guild_id: string;
  channel_id: string;
  tags: string[];
  created_at: WireTimestamp | null;
  updated_at: WireTimestamp | null;
  slug: string;
}

export interface WireReference {
  message_id: string;
  channel_id: string;
  guild_id: string;
  content: string;
  author_id: string;
  author_username: string;
  author_display_name: string;
  message_timestamp: WireTimestamp | null;
}

interface WikiPages {
  pages: WireWikiPage[];
  total: number;
}
interface SearchRequest {
  guild_id: string;
  query: string;
  tags: string[];
  limit: number;
  offset: number;
}
interface ListRequest {
  guild_id: string;
  limit: number;
  offset: number;
  order_by: string;
  ascending: boolean;
}
interface DraftRequest {
  title: string;
  body: string;
  guild_id: string;
  channel_id: string;
  tags: string[];
}
interface UpdateRequest {
  id: string;
  title: string;
  body: string;
  tags: string[];
}
type StoredReference = WireReference & { id: string; wiki_page_id: string; discord_link: string };

const SERVICE = "hivemind.wiki.WikiService";

/** The calls in use. */
export const WIKI = {
  get: method<{ id: string }, WireWikiPage>(SERVICE, "GetWikiPage"),
  getByTitle: method<{ guild_id: string; title: string }, WireWikiPage>(SERVICE, "GetWikiPageByTitle"),
  search: method<SearchRequest, WikiPages>(SERVICE, "SearchWikiPages"),
  list: method<ListRequest, WikiPages>(SERVICE, "ListWikiPages"),
  titles: method<{ guild_id: string }, { suggestions: WikiTitle[] }>(SERVICE, "AutocompleteWikiTitles"),
  create: method<DraftRequest, WireWikiPage>(SERVICE, "CreateWikiPage"),
  update: method<UpdateRequest, WireWikiPage>(SERVICE, "UpdateWikiPage"),
  upsert: method<DraftRequest, { page: WireWikiPage | null; created: boolean }>(SERVICE, "UpsertWikiPage"),
  delete: method<{ id: string }, { success: boolean; message: string }>(SERVICE, "DeleteWikiPage"),
  merge: method<{ source_page_id: string; target_page_id: string }, WireWikiPage>(SERVICE, "MergeWikiPages"),
  addReference: method<WireReference & { wiki_page_id: string }, StoredReference>(SERVICE, "AddWikiMessageReference"),
  listReferences: method<{ wiki_page_id: string }, { references: StoredReference[] }>(
    SERVICE,
    "ListWikiMessageReferences",
  ),
} as const;

export function pageFromWire(wire: WireWikiPage): WikiPage {
  return {
    id: wire.id,
    slug: wire.slug,
    title: wire.title,
    body: wire.body,
    tags: wire.tags,
    guildId: wire.guild_id,
    channelId: wire.channel_id,
    authorId: wire.author_id,
    authorName: wire.author_username,
    createdAt: toMs(wire.created_at),
    updatedAt: toMs(wire.updated_at),
  };
}

export function pageToWire(page: WikiPage): WireWikiPage {
  return {
    id: page.id,
    slug: page.slug,
    title: page.title,
    body: page.body,
    tags: page.tags,
    guild_id: page.guildId,
    channel_id: page.channelId,
    author_id: page.authorId,
    author_username: page.authorName,
    created_at: fromMs(page.createdAt),
    updated_at: fromMs(page.updatedAt),
  };
}

export function referenceFromWire(wire: WireReference & { discord_link?: string }): MessageReference {
  return {
    messageId: wire.message_id,
    channelId: wire.channel_id,
    guildId: wire.guild_id,
    content: wire.content,
    authorId: wire.author_id,
    authorName: wire.author_display_name || wire.author_username,
    sentAt: toMs(wire.message_timestamp),
    link: wire.discord_link || linkOf(wire),
  };
}

export function referenceToWire(reference: MessageReference): WireReference {
  return {
    message_id: reference.messageId,
    channel_id: reference.channelId,
    guild_id: reference.guildId,
    content: reference.content,
    author_id: reference.authorId,
    author_username: reference.authorName,
    author_display_name: reference.authorName,
    message_timestamp: fromMs(reference.sentAt),
  };
}

/** A request to add a reference has no link: it follows from the ids. */
function linkOf({ guild_id, channel_id, message_id }: WireReference): string {
  return `https://discord.com/channels/${guild_id || "@me"}/${channel_id}/${message_id}`;
}
