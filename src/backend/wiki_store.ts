/** The port's wiki pages: they belong to a guild and everybody in it writes them. */
import type {
  Caller,
  CallOptions,
  ListQuery,
  MessageReference,
  Page,
  SearchQuery,
  Timestamp,
  TitleQuery,
} from "./calls.ts";

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

export interface WikiPageDraft {
  title: string;
  body: string;
  tags: string[];
  /** Where it was written; empty when unknown. */
  channelId: string;
}

/** Wiki pages of the caller's guild. */
export interface WikiStore {
  /** @throws {Failure} `not_found` */
  getPage(caller: Caller, id: string, options?: CallOptions): Promise<WikiPage>;
  /** Finds by title or slug, aliases included. @throws {Failure} `not_found` */
  findPage(caller: Caller, titleOrSlug: string, options?: CallOptions): Promise<WikiPage>;
  searchPages(caller: Caller, query: SearchQuery, options?: CallOptions): Promise<Page<WikiPage>>;
  /**
   * Titles in which the typed text occurs, whatever its case and accents; those that begin with it first. Nothing typed lists the newest.
   */
  suggestTitles(caller: Caller, query: TitleQuery, options?: CallOptions): Promise<WikiTitle[]>;
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

export type WikiOrder = "created" | "updated" | "title";

/** What keeps a wiki in order. */
export interface WikiCurator {
  /**
   * Creates a page, never changes one.
   *
   * @throws {Failure} `bad_input` when the title leads to a page already, and as {@linkcode WikiStore.upsertPage}; `too_large`
   */
  createPage(caller: Caller, draft: WikiPageDraft, options?: CallOptions): Promise<WikiPage>;
  /** Deletes a page of the caller's own; its titles are free again. @throws {Failure} `not_found`, `not_yours` */
  deletePage(caller: Caller, id: string, options?: CallOptions): Promise<void>;
  /** Pages of the guild, the newest first unless said otherwise. */
  listPages(caller: Caller, query: ListQuery<WikiOrder>, options?: CallOptions): Promise<Page<WikiPage>>;
  /**
   * Puts one page into another: the text behind the other's, tags and references together. The source is gone, and its titles lead to the target.
   *
   * @returns the target
   * @throws {Failure} `not_found`, `bad_input` when both are one page, `too_large` when both do not fit into one
   */
  mergePages(
    caller: Caller,
    merge: { sourceId: string; targetId: string },
    options?: CallOptions,
  ): Promise<WikiPage>;
  /** All titles of the guild; for the contract, whose call gives them all at once. */
  listTitles(caller: Caller, options?: CallOptions): Promise<WikiTitle[]>;
}
