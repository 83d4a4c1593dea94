/**
 * The backend as the bot sees it: what it asks of whoever keeps pages, quotes, guilds and members, in the bot's own terms.
 *
 * Both implementations (`grpc_backend.ts`, `sqlite_backend.ts`) hold to the same contract, which
 * `tests/contract/backend_contract.ts` states. Every call takes {@linkcode CallOptions}, ends within its deadline and rejects only with a
 * `Failure`.
 */

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

export interface WikiPage {
  id: string;
  /** The title's form in addresses; unique in the guild. */
  slug: string;
  title: string;
  body: string;
  tags: string[];
  guildId: string;
  channelId: string;
  authorId: string;
  /** The name to show; empty when the backend does not know one. */
  authorName: string;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

export interface WikiTitle {
  id: string;
  slug: string;
  title: string;
}

/** A Discord message that a wiki page refers to. */
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

export interface WikiPageDraft {
  title: string;
  body: string;
  tags: string[];
  /** Where it was written; empty when unknown. */
  channelId: string;
}

export interface SearchQuery extends Paging {
  /** Plain words, all of which must occur; the last may be the beginning of one. Empty lists by newest. */
  query: string;
  /** Lower case; a result has all of them. */
  tags: string[];
}

/** Wiki pages of the caller's guild. */
export interface WikiStore {
  /** @throws {Failure} `not_found` */
  getPage(caller: Caller, id: string, options?: CallOptions): Promise<WikiPage>;
  /** Finds by title or slug, aliases included. @throws {Failure} `not_found` */
  findPage(caller: Caller, titleOrSlug: string, options?: CallOptions): Promise<WikiPage>;
  searchPages(caller: Caller, query: SearchQuery, options?: CallOptions): Promise<Page<WikiPage>>;
  /** All titles of the guild, for autocomplete. */
  listTitles(caller: Caller, options?: CallOptions): Promise<WikiTitle[]>;
  /**
   * Creates the page, or replaces body and tags of the page with the same slug.
   *
   * @throws {Failure} `bad_input` for a title without letters or digits, or an empty body; `too_large`
   */
  upsertPage(
    caller: Caller,
    draft: WikiPageDraft,
    options?: CallOptions,
  ): Promise<{ page: WikiPage; created: boolean }>;
  /** Replaces body and tags. @throws {Failure} `not_found`, `bad_input`, `too_large` */
  updatePage(
    caller: Caller,
    id: string,
    change: { body: string; tags: string[] },
    options?: CallOptions,
  ): Promise<WikiPage>;
  listPageReferences(caller: Caller, pageId: string, options?: CallOptions): Promise<MessageReference[]>;
  /** Adds a reference; one with the same message id changes nothing. */
  addPageReference(caller: Caller, pageId: string, reference: MessageReference, options?: CallOptions): Promise<void>;
}

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

export interface Guild {
  id: string;
  name: string;
  /** Empty without one. */
  iconUrl: string;
  ownerId: string;
}

export interface AnnouncementSettings {
  enabled: boolean;
  channelId: string;
  notifyWikiCreate: boolean;
  notifyWikiEdit: boolean;
  notifyQuoteCreate: boolean;
}

/** Guilds and their settings; called with the bot's own rights. */
export interface GuildStore {
  upsertGuild(guild: Guild, options?: CallOptions): Promise<void>;
  /** A guild, and whether the bot is still in it. @throws {Failure} `not_found` */
  getGuild(guildId: string, options?: CallOptions): Promise<Guild & { enabled: boolean }>;
  /** Marks a guild that the bot has left; its pages stay. */
  disableGuild(guildId: string, options?: CallOptions): Promise<void>;
  /** Settings of a guild; those of an unknown guild are off and empty. */
  getAnnouncements(guildId: string, options?: CallOptions): Promise<AnnouncementSettings>;
  /** Changes the given fields and leaves the others. */
  updateAnnouncements(
    guildId: string,
    change: Partial<AnnouncementSettings>,
    options?: CallOptions,
  ): Promise<AnnouncementSettings>;
}

export interface GuildMember {
  guildId: string;
  userId: string;
  username: string;
  /** Empty without one, as are the next three. */
  globalName: string;
  nickname: string;
  guildAvatarHash: string;
  avatarHash: string;
  roleIds: string[];
  joinedAt: Timestamp;
}

/** Options of writes that only the leader may do. */
export interface FencedOptions extends CallOptions {
  /** The term's fencing token: a decimal number. A smaller one than the backend has seen is refused with `stale_term`. */
  fencingToken?: string;
}

/** The list of guild members; called with the bot's own rights. */
export interface MemberStore {
  /**
   * Creates or updates members of one guild, all or none. Give at most about 5,000 or 1.5 MiB.
   *
   * @returns how many were written
   * @throws {Failure} `stale_term`, `too_large`
   */
  upsertMembers(members: readonly GuildMember[], options?: FencedOptions): Promise<number>;
  /** Removes a membership; nothing happens if there is none. @throws {Failure} `stale_term` */
  removeMember(guildId: string, userId: string, options?: FencedOptions): Promise<void>;
  /**
   * Begins a full pass over a guild's members.
   *
   * @returns a mark for {@linkcode removeMembersUnseenSince}, valid in any later process; `null` when this backend cannot reconcile
   */
  markMemberPass(guildId: string, options?: FencedOptions): Promise<string | null>;
  /**
   * Removes the memberships of a guild that no upsert has confirmed since the mark was taken.
   *
   * @returns how many were removed
   * @throws {Failure} `stale_term`
   */
  removeMembersUnseenSince(guildId: string, mark: string, options?: FencedOptions): Promise<number>;
  isMember(guildId: string, userId: string, options?: CallOptions): Promise<boolean>;
}

/** Everything the bot needs kept. */
export interface Backend extends WikiStore, QuoteStore, GuildStore, MemberStore {
  /** How long a round trip takes, in milliseconds. @throws {Failure} `unreachable`, `refused_token` */
  ping(options?: CallOptions): Promise<number>;
  /** Lets running calls end and gives everything back. */
  close(): Promise<void>;
}
