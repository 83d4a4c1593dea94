/** Notes on a gRPC server, as the port promises them. */
import type { Clock } from "../../clock.ts";
import type { Note, NoteDraft, NoteListQuery, NoteStore, NoteTitle, Page } from "../backend.ts";
import { bodyOf, checkPaging, tagsOf, titleOf } from "../texts.ts";
import type { Bounds } from "./bounds.ts";
import { CLOCK_SKEW_MS, CREATE_SHARE, LOOKED_AT } from "./created.ts";
import { isOutcomeUnknown } from "./errors.ts";
import { searchNotes } from "./note_search.ts";
import { noteDraftToWire, noteFromWire, NOTES, type WireNote } from "./note_wire.ts";
import { everything, withAllTags } from "./search_words.ts";
import { matchingNotes } from "../title_matches.ts";
import type { TitleCache } from "./title_cache.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";
import { referenceFromWire, referenceToWire } from "./wiki_wire.ts";

const ORDERS = { created: "created_at", updated: "updated_at" } as const;

/** The notes of a server. */
export function grpcNotes(
  calls: UserCalls,
  { clock, titles }: { clock: Clock; titles: TitleCache<NoteTitle> },
): NoteStore {
  const own = (wire: WireNote, context: UserContext) => ownNote(calls, wire, context);
  return {
    async createNote(caller, draft, options) {
      const context = calls.writing(caller, options, "anywhere");
      const texts = { title: titleOf(draft.title), body: bodyOf(draft.body), tags: tagsOf(draft.tags) };
      const sinceMs = clock.wallMs() - CLOCK_SKEW_MS;
      const create = () => createNote(calls, context, { draft: { ...draft, ...texts }, sinceMs });
      return await titles.changing(caller.userId, create);
    },
    async getNote(caller, id, options) {
      const context = calls.reading(caller, options, "anywhere");
      return own(await calls.read(NOTES.get, { id }, context), context);
    },
    async listNotes(caller, query, options) {
      checkPaging(query);
      return await listNotes(calls, calls.reading(caller, options, "anywhere"), {
        ...query,
        tags: tagsOf(query.tags),
      });
    },
    async searchNotes(caller, query, options) {
      checkPaging(query);
      const context = calls.reading(caller, options, "anywhere");
      const page = await searchNotes(calls, context, { ...query, tags: tagsOf(query.tags) });
      return { ...page, items: page.items.map((note) => named(note, context)) };
    },
    async suggestNoteTitles(caller, query, options) {
      checkPaging({ limit: query.limit, offset: 0 });
      const context = calls.reading(caller, options, "anywhere");
      const read = (bounds: Bounds) => readTitles(calls, { ...context, bounds });
      return matchingNotes(await titles.of(caller.userId, context.bounds, read), query);
    },
    async updateNote(caller, id, change, options) {
      const context = calls.writing(caller, options, "anywhere");
      const request = { id, title: titleOf(change.title), body: bodyOf(change.body), tags: tagsOf(change.tags) };
      const update = () => calls.write(NOTES.update, request, context);
      return own(await titles.changing(caller.userId, update), context);
    },
    async deleteNote(caller, id, options) {
      const context = calls.writing(caller, options, "anywhere");
      await titles.changing(caller.userId, () => calls.write(NOTES.delete, { id }, context));
    },
    async listNoteReferences(caller, noteId, options) {
      const context = calls.reading(caller, options, "anywhere");
      const { references } = await calls.read(NOTES.listReferences, { note_id: noteId }, context);
      return references.map(referenceFromWire);
    },
    async addNoteReference(caller, noteId, reference, options) {
      const context = calls.writing(caller, options, "anywhere");
      // The answer is not looked at: for a reference that exists already it shows an id that is not stored.
      await calls.write(NOTES.addReference, { note_id: noteId, ...referenceToWire(reference) }, context);
    },
  };
}

/** Saves a note. It is sent once; when nobody answered, it is looked up whether it was saved. */
async function createNote(
  calls: UserCalls,
  context: UserContext,
  { draft, sinceMs }: { draft: NoteDraft; sinceMs: number },
): Promise<Note> {
  try {
    const once = { ...context, bounds: context.bounds.part(CREATE_SHARE) };
    return ownNote(calls, await calls.write(NOTES.create, noteDraftToWire(draft, context.guildId), once), context);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const newest = { tags: [], limit: LOOKED_AT, offset: 0 };
    const { items } = await listNotes(calls, context, newest).catch(() => ({ items: [] }));
    const saved = items.find(({ title, body, createdAt }) =>
      title === draft.title && body === draft.body && createdAt >= sinceMs
    );
    if (saved === undefined) throw error;
    return saved;
  }
}

async function listNotes(calls: UserCalls, context: UserContext, query: NoteListQuery): Promise<Page<Note>> {
  const { tags, guildId = "", orderBy = "created", ascending = false } = query;
  return await withAllTags(query, async ({ limit, offset }) => {
    const request = { guild_id: guildId, tags, limit, offset, order_by: ORDERS[orderBy], ascending };
    const { notes, total } = await calls.read(NOTES.list, request, context);
    return { items: notes.map((wire) => ownNote(calls, wire, context)), total };
  });
}

/** The newest first. */
async function readTitles(calls: UserCalls, context: UserContext): Promise<NoteTitle[]> {
  const { items } = await everything((paging) => listNotes(calls, context, { tags: [], ...paging }));
  return items.map(({ id, title }) => ({ id, title }));
}

/** A note of the caller's; others the server does not show. */
function ownNote(calls: UserCalls, wire: WireNote, context: UserContext): Note {
  calls.people.learn(wire.author_id, context.caller.userId);
  return named(noteFromWire(wire), context);
}

/** The author is whoever asks; the server calls them by an id of its own, and by no name where they are no member. */
function named(note: Note, { caller }: UserContext): Note {
  return { ...note, authorId: caller.userId, authorName: note.authorName || caller.username };
}
