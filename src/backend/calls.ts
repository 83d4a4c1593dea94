/** What the calls of every store have in common: for whom, how long, which slice, and messages that entries refer to. */

/** Milliseconds since 1970. */
export type Timestamp = number;

/** For whom a call is made. */
export interface Caller {
  /** Discord's id of the user. */
  userId: string;
  /** The guild in which the user acts; `null` in a direct message. */
  guildId: string | null;
  /** The user's name (not a nickname). */
  username: string;
}

export interface CallOptions {
  /** Aborting it cancels the call, which then rejects with kind `aborted`. */
  signal?: AbortSignal;
  /** After this the call rejects with kind `unreachable`. Milliseconds; each call has a default. */
  deadlineMs?: number;
}

/** A slice of a longer list. */
export interface Paging {
  /** How many at most, 1 to 100. */
  limit: number;
  /** How many to leave out. */
  offset: number;
}

/** A slice and how many there are in all. */
export interface Page<T> {
  items: T[];
  /** All matches, not only those of this slice. */
  total: number;
  /** True when the backend could not look everywhere; people are told so. */
  incomplete?: boolean;
}

/** A Discord message that a page or a note refers to. */
export interface MessageReference {
  messageId: string;
  channelId: string;
  guildId: string;
  content: string;
  authorId: string;
  authorName: string;
  sentAt: Timestamp;
  link: string;
}

export interface SearchQuery extends Paging {
  /** Plain words, all of which must occur; the last may be the beginning of one. Empty lists by newest. */
  query: string;
  /** Lower case; a result has all of them. */
  tags: string[];
}

/** A slice of a list in another order than the newest first. */
export interface ListQuery<Order extends string> extends Paging {
  /** What decides the order; `created` when absent. */
  orderBy?: Order;
  /** The oldest, or the first in the alphabet, first. */
  ascending?: boolean;
}

/** What people have typed of a title so far. */
export interface TitleQuery {
  typed: string;
  /** How many at most, 1 to 100. */
  limit: number;
}
