/** Quotes on a gRPC server, as the port promises them. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type {
  Page,
  Paging,
  Quote,
  QuoteCatalogue,
  QuoteDraft,
  QuoteListQuery,
  QuoteStore,
  SearchQuery,
} from "../backend.ts";
import { bodyOf, checkPaging, tagsOf } from "../texts.ts";
import { CLOCK_SKEW_MS, CREATE_SHARE, LOOKED_AT } from "./created.ts";
import { isOutcomeUnknown } from "./errors.ts";
import { draftToWire, quoteFromWire, QUOTES, type WireQuote } from "./quote_wire.ts";
import { hasAll, scan, withAllTags, withAndWithoutAccents, wordsOf } from "./search_words.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";

export interface GrpcQuotesOptions {
  clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random: () => number;
}

/** The quotes of a server. */
export function grpcQuotes(calls: UserCalls, { clock, random }: GrpcQuotesOptions): QuoteStore & QuoteCatalogue {
  return {
    async createQuote(caller, draft, options) {
      const texts = { body: bodyOf(draft.body), tags: tagsOf(draft.tags) };
      const sinceMs = clock.wallMs() - CLOCK_SKEW_MS;
      return await createQuote(calls, calls.writing(caller, options), { draft: { ...draft, ...texts }, sinceMs });
    },
    async getQuote(caller, id, options) {
      return await getQuote(calls, calls.reading(caller, options), id);
    },
    async randomQuote(caller, tags, options) {
      return await randomQuote(calls, calls.reading(caller, options), { tags: tagsOf(tags), random });
    },
    async searchQuotes(caller, query, options) {
      checkPaging(query);
      return await searchQuotes(calls, calls.reading(caller, options), { ...query, tags: tagsOf(query.tags) });
    },
    async listQuotes(caller, query, options) {
      checkPaging(query);
      return await listQuotes(calls, calls.reading(caller, options), { ...query, tags: tagsOf(query.tags) });
    },
    async updateQuote(caller, id, change, options) {
      const context = calls.writing(caller, options);
      const request = { id, body: bodyOf(change.body), tags: tagsOf(change.tags) };
      const before = await getQuote(calls, context, id);
      return filled(quoteOf(calls, await calls.write(QUOTES.update, request, context)), before);
    },
    async deleteQuote(caller, id, options) {
      const context = calls.writing(caller, options);
      await getQuote(calls, context, id);
      await calls.write(QUOTES.delete, { id }, context);
    },
  };
}

/** A quote of the caller's guild; the server does not look at the guild. */
function getQuote(calls: UserCalls, context: UserContext, id: string): Promise<Quote> {
  return calls.asMember(context, async () => {
    const quote = quoteOf(calls, await calls.read(QUOTES.get, { id }, context));
    if (quote.guildId === context.guildId) return quote;
    throw new Failure("not_found", `There is no quote with id ${id} in guild ${context.guildId}`);
  });
}

async function searchQuotes(calls: UserCalls, context: UserContext, query: SearchQuery): Promise<Page<Quote>> {
  const words = wordsOf(query.query);
  if (words.length === 0 && query.query.trim() !== "") return { items: [], total: 0 };
  return await calls.asMember(
    context,
    () =>
      withAndWithoutAccents(words, (text) =>
        withAllTags(query, async ({ limit, offset }) => {
          const request = { guild_id: context.guildId, query: text, tags: query.tags, limit, offset };
          const { quotes, total } = await calls.read(QUOTES.search, request, context);
          return { items: quotes.map((wire) => quoteOf(calls, wire)), total };
        })),
    (page) => page.total === 0,
  );
}

/** A list; the server's own pays no attention to tags and to who has said something. */
async function listQuotes(calls: UserCalls, context: UserContext, query: QuoteListQuery): Promise<Page<Quote>> {
  const { tags, saidById, ascending = false } = query;
  const said = { source_msg_author_discord_id: saidById ?? "", tags, order_by: "created_at", ascending };
  const fetch = async ({ limit, offset }: Paging) => {
    const request = { guild_id: context.guildId, ...said, limit, offset };
    const { quotes, total } = await calls.read(QUOTES.list, request, context);
    return { items: quotes.map((wire) => quoteOf(calls, wire)), total };
  };
  const hasTags = hasAll(tags);
  const isWanted = (quote: Quote) => hasTags(quote) && (saidById === undefined || quote.source?.authorId === saidById);
  return await calls.asMember(
    context,
    () => tags.length === 0 && saidById === undefined ? fetch(query) : scan(query, isWanted, fetch),
    ({ total }) => total === 0,
  );
}

/** Counts, then takes one: the server's own call for this ends the server when there is none. */
async function randomQuote(
  calls: UserCalls,
  context: UserContext,
  { tags, random }: { tags: string[]; random: () => number },
): Promise<Quote> {
  const query = { query: "", tags, limit: 1 };
  const { items: [newest], total } = await searchQuotes(calls, context, { ...query, offset: 0 });
  const offset = Math.floor(random() * total);
  const [chosen] = offset === 0 ? [newest] : (await searchQuotes(calls, context, { ...query, offset })).items;
  // One that was deleted in between leaves its place to the newest.
  const quote = chosen ?? newest;
  if (quote === undefined) throw new Failure("not_found", `There is no such quote in guild ${context.guildId}`);
  return quote;
}

/** Saves a quote. It is sent once; when nobody answered, it is looked up whether it was saved. */
async function createQuote(
  calls: UserCalls,
  context: UserContext,
  { draft, sinceMs }: { draft: QuoteDraft; sinceMs: number },
): Promise<Quote> {
  const asked = { savedById: context.caller.userId, savedByName: context.caller.username, source: draft.source };
  try {
    const once = { ...context, bounds: context.bounds.part(CREATE_SHARE) };
    const wire = await calls.write(QUOTES.create, draftToWire(draft, context.guildId), once);
    return filled(quoteOf(calls, wire), asked);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const saved = (await newest(calls, context).catch(() => [])).find((quote) =>
      quote.savedById === asked.savedById && quote.createdAt >= sinceMs && quote.body === draft.body &&
      quote.source?.messageId === draft.source?.messageId
    );
    if (saved === undefined) throw error;
    return filled(saved, asked);
  }
}

async function newest(calls: UserCalls, context: UserContext): Promise<Quote[]> {
  const request = { guild_id: context.guildId, query: "", tags: [], limit: LOOKED_AT, offset: 0 };
  return (await calls.read(QUOTES.search, request, context)).quotes.map((wire) => quoteOf(calls, wire));
}

type Known = Pick<Quote, "savedById" | "savedByName" | "source">;

/** The quote with what the server leaves out of its answers, as far as it is known here. */
function filled(quote: Quote, known: Known): Quote {
  const { source } = quote;
  return {
    ...quote,
    savedById: quote.savedById || known.savedById,
    savedByName: quote.savedByName || known.savedByName,
    source: source && {
      ...source,
      channelName: source.channelName || (known.source?.channelName ?? ""),
      authorName: source.authorName || (known.source?.authorName ?? ""),
    },
  };
}

/** A quote of an answer, which tells whose the server's id is. */
function quoteOf(calls: UserCalls, wire: WireQuote): Quote {
  calls.people.learn(wire.author_id, wire.author_discord_id);
  return quoteFromWire(wire);
}
