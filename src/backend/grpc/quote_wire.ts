/** The messages of `proto/quotes.proto` that are in use, and how they become the port's own, either way. */
import type { Quote, QuoteDraft, QuoteSource } from "../backend.ts";
import { method } from "./protocol.ts";
import { fromMs, toMs, type WireTimestamp } from "./timestamps.ts";

/** The quoted message; its ids are empty and its time is absent, or 1970, when the text was typed. */
interface WireSource {
  source_msg_id: string;
  source_channel_id: string;
  source_channel_name: string;
  source_msg_author_discord_id: string;
  source_msg_author_username: string;
  source_msg_timestamp: WireTimestamp | null;
}

export interface WireQuote extends WireSource {
  id: string;
  body: string;
  /** The server's own id of who saved it; next comes Discord's. */
  author_id: string;
  author_discord_id: string;
  author_username: string;
  author_guild_nick: string;
  guild_id: string;
  tags: string[];
  created_at: WireTimestamp | null;
}

export interface WireQuoteDraft extends WireSource {
  body: string;
  guild_id: string;
  tags: string[];
}

interface Quotes {
  quotes: WireQuote[];
  total: number;
}
interface ListRequest {
  guild_id: string;
  source_msg_author_discord_id: string;
  tags: string[];
  limit: number;
  offset: number;
  order_by: string;
  ascending: boolean;
}
interface SearchRequest {
  guild_id: string;
  query: string;
  tags: string[];
  limit: number;
  offset: number;
}

const SERVICE = "hivemind.quotes.QuoteService";

/** The calls in use. `random` is served but never called. */
export const QUOTES = {
  create: method<WireQuoteDraft, WireQuote>(SERVICE, "CreateQuote"),
  get: method<{ id: string }, WireQuote>(SERVICE, "GetQuote"),
  list: method<ListRequest, Quotes>(SERVICE, "ListQuotes"),
  delete: method<{ id: string }, { success: boolean; message: string }>(SERVICE, "DeleteQuote"),
  update: method<{ id: string; body: string; tags: string[] }, WireQuote>(SERVICE, "UpdateQuote"),
  search: method<SearchRequest, Quotes>(SERVICE, "SearchQuotes"),
  random: method<{ guild_id: string; tags: string[] }, WireQuote>(SERVICE, "GetRandomQuote"),
} as const;

export function quoteFromWire(wire: WireQuote): Quote {
  return {
    id: wire.id,
    body: wire.body,
    tags: wire.tags,
    guildId: wire.guild_id,
    savedById: wire.author_discord_id,
    savedByName: wire.author_guild_nick || wire.author_username,
    source: sourceFromWire(wire),
    createdAt: toMs(wire.created_at),
  };
}

export function quoteToWire(quote: Quote): WireQuote {
  return {
    id: quote.id,
    body: quote.body,
    tags: quote.tags,
    guild_id: quote.guildId,
    author_id: quote.savedById,
    author_discord_id: quote.savedById,
    author_username: quote.savedByName,
    author_guild_nick: "",
    created_at: fromMs(quote.createdAt),
    ...sourceToWire(quote.source),
  };
}

export function draftToWire(draft: QuoteDraft, guildId: string): WireQuoteDraft {
  return { body: draft.body, tags: draft.tags, guild_id: guildId, ...sourceToWire(draft.source) };
}

export function draftFromWire(wire: WireQuoteDraft): QuoteDraft {
  return { body: wire.body, tags: wire.tags, source: sourceFromWire(wire) };
}

function sourceFromWire(wire: WireSource & { source_msg_author_guild_nick?: string }): QuoteSource | null {
  if (wire.source_msg_id === "") return null;
  return {
    messageId: wire.source_msg_id,
    channelId: wire.source_channel_id,
    channelName: wire.source_channel_name,
    authorId: wire.source_msg_author_discord_id,
    authorName: wire.source_msg_author_guild_nick || wire.source_msg_author_username,
    sentAt: toMs(wire.source_msg_timestamp),
  };
}

function sourceToWire(source: QuoteSource | null): WireSource {
  return {
    source_msg_id: source?.messageId ?? "",
    source_channel_id: source?.channelId ?? "",
    source_channel_name: source?.channelName ?? "",
    source_msg_author_discord_id: source?.authorId ?? "",
    source_msg_author_username: source?.authorName ?? "",
    source_msg_timestamp: source === null ? null : fromMs(source.sentAt),
  };
}
