/** Notes: private, but for their titles. */
import { type Message, StatusError } from "./protocol.ts";
import { addReference, referenceMessage, referencesOf } from "./references.ts";
import { hasAny, momentOf, type Note, sliceOf, type Tables, type User } from "./tables.ts";
import type { Handlers } from "./wiki.ts";

const LIST_LIMIT = 50;
const SEARCH_LIMIT = 20;
const TITLES_KEPT_MICROS = 60_000_000;

export function noteHandlers(tables: Tables): Handlers {
  const titles = new Map<string, { readAt: number; suggestions: Message[] }>();
  return {
    CreateNote: (request, who) => create(tables, request, who),
    GetNote: ({ id }, who) => message(tables, own(tables, id, who)),
    UpdateNote({ id, title, body, tags }, who) {
      const note = own(tables, id, who);
      requireTexts(title, body);
      return message(tables, Object.assign(note, { title, body, tags, updatedAt: tables.now() }));
    },
    DeleteNote({ id }, who) {
      own(tables, id, who).isDeleted = true;
      return { success: true };
    },
    ListNotes(request, who) {
      const by = request.order_by === "updated_at" ? "updatedAt" : "createdAt";
      const notes = ofAuthor(tables, request.guild_id, who).filter(hasAny(request.tags));
      const sorted = notes.toSorted((a, b) => (a[by] - b[by]) * (request.ascending ? 1 : -1));
      return listed(tables, sorted, sliceOf(sorted, request, LIST_LIMIT));
    },
    SearchNotes(request, who) {
      const { guild_id, query } = request;
      const pattern = ilike(`%${query}%`);
      const notes = ofAuthor(tables, guild_id, who)
        .filter(hasAny(request.tags))
        .filter(({ title, body }) => query === "" || pattern.test(title) || pattern.test(body))
        .filter(() => guild_id === "" || tables.sees(who, guild_id))
        .toSorted((a, b) => b.createdAt - a.createdAt);
      return listed(tables, notes, sliceOf(notes, request, SEARCH_LIMIT));
    },
    // Row 3: of everybody in the guild, as of a minute ago.
    AutocompleteNoteTitles({ guild_id }) {
      const now = tables.now();
      const kept = titles.get(guild_id);
      if (kept !== undefined && now - kept.readAt < TITLES_KEPT_MICROS) return { suggestions: kept.suggestions };
      const notes = [...tables.notes.values()].filter((note) => note.guildId === guild_id && !note.isDeleted);
      const suggestions = notes.map(({ id, title }) => ({ id, title }));
      titles.set(guild_id, { readAt: now, suggestions });
      return { suggestions };
    },
    AddNoteMessageReference({ note_id, ...request }, who) {
      own(tables, note_id, who);
      return { ...referenceMessage(addReference(tables, note_id, { request, who })), note_id };
    },
    ListNoteMessageReferences({ note_id }, who) {
      own(tables, note_id, who);
      return { references: referencesOf(tables, note_id).map((row) => ({ ...referenceMessage(row), note_id })) };
    },
  };
}

/** Row 4: what is not there is an internal error. */
function own(tables: Tables, id: string, who: User): Note {
  const note = tables.notes.get(id);
  if (note === undefined || note.isDeleted) {
    throw new StatusError("INTERNAL", `failed to get note: failed to get note: note not found: ${id}`);
  }
  if (note.authorId !== who.id) throw new StatusError("PERMISSION_DENIED", "you can only view your own notes");
  return note;
}

function ofAuthor(tables: Tables, guildId: string, who: User): Note[] {
  return [...tables.notes.values()].filter((note) =>
    note.authorId === who.id && !note.isDeleted && (guildId === "" || note.guildId === guildId)
  );
}

/** Row 10: one pattern in which `%` and `_` stand for anything, unless a `\` comes before. */
function ilike(pattern: string): RegExp {
  const parts = pattern.match(/\\[\s\S]|[\s\S]/gu) ?? [];
  const source = parts.map((part) => {
    if (part === "%") return "[\\s\\S]*";
    if (part === "_") return "[\\s\\S]";
    return part.replace(/^\\(?=[\s\S])/, "").replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, "iu");
}

function requireTexts(title: string, body: string): void {
  if (title.trim() === "") throw new StatusError("INVALID_ARGUMENT", "note title cannot be empty");
  if (body.trim() === "") throw new StatusError("INVALID_ARGUMENT", "note body cannot be empty");
}

function create(tables: Tables, request: Message, who: User): Message {
  const { title, body, tags, guild_id: guildId, channel_id: channelId, source_msg_id: sourceMessageId } = request;
  requireTexts(title, body);
  tables.requireGuild(guildId, "notes");
  const [id, now] = [tables.newId(), tables.now()];
  const note = { id, title, body, tags, authorId: who.id, guildId, channelId, sourceMessageId, isDeleted: false };
  const made = { ...note, createdAt: now, updatedAt: now };
  tables.notes.set(id, made);
  return { ...message(tables, made), author_username: "" };
}

function listed(tables: Tables, all: readonly Note[], slice: readonly Note[]): Message {
  return { notes: slice.map((note) => message(tables, note)), total: all.length };
}

function message(tables: Tables, note: Note): Message {
  return {
    id: note.id,
    title: note.title,
    body: note.body,
    tags: note.tags,
    author_id: note.authorId,
    author_username: tables.displayName(note.guildId, note.authorId),
    guild_id: note.guildId,
    channel_id: note.channelId,
    source_msg_id: note.sourceMessageId,
    created_at: momentOf(note.createdAt),
    updated_at: momentOf(note.updatedAt),
  };
}
