/** Quotes in the file: visible in their guild, changed only by who saved them. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Caller, Quote, QuoteCatalogue, QuoteDraft, QuoteSource, QuoteStore } from "../backend.ts";
import type { Database } from "./database.ts";
import { count, type Entries, list, pickOne, replaceTags, tagsColumn } from "./entries.ts";
import { nameToShow, rememberCaller } from "./people.ts";
import { numberOf, type Row, textOf, textsOf } from "./row.ts";
import { search } from "./search.ts";
import { nextSeq, type Shelf, shelfOf } from "./shelves.ts";
import { bodyOf, callerInGuild, checkPaging, clean, tagsOf } from "../texts.ts";

const QUOTES: Entries = {
  table: "quotes",
  tags: "quote_tags",
  stems: "quote_stems",
  words: "quote_words",
  owner: "guild_id",
  visible: "TRUE",
  titled: false,
};

const SELECT_QUOTE = `SELECT seq, id, body, ${tagsColumn(QUOTES)} AS tags, guild_id, saved_by,
  ${nameToShow("entry.saved_by", "''")} AS saved_by_name, created_at,
  source_message_id, source_channel_id, source_channel_name, source_author_id,
  ${nameToShow("entry.source_author_id", "entry.source_author_name")} AS source_author_name, source_sent_at
  FROM quotes AS entry`;

const BY_ID = `${SELECT_QUOTE} WHERE id = ? AND guild_id = ?`;
const BY_SEQ = `${SELECT_QUOTE} WHERE seq = ?`;

export interface QuoteStoreOptions {
  clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random: () => number;
}

/** The quotes of a file. */
export function quoteStore(database: Database, { clock, random }: QuoteStoreOptions): QuoteStore & QuoteCatalogue {
  return {
    createQuote: (caller, draft, options) =>
      database.write(options, () => createQuote(database, { caller, draft, nowMs: clock.wallMs() })),
    getQuote: (caller, id, options) => database.read(options, () => quoteOf(requireQuote(database, { caller, id }))),
    randomQuote: (caller, tags, options) =>
      database.read(options, () => {
        const shelf = quotesOf(database, caller);
        const seq = pickOne(database, QUOTES, { shelf, filter: { tags: tagsOf(tags) }, random });
        if (seq === undefined) throw new Failure("not_found", `There is no such quote in guild ${shelf.ownerId}`);
        return quoteAt(database, seq);
      }),
    searchQuotes: (caller, query, options) =>
      database.read(options, () => {
        checkPaging(query);
        const wanted = { ...query, shelf: quotesOf(database, caller), filter: { tags: tagsOf(query.tags) } };
        const { seqs, ...found } = search(database, QUOTES, wanted);
        return { items: seqs.map((seq) => quoteAt(database, seq)), ...found };
      }),
    listQuotes: (caller, { limit, offset, ascending = false, tags, saidById }, options) =>
      database.read(options, () => {
        checkPaging({ limit, offset });
        const filter = { tags: tagsOf(tags), where: saidById === undefined ? {} : { source_author_id: saidById } };
        const wanted = { shelf: quotesOf(database, caller), filter };
        const seqs = list(database, QUOTES, { ...wanted, limit, offset, ascending });
        return { items: seqs.map((seq) => quoteAt(database, seq)), total: count(database, QUOTES, wanted) };
      }),
    updateQuote: (caller, id, change, options) =>
      database.write(options, () => {
        const row = requireOwnQuote(database, { caller, id });
        const seq = numberOf(row, "seq");
        database.run("UPDATE quotes SET body = ? WHERE seq = ?", bodyOf(change.body), seq);
        replaceTags(database, QUOTES, { seq, tags: tagsOf(change.tags) });
        return quoteAt(database, seq);
      }),
    deleteQuote: (caller, id, options) =>
      database.write(options, () => {
        const row = requireOwnQuote(database, { caller, id });
        database.run("DELETE FROM quotes WHERE seq = ?", numberOf(row, "seq"));
      }),
  };
}

function quotesOf(database: Database, caller: Caller): Shelf {
  return shelfOf(database, { kind: "quotes", ownerId: callerInGuild(caller).guildId });
}

function requireQuote(database: Database, { caller, id }: { caller: Caller; id: string }): Row {
  const { guildId } = callerInGuild(caller);
  const row = database.first(BY_ID, id, guildId);
  if (row === undefined) throw new Failure("not_found", `There is no quote with id ${id} in guild ${guildId}`);
  return row;
}

function requireOwnQuote(database: Database, asked: { caller: Caller; id: string }): Row {
  const row = requireQuote(database, asked);
  if (textOf(row, "saved_by") !== asked.caller.userId) {
    throw new Failure("not_yours", `Quote ${asked.id} was saved by someone else than user ${asked.caller.userId}`);
  }
  return row;
}

function quoteAt(database: Database, seq: number): Quote {
  const row = database.first(BY_SEQ, seq);
  if (row === undefined) throw new Failure("unknown", `Quote ${seq} is in an index and not in its table`);
  return quoteOf(row);
}

interface Saving {
  caller: Caller;
  draft: QuoteDraft;
  nowMs: number;
}

function createQuote(database: Database, { caller, draft, nowMs }: Saving): Quote {
  const who = callerInGuild(caller);
  const { source } = draft;
  rememberCaller(database, who);
  const seq = nextSeq(database, { kind: "quotes", ownerId: who.guildId });
  database.run(
    `INSERT INTO quotes (seq, id, guild_id, saved_by, created_at, body, source_message_id, source_channel_id, source_channel_name,
       source_author_id, source_author_name, source_sent_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[seq, crypto.randomUUID(), who.guildId, who.userId, nowMs, bodyOf(draft.body)],
    ...(source === null ? [null, null, null, null, null, null] : [
      ...[source.messageId, source.channelId, clean(source.channelName)],
      ...[source.authorId, clean(source.authorName), source.sentAt],
    ]),
  );
  replaceTags(database, QUOTES, { seq, tags: tagsOf(draft.tags) });
  return quoteAt(database, seq);
}

function quoteOf(row: Row): Quote {
  return {
    id: textOf(row, "id"),
    body: textOf(row, "body"),
    tags: textsOf(row, "tags"),
    guildId: textOf(row, "guild_id"),
    savedById: textOf(row, "saved_by"),
    savedByName: textOf(row, "saved_by_name"),
    source: row["source_message_id"] === null ? null : sourceOf(row),
    createdAt: numberOf(row, "created_at"),
  };
}

function sourceOf(row: Row): QuoteSource {
  return {
    messageId: textOf(row, "source_message_id"),
    channelId: textOf(row, "source_channel_id"),
    channelName: textOf(row, "source_channel_name"),
    authorId: textOf(row, "source_author_id"),
    authorName: textOf(row, "source_author_name"),
    sentAt: numberOf(row, "source_sent_at"),
  };
}
