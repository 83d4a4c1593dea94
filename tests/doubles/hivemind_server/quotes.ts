/** Quotes, and the call that ends the server. */
import { TextVector, WebSearch } from "./full_text.ts";
import { type Message, StatusError } from "./protocol.ts";
import { hasAny, momentOf, type Quote, sliceOf, type Tables, type User } from "./tables.ts";
import type { Handlers } from "./wiki.ts";

const LIMIT = 20;

/** @param die ends the process, with all its connections */
export function quoteHandlers(tables: Tables, die: () => Promise<never>): Handlers {
  return {
    CreateQuote: (request, who) => create(tables, request, who),
    GetQuote: ({ id }, who) => message(tables, visible(tables, id, who)),
    UpdateQuote({ id, body, tags }, who) {
      const quote = own(tables, id, who);
      new TextVector(body);
      return message(tables, Object.assign(quote, { body, tags }));
    },
    DeleteQuote({ id }, who) {
      own(tables, id, who).isDeleted = true;
      return { success: true };
    },
    // Row 11: tags and author are not looked at.
    ListQuotes(request, who) {
      const sorted = inGuild(tables, request.guild_id, who).toSorted((a, b) => a.createdAt - b.createdAt);
      if (!request.ascending) sorted.reverse();
      return listed(tables, sorted, sliceOf(sorted, request, LIMIT));
    },
    SearchQuotes(request, who) {
      const query = new WebSearch(request.query);
      const quotes = inGuild(tables, request.guild_id, who)
        .filter(hasAny(request.tags))
        .map((quote) => ({ quote, vector: new TextVector(quote.body) }))
        .filter(({ vector }) => request.query === "" || query.matches(vector))
        .toSorted((a, b) => query.rank(b.vector) - query.rank(a.vector) || b.quote.createdAt - a.quote.createdAt)
        .map(({ quote }) => quote);
      return listed(tables, quotes, sliceOf(quotes, request, LIMIT));
    },
    // Rows 1 and 5: whoever asks; and with nothing to answer, it is over.
    GetRandomQuote({ guild_id, tags }) {
      const quotes = [...tables.quotes.values()].filter(({ guildId, isDeleted }) => guildId === guild_id && !isDeleted);
      const [first] = quotes.filter(hasAny(tags));
      return first === undefined ? die() : message(tables, first);
    },
  };
}

/** Row 4: what is not there, or not for the caller's eyes, is an internal error. */
function visible(tables: Tables, id: string, who: User): Quote {
  const quote = tables.quotes.get(id);
  if (quote !== undefined && !quote.isDeleted && tables.sees(who, quote.guildId)) return quote;
  throw new StatusError("INTERNAL", `failed to get quote: quote not found: ${id}`);
}

function own(tables: Tables, id: string, who: User): Quote {
  const quote = visible(tables, id, who);
  if (quote.authorId !== who.id) throw new StatusError("PERMISSION_DENIED", "you can only edit quotes you saved");
  return quote;
}

function inGuild(tables: Tables, guildId: string, who: User): Quote[] {
  if (!tables.sees(who, guildId)) return [];
  return [...tables.quotes.values()].filter((quote) => quote.guildId === guildId && !quote.isDeleted);
}

/** Row 17: an empty body is taken. Row 5: so is a guild whose member the caller is not. */
function create(tables: Tables, request: Message, who: User): Message {
  const { body, guild_id: guildId, tags, source_msg_author_discord_id: sourceAuthorId } = request;
  tables.requireGuild(guildId, "quotes");
  new TextVector(body);
  const source = {
    source_msg_id: request.source_msg_id,
    source_channel_id: request.source_channel_id,
    source_channel_name: request.source_channel_name,
    // Row 24: a moment that is absent is stored as 1970.
    source_msg_timestamp: request.source_msg_timestamp ?? { seconds: 0, nanos: 0 },
  };
  const quote = {
    id: tables.newId(),
    body,
    authorId: who.id,
    authorDiscordId: who.discordId,
    guildId,
    source,
    sourceAuthorId,
    tags,
    createdAt: tables.now(),
    isDeleted: false,
  };
  tables.quotes.set(quote.id, quote);
  return { ...message(tables, quote), guild_name: "" };
}

function listed(tables: Tables, all: readonly Quote[], slice: readonly Quote[]): Message {
  return { quotes: slice.map((quote) => message(tables, quote)), total: all.length };
}

/** Rows 24 and 25: names of members alone; the one that came with the quote is lost. */
function message(tables: Tables, quote: Quote): Message {
  const author = tables.namesOf(quote.guildId, quote.authorDiscordId);
  const said = tables.namesOf(quote.guildId, quote.sourceAuthorId);
  return {
    ...quote.source,
    id: quote.id,
    body: quote.body,
    tags: quote.tags,
    author_id: quote.authorId,
    author_discord_id: quote.authorDiscordId,
    author_username: author.display,
    author_guild_nick: author.nick,
    guild_id: quote.guildId,
    guild_name: tables.guilds.get(quote.guildId)?.name ?? "",
    source_msg_author_discord_id: quote.sourceAuthorId,
    source_msg_author_username: said.display,
    source_msg_author_guild_nick: said.nick,
    created_at: momentOf(quote.createdAt),
  };
}
