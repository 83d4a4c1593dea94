/** The port's quotes: everybody in the guild sees them, who saved one changes it. */
import type { Caller, CallOptions, ListQuery, Page, SearchQuery, Timestamp } from "./calls.ts";

export interface Quote {
  id: string;
  body: string;
  tags: string[];
  guildId: string;
  /** Discord's id of who saved it; decides who may edit it. */
  savedById: string;
  /** The name to show of who saved it. */
  savedByName: string;
  /** The quoted message, or `null` when the text was typed. */
  source: QuoteSource | null;
  createdAt: Timestamp;
}

export interface QuoteSource {
  messageId: string;
  channelId: string;
  /** Empty when unknown. */
  channelName: string;
  authorId: string;
  authorName: string;
  sentAt: Timestamp;
}

export interface QuoteDraft {
  body: string;
  tags: string[];
  source: QuoteSource | null;
}

/** Quotes of the caller's guild. */
export interface QuoteStore {
  /** @throws {Failure} `bad_input` for an empty body; `too_large` */
  createQuote(caller: Caller, draft: QuoteDraft, options?: CallOptions): Promise<Quote>;
  /** @throws {Failure} `not_found` */
  getQuote(caller: Caller, id: string, options?: CallOptions): Promise<Quote>;
  /** A quote that has all of `tags`. @throws {Failure} `not_found` when there is none */
  randomQuote(caller: Caller, tags: string[], options?: CallOptions): Promise<Quote>;
  searchQuotes(caller: Caller, query: SearchQuery, options?: CallOptions): Promise<Page<Quote>>;
  /** @throws {Failure} `not_found`, `not_yours`, `bad_input` */
  updateQuote(
    caller: Caller,
    id: string,
    change: { body: string; tags: string[] },
    options?: CallOptions,
  ): Promise<Quote>;
  /** @throws {Failure} `not_found`, `not_yours` */
  deleteQuote(caller: Caller, id: string, options?: CallOptions): Promise<void>;
}

export interface QuoteListQuery extends ListQuery<"created"> {
  /** Lower case; a quote has all of them. */
  tags: string[];
  /** Only what this person has said; Discord's id. */
  saidById?: string;
}

/** Lists of quotes. */
export interface QuoteCatalogue {
  /** Quotes of the guild, the newest first unless said otherwise. */
  listQuotes(caller: Caller, query: QuoteListQuery, options?: CallOptions): Promise<Page<Quote>>;
}
