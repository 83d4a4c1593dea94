/** The messages of `proto/notes.proto` that are in use, and how they become the port's own, either way. */
import type { Note, NoteDraft, NoteTitle } from "../backend.ts";
import { method } from "./protocol.ts";
import { fromMs, toMs, type WireTimestamp } from "./timestamps.ts";
import type { WireReference } from "./wiki_wire.ts";

export interface WireNote {
  id: string;
  title: string;
  body: string;
  author_id: string;
  author_username: string;
  guild_id: string;
  channel_id: string;
  source_msg_id: string;
  tags: string[];
  created_at: WireTimestamp | null;
  updated_at: WireTimestamp | null;
}

export interface WireNoteDraft {
  title: string;
  body: string;
  guild_id: string;
  channel_id: string;
  source_msg_id: string;
  tags: string[];
}

interface Notes {
  notes: WireNote[];
  total: number;
}
interface ListRequest {
  guild_id: string;
  tags: string[];
  limit: number;
  offset: number;
  order_by: string;
  ascending: boolean;
}
interface SearchRequest {
  query: string;
  guild_id: string;
  tags: string[];
  limit: number;
  offset: number;
}
interface UpdateRequest {
  id: string;
  title: string;
  body: string;
  tags: string[];
}
type StoredReference = WireReference & { id: string; note_id: string; discord_link: string };

const SERVICE = "hivemind.notes.NoteService";

/** The calls in use. `titles` is served but never called. */
export const NOTES = {
  create: method<WireNoteDraft, WireNote>(SERVICE, "CreateNote"),
  get: method<{ id: string }, WireNote>(SERVICE, "GetNote"),
  list: method<ListRequest, Notes>(SERVICE, "ListNotes"),
  update: method<UpdateRequest, WireNote>(SERVICE, "UpdateNote"),
  delete: method<{ id: string }, { success: boolean; message: string }>(SERVICE, "DeleteNote"),
  search: method<SearchRequest, Notes>(SERVICE, "SearchNotes"),
  titles: method<{ guild_id: string }, { suggestions: NoteTitle[] }>(SERVICE, "AutocompleteNoteTitles"),
  addReference: method<WireReference & { note_id: string }, StoredReference>(SERVICE, "AddNoteMessageReference"),
  listReferences: method<{ note_id: string }, { references: StoredReference[] }>(SERVICE, "ListNoteMessageReferences"),
} as const;

export function noteFromWire(wire: WireNote): Note {
  return {
    id: wire.id,
    title: wire.title,
    body: wire.body,
    tags: wire.tags,
    guildId: wire.guild_id || null,
    channelId: wire.channel_id,
    sourceMessageId: wire.source_msg_id,
    authorId: wire.author_id,
    authorName: wire.author_username,
    createdAt: toMs(wire.created_at),
    updatedAt: toMs(wire.updated_at),
  };
}

export function noteToWire(note: Note): WireNote {
  return {
    id: note.id,
    title: note.title,
    body: note.body,
    tags: note.tags,
    guild_id: note.guildId ?? "",
    channel_id: note.channelId,
    source_msg_id: note.sourceMessageId,
    author_id: note.authorId,
    author_username: note.authorName,
    created_at: fromMs(note.createdAt),
    updated_at: fromMs(note.updatedAt),
  };
}

export function noteDraftToWire(draft: NoteDraft, guildId: string): WireNoteDraft {
  return {
    title: draft.title,
    body: draft.body,
    guild_id: guildId,
    channel_id: draft.channelId,
    source_msg_id: draft.sourceMessageId,
    tags: draft.tags,
  };
}

export function noteDraftFromWire(wire: WireNoteDraft): NoteDraft {
  return {
    title: wire.title,
    body: wire.body,
    tags: wire.tags,
    channelId: wire.channel_id,
    sourceMessageId: wire.source_msg_id,
  };
}
