/** Notes in the file: private, whoever asks for another's learns that it is not theirs and nothing of it. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Caller, Note, NoteDraft, NoteFilter, NoteStore, NoteTitle, TitleQuery } from "../backend.ts";
import { matchingNotes } from "../title_matches.ts";
import { bodyOf, checkPaging, clean, tagsOf, titleOf } from "../texts.ts";
import type { Database } from "./database.ts";
import { count, type Entries, type Filter, list, replaceTags, tagsColumn } from "./entries.ts";
import { nameToShow, rememberCaller, rememberUser } from "./people.ts";
import { listReferences, NOTE_REFERENCES, saveReference } from "./references.ts";
import { numberOf, type Row, textOf, textOrNull, textsOf } from "./row.ts";
import { search } from "./search.ts";
import { nextSeq, type Shelf, shelfOf } from "./shelves.ts";

const NOTES: Entries = {
  table: "notes",
  tags: "note_tags",
  stems: "note_stems",
  words: "note_words",
  owner: "author_id",
  visible: "TRUE",
  titled: true,
};

const SELECT_NOTE = `SELECT seq, id, title, body, ${tagsColumn(NOTES)} AS tags, guild_id, channel_id, source_message_id,
  author_id, ${nameToShow("entry.author_id", "''")} AS author_name, created_at, updated_at FROM notes AS entry`;

/** The columns that decide an order; each has an index. */
const ORDERS = { created: "seq", updated: "updated_at" } as const;

/** How many of the newest notes of one person are suggested from: 5 ms. */
const SUGGESTED_FROM = 5_000;

/** The notes of a file. */
export function noteStore(database: Database, clock: Clock): NoteStore {
  return {
    createNote: (caller, draft, options) =>
      database.write(options, () => createNote(database, { caller, draft, nowMs: clock.wallMs() })),
    getNote: (caller, id, options) => database.read(options, () => noteOf(requireOwnNote(database, { caller, id }))),
    listNotes: (caller, { limit, offset, orderBy = "created", ascending = false, ...filter }, options) =>
      database.read(options, () => {
        checkPaging({ limit, offset });
        const wanted = { shelf: notesOf(database, caller), filter: filterOf(filter) };
        const seqs = list(database, NOTES, { ...wanted, limit, offset, by: ORDERS[orderBy], ascending });
        return { items: seqs.map((seq) => noteAt(database, seq)), total: count(database, NOTES, wanted) };
      }),
    searchNotes: (caller, { query, limit, offset, ...filter }, options) =>
      database.read(options, () => {
        checkPaging({ limit, offset });
        const wanted = { shelf: notesOf(database, caller), filter: filterOf(filter), query, limit, offset };
        const { seqs, ...found } = search(database, NOTES, wanted);
        return { items: seqs.map((seq) => noteAt(database, seq)), ...found };
      }),
    suggestNoteTitles: (caller, query, options) =>
      database.read(options, () => suggestTitles(database, { ...query, userId: authorOf(caller) })),
    updateNote: (caller, id, change, options) =>
      database.write(options, () => {
        const seq = numberOf(requireOwnNote(database, { caller, id }), "seq");
        database.run(
          "UPDATE notes SET title = ?, body = ?, updated_at = max(?, updated_at + 1) WHERE seq = ?",
          ...[titleOf(change.title), bodyOf(change.body), clock.wallMs(), seq],
        );
        replaceTags(database, NOTES, { seq, tags: tagsOf(change.tags) });
        return noteAt(database, seq);
      }),
    deleteNote: (caller, id, options) =>
      database.write(options, () => {
        const seq = numberOf(requireOwnNote(database, { caller, id }), "seq");
        database.run("DELETE FROM notes WHERE seq = ?", seq);
      }),
    listNoteReferences: (caller, id, options) =>
      database.read(options, () => {
        const seq = numberOf(requireOwnNote(database, { caller, id }), "seq");
        return listReferences(database, NOTE_REFERENCES, seq);
      }),
    addNoteReference: (caller, id, reference, options) =>
      database.write(options, () => {
        const entry = numberOf(requireOwnNote(database, { caller, id }), "seq");
        saveReference(database, NOTE_REFERENCES, { entry, reference });
      }),
  };
}

/** Notes can be written anywhere, so the caller's guild does not matter. @throws {Failure} `bad_input` */
function authorOf({ userId }: Caller): string {
  if (userId === "") throw new Failure("bad_input", "A call for a user needs the user's id");
  return userId;
}

function notesOf(database: Database, caller: Caller): Shelf {
  return shelfOf(database, { kind: "notes", ownerId: authorOf(caller) });
}

function filterOf({ tags, guildId }: NoteFilter): Filter {
  return { tags: tagsOf(tags), where: guildId === undefined ? {} : { guild_id: guildId } };
}

function requireOwnNote(database: Database, { caller, id }: { caller: Caller; id: string }): Row {
  const userId = authorOf(caller);
  const row = database.first(`${SELECT_NOTE} WHERE id = ?`, id);
  if (row === undefined) throw new Failure("not_found", `There is no note with id ${id}`);
  if (textOf(row, "author_id") === userId) return row;
  throw new Failure("not_yours", `Note ${id} was written by someone else than user ${userId}`);
}

function noteAt(database: Database, seq: number): Note {
  const row = database.first(`${SELECT_NOTE} WHERE seq = ?`, seq);
  if (row === undefined) throw new Failure("unknown", `Note ${seq} is in an index and not in its table`);
  return noteOf(row);
}

interface Saving {
  caller: Caller;
  draft: NoteDraft;
  nowMs: number;
}

function createNote(database: Database, { caller, draft, nowMs }: Saving): Note {
  const who = { userId: authorOf(caller), username: clean(caller.username) };
  const guildId = caller.guildId || null;
  if (guildId === null) rememberUser(database, who);
  else rememberCaller(database, { ...who, guildId });
  const seq = nextSeq(database, { kind: "notes", ownerId: who.userId });
  database.run(
    `INSERT INTO notes (seq, id, author_id, guild_id, channel_id, source_message_id, created_at, updated_at, title, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[seq, crypto.randomUUID(), who.userId, guildId, clean(draft.channelId), clean(draft.sourceMessageId)],
    ...[nowMs, nowMs, titleOf(draft.title), bodyOf(draft.body)],
  );
  replaceTags(database, NOTES, { seq, tags: tagsOf(draft.tags) });
  return noteAt(database, seq);
}

function suggestTitles(database: Database, { userId, ...query }: TitleQuery & { userId: string }): NoteTitle[] {
  checkPaging({ limit: query.limit, offset: 0 });
  const rows = database.all(
    `SELECT id, title FROM notes WHERE author_id = ? ORDER BY seq DESC LIMIT ${SUGGESTED_FROM}`,
    userId,
  );
  return matchingNotes(rows.map((row) => ({ id: textOf(row, "id"), title: textOf(row, "title") })), query);
}

function noteOf(row: Row): Note {
  return {
    id: textOf(row, "id"),
    title: textOf(row, "title"),
    body: textOf(row, "body"),
    tags: textsOf(row, "tags"),
    guildId: textOrNull(row, "guild_id"),
    channelId: textOf(row, "channel_id"),
    sourceMessageId: textOf(row, "source_message_id"),
    authorId: textOf(row, "author_id"),
    authorName: textOf(row, "author_name"),
    createdAt: numberOf(row, "created_at"),
    updatedAt: numberOf(row, "updated_at"),
  };
}
