/** Notes: private, titles included. */
import { assert, assertEquals } from "@std/assert";
import type { Backend, Caller } from "../../../src/backend/backend.ts";
import { ALL, assertFails, newId, type Provider, rule, someone, two } from "./provider.ts";
import { referenceTo } from "./wiki.ts";

function save(backend: Backend, caller: Caller, title: string, body = "Some text", tags: string[] = []) {
  return backend.createNote(caller, { title, body, tags, channelId: "123456789012345678", sourceMessageId: "" });
}

export function noteContract(provider: Provider): void {
  savingNotes(provider);
  findingNotes(provider);
  keepingNotesPrivate(provider);
}

function savingNotes(provider: Provider): void {
  rule(provider, "a note is kept, changed and deleted", async (backend) => {
    const caller = await someone(backend);
    const { id } = await save(backend, caller, "Évolution & Co", "first", ["a"]);
    const { title, body, tags, guildId, authorId, createdAt } = await backend.getNote(caller, id);
    assertEquals({ title, body, tags, guildId }, {
      title: "Évolution & Co",
      body: "first",
      tags: ["a"],
      guildId: caller.guildId,
    });
    assert(authorId !== "" && createdAt > Date.UTC(2020, 0, 1));
    const change = { title: "Renamed", body: "second", tags: ["b", "c"] };
    const changed = await backend.updateNote(caller, id, change);
    assertEquals([changed.title, changed.body, changed.tags.toSorted()], ["Renamed", "second", ["b", "c"]]);
    assertEquals((await backend.getNote(caller, id)).title, "Renamed");
    await backend.deleteNote(caller, id);
    await assertFails("not_found", () => backend.getNote(caller, id));
    await assertFails("not_found", () => backend.deleteNote(caller, id));
    await assertFails("not_found", () => backend.updateNote(caller, id, change));
  });

  rule(provider, "a note without a title or a text is refused, a title of emoji is not", async (backend) => {
    const caller = await someone(backend);
    await assertFails("bad_input", () => save(backend, caller, "  "));
    await assertFails("bad_input", () => save(backend, caller, "Empty", "\n"));
    await assertFails("too_large", () => save(backend, caller, "Long", "word ".repeat(1_000_000)));
    const { id } = await save(backend, caller, "🐝");
    await assertFails("bad_input", () => backend.updateNote(caller, id, { title: "", body: "x", tags: [] }));
    assertEquals((await backend.getNote(caller, id)).title, "🐝");
  });

  rule(provider, "a note keeps the messages it refers to, each once", async (backend) => {
    const caller = await someone(backend);
    const { id } = await save(backend, caller, "Referring");
    const reference = referenceTo(caller.guildId);
    await backend.addNoteReference(caller, id, reference);
    await backend.addNoteReference(caller, id, { ...reference, content: "another text" });
    assertEquals(await backend.listNoteReferences(caller, id), [reference]);
  });
}

function findingNotes(provider: Provider): void {
  rule(provider, "notes are listed newest first, in slices that know how many there are", async (backend) => {
    const caller = await someone(backend);
    for (const title of ["One", "Two", "Three", "Four"]) await save(backend, caller, title, "same", [title[0] ?? ""]);
    const titles = async (query: { limit: number; offset: number; ascending?: boolean; tags?: string[] }) => {
      const { items, total } = await backend.listNotes(caller, { tags: [], ...query });
      return [items.map(({ title }) => title), total];
    };
    assertEquals(await titles({ limit: 2, offset: 1 }), [["Three", "Two"], 4]);
    assertEquals(await titles({ limit: 2, offset: 0, ascending: true }), [["One", "Two"], 4]);
    assertEquals(await titles({ limit: 10, offset: 0, tags: ["T"] }), [["Three", "Two"], 2]);
    assertEquals(await titles({ limit: 10, offset: 10 }), [[], 4]);
  });

  rule(provider, "notes are found by all of their words, in one guild if asked", async (backend) => {
    const caller = await someone(backend);
    await save(backend, caller, "Garden", "water the roses", ["x"]);
    await save(backend, caller, "Roses", "red 100%_\\", ["x", "y"]);
    const found = async (query: string, filter: { tags?: string[]; guildId?: string } = {}) => {
      const { items, total } = await backend.searchNotes(caller, { query, tags: [], ...filter, ...ALL });
      assertEquals(total, items.length);
      return items.map(({ title }) => title).toSorted();
    };
    assertEquals(await found("roses"), ["Garden", "Roses"]);
    assertEquals(await found("roses water"), ["Garden"]);
    assertEquals(await found("roses", { tags: ["y"] }), ["Roses"]);
    assertEquals(await found("", { guildId: caller.guildId ?? "" }), ["Garden", "Roses"]);
    assertEquals(await found("roses", { guildId: newId() }), []);
    for (const odd of ['"', "*", "'; DROP TABLE notes; --", "NEAR(a b)", "-roses elephant", "\0", "\ud83d"]) {
      await found(odd);
    }
    assertEquals(await found(""), ["Garden", "Roses"]);
  });

  rule(provider, "titles are suggested by any part, whatever its case and accents", async (backend) => {
    const caller = await someone(backend);
    for (const title of ["Über uns", "About Übung", "Other"]) await save(backend, caller, title);
    const suggested = async (typed: string, limit = 25) =>
      (await backend.suggestNoteTitles(caller, { typed, limit })).map(({ title }) => title);
    assertEquals(await suggested("ub"), ["Über uns", "About Übung"]);
    assertEquals(await suggested("THER"), ["Other"]);
    assertEquals(await suggested("", 2), ["Other", "About Übung"]);
    assertEquals(await suggested("nothing"), []);
  });
}

function keepingNotesPrivate(provider: Provider): void {
  rule(provider, "nobody else reads, changes, deletes or finds a note, its title included", async (backend) => {
    const [ann, ben] = await two(backend);
    const { id } = await save(backend, ann, "Secret plans", "between us", ["secret"]);
    await assertFails("not_yours", () => backend.getNote(ben, id));
    await assertFails("not_yours", () => backend.updateNote(ben, id, { title: "Mine", body: "x", tags: [] }));
    await assertFails("not_yours", () => backend.deleteNote(ben, id));
    await assertFails("not_yours", () => backend.listNoteReferences(ben, id));
    await assertFails("not_yours", () => backend.addNoteReference(ben, id, referenceTo(ben.guildId)));
    assertEquals((await backend.listNotes(ben, { tags: [], ...ALL })).total, 0);
    for (const query of ["", "secret", "between", "us"]) {
      assertEquals((await backend.searchNotes(ben, { query, tags: [], ...ALL })).total, 0, query);
    }
    assertEquals(await backend.suggestNoteTitles(ben, { typed: "", limit: 25 }), []);
    assertEquals(await backend.suggestNoteTitles(ben, { typed: "Secret", limit: 25 }), []);
    assertEquals((await backend.getNote(ann, id)).body, "between us");
  });

  rule(provider, "a note is its author's wherever they are, in a direct message too", async (backend) => {
    const caller = await someone(backend);
    const alone = { ...caller, guildId: null };
    const [here, there] = [await save(backend, caller, "Here"), await save(backend, alone, "There")];
    assertEquals([here.guildId, there.guildId], [caller.guildId, null]);
    assertEquals((await backend.getNote(alone, here.id)).title, "Here");
    for (const asked of [caller, alone]) {
      const { items } = await backend.listNotes(asked, { tags: [], ...ALL });
      assertEquals(items.map(({ title }) => title), ["There", "Here"]);
    }
    const filter = { tags: [], guildId: caller.guildId ?? "", ...ALL };
    const found = [
      await backend.listNotes(alone, filter),
      await backend.searchNotes(alone, { query: "text", ...filter }),
    ];
    assertEquals(found.map(({ items }) => items.map(({ title }) => title)), [["Here"], ["Here"]]);
  });
}
