/** Serves the calls for notes from a backend; nobody sees any but their own. */
import type { Backend, Caller, CallOptions, NoteTitle } from "../backend.ts";
import { orderFromWire } from "./list_order.ts";
import { noteDraftFromWire, NOTES, noteToWire } from "./note_wire.ts";
import type { Services } from "./served_call.ts";
import { referenceFromWire, referenceToWire } from "./wiki_wire.ts";

const TITLES_AT_ONCE = 100;

export function serveNotes(services: Services, backend: Backend): void {
  services.on(NOTES.create, async (request, { caller, options }) => {
    const { guild_id } = request;
    const who = { ...await caller(guild_id), guildId: guild_id || null };
    return noteToWire(await backend.createNote(who, noteDraftFromWire(request), options));
  });
  services.on(NOTES.get, async ({ id }, { caller, options }) => {
    return noteToWire(await backend.getNote(await caller(), id, options));
  });
  services.on(NOTES.list, async ({ guild_id, order_by, ...query }, { caller, options }) => {
    const orderBy = orderFromWire(order_by, ["created", "updated"]);
    const { items, total } = await backend.listNotes(
      await caller(),
      { ...query, orderBy, ...inGuild(guild_id) },
      options,
    );
    return { notes: items.map(noteToWire), total };
  });
  services.on(NOTES.search, async ({ guild_id, ...query }, { caller, options }) => {
    const { items, total } = await backend.searchNotes(await caller(), { ...query, ...inGuild(guild_id) }, options);
    return { notes: items.map(noteToWire), total };
  });
  services.on(NOTES.titles, async ({ guild_id }, { caller, options }) => {
    return { suggestions: await titlesIn(backend, { caller: await caller(), guildId: guild_id, options }) };
  });
  services.on(NOTES.update, async ({ id, ...change }, { caller, options }) => {
    return noteToWire(await backend.updateNote(await caller(), id, change, options));
  });
  services.on(NOTES.delete, async ({ id }, { caller, options }) => {
    await backend.deleteNote(await caller(), id, options);
    return { success: true, message: "" };
  });
  services.on(NOTES.addReference, async ({ note_id, ...reference }, { caller, options }) => {
    const added = referenceFromWire(reference);
    await backend.addNoteReference(await caller(), note_id, added, options);
    return stored(note_id, added);
  });
  services.on(NOTES.listReferences, async ({ note_id }, { caller, options }) => {
    const references = await backend.listNoteReferences(await caller(), note_id, options);
    return { references: references.map((reference) => stored(note_id, reference)) };
  });
}

/** All guilds, and direct messages, when none is named. */
function inGuild(guildId: string): { guildId?: string } {
  return guildId === "" ? {} : { guildId };
}

/** All of the caller's titles in a guild. */
async function titlesIn(
  backend: Backend,
  { caller, guildId, options }: { caller: Caller; guildId: string; options: CallOptions },
): Promise<NoteTitle[]> {
  const titles: NoteTitle[] = [];
  for (let total = 1; titles.length < total;) {
    const query = { tags: [], limit: TITLES_AT_ONCE, offset: titles.length, ...inGuild(guildId) };
    const page = await backend.listNotes(caller, query, options);
    if (page.items.length === 0) break;
    titles.push(...page.items.map(({ id, title }) => ({ id, title })));
    total = page.total;
  }
  return titles;
}

/** A reference has no id of its own: note and message say which it is. */
function stored(noteId: string, reference: Parameters<typeof referenceToWire>[0]) {
  const id = `${noteId}/${reference.messageId}`;
  return { ...referenceToWire(reference), id, note_id: noteId, discord_link: reference.link };
}
