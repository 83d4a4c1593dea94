/** The port's notes: private, nobody but their author knows even their titles. */
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

export interface Note {
  id: string;
  title: string;
  body: string;
  tags: string[];
  /** Where it was written; `null` in a direct message. */
  guildId: string | null;
  /** Empty when unknown. */
  channelId: string;
  /** The message that it was made from; empty without one. */
  sourceMessageId: string;
  authorId: string;
  /** The name to show; empty when the backend does not know one. */
  authorName: string;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

export interface NoteDraft {
  title: string;
  body: string;
  tags: string[];
  /** Empty when unknown. */
  channelId: string;
  /** Empty when the text was typed. */
  sourceMessageId: string;
}

export interface NoteTitle {
  id: string;
  title: string;
}

/** Narrows a list of notes. */
export interface NoteFilter {
  /** Lower case; a note has all of them. */
  tags: string[];
  /** Only notes written in this guild. */
  guildId?: string;
}

export type NoteListQuery = ListQuery<"created" | "updated"> & NoteFilter;
export type NoteSearchQuery = SearchQuery & NoteFilter;

/** Notes of the caller, wherever they were written. */
export interface NoteStore {
  /** @throws {Failure} `bad_input` for an empty title or body; `too_large` */
  createNote(caller: Caller, draft: NoteDraft, options?: CallOptions): Promise<Note>;
  /** @throws {Failure} `not_found`, `not_yours` */
  getNote(caller: Caller, id: string, options?: CallOptions): Promise<Note>;
  /** The newest first unless said otherwise. */
  listNotes(caller: Caller, query: NoteListQuery, options?: CallOptions): Promise<Page<Note>>;
  searchNotes(caller: Caller, query: NoteSearchQuery, options?: CallOptions): Promise<Page<Note>>;
  /** Own titles in which the typed text occurs, as for pages. */
  suggestNoteTitles(caller: Caller, query: TitleQuery, options?: CallOptions): Promise<NoteTitle[]>;
  /** Replaces title, body and tags. @throws {Failure} `not_found`, `not_yours`, `bad_input`, `too_large` */
  updateNote(
    caller: Caller,
    id: string,
    change: { title: string; body: string; tags: string[] },
    options?: CallOptions,
  ): Promise<Note>;
  /** @throws {Failure} `not_found`, `not_yours` */
  deleteNote(caller: Caller, id: string, options?: CallOptions): Promise<void>;
  /** @throws {Failure} `not_found`, `not_yours` */
  listNoteReferences(caller: Caller, noteId: string, options?: CallOptions): Promise<MessageReference[]>;
  /** Adds a reference; one with the same message id changes nothing. @throws {Failure} `not_found`, `not_yours` */
  addNoteReference(caller: Caller, noteId: string, reference: MessageReference, options?: CallOptions): Promise<void>;
}
