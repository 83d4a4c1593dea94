/** Order in the wiki: creating, deleting, listing, merging and suggesting pages. */
import { assert, assertEquals } from "@std/assert";
import type { Backend, Caller } from "../../../src/backend/backend.ts";
import { sleep, systemClock } from "../../../src/clock.ts";
import { ALL, assertFails, type Provider, rule, someone, two } from "./provider.ts";
import { referenceTo } from "./wiki.ts";

function create(backend: Backend, caller: Caller, title: string, body = "Some text", tags: string[] = []) {
  return backend.createPage(caller, { title, body, tags, channelId: "" });
}

async function titlesOf(backend: Backend, caller: Caller): Promise<string[]> {
  return (await backend.listTitles(caller)).map(({ title }) => title).toSorted();
}

export function curatorContract(provider: Provider): void {
  makingPages(provider);
  listingPages(provider);
  mergingPages(provider);
  mergingTitles(provider);
}

function makingPages(provider: Provider): void {
  rule(provider, "creating a page never changes one", async (backend) => {
    const [ann, ben] = await two(backend);
    const page = await create(backend, ann, "House rules", "Be kind", ["rules"]);
    assertEquals((await backend.getPage(ben, page.id)).body, "Be kind");
    await assertFails("bad_input", () => create(backend, ben, "HOUSE rules!", "Be rude"));
    await assertFails("bad_input", () => create(backend, ann, "😀"));
    assertEquals((await backend.getPage(ann, page.id)).body, "Be kind");
  });

  rule(provider, "a deleted page is gone, and its title is free again", async (backend) => {
    const [ann, ben] = await two(backend);
    const page = await create(backend, ann, "Rules", "old");
    await assertFails("not_yours", () => backend.deletePage(ben, page.id));
    await backend.deletePage(ann, page.id);
    await assertFails("not_found", () => backend.getPage(ann, page.id));
    await assertFails("not_found", () => backend.findPage(ann, "Rules"));
    await assertFails("not_found", () => backend.deletePage(ann, page.id));
    assertEquals((await backend.searchPages(ann, { query: "old", tags: [], ...ALL })).total, 0);
    const again = await create(backend, ben, "Rules", "new");
    assertEquals((await backend.findPage(ann, "rules")).id, again.id);
  }, "freesTitles");
}

function listingPages(provider: Provider): void {
  rule(provider, "pages are listed in each order, in slices that know how many there are", async (backend) => {
    const caller = await someone(backend);
    for (const title of ["Beta", "Gamma", "Alpha"]) await create(backend, caller, title);
    const { id } = await backend.findPage(caller, "Beta");
    // Within one millisecond nobody can tell which came last.
    await sleep(systemClock, 5);
    await backend.updatePage(caller, id, { body: "changed", tags: [] });
    const list = async (query: Partial<Parameters<Backend["listPages"]>[1]>) => {
      const { items, total } = await backend.listPages(caller, { ...ALL, ...query });
      assertEquals(total, 3);
      return items.map(({ title }) => title);
    };
    assertEquals(await list({}), ["Alpha", "Gamma", "Beta"]);
    assertEquals(await list({ ascending: true }), ["Beta", "Gamma", "Alpha"]);
    assertEquals(await list({ orderBy: "updated" }), ["Beta", "Alpha", "Gamma"]);
    assertEquals(await list({ orderBy: "title", ascending: true }), ["Alpha", "Beta", "Gamma"]);
    assertEquals(await list({ limit: 1, offset: 1 }), ["Gamma"]);
  });

  rule(provider, "titles are suggested by any part, those that begin with it first", async (backend) => {
    const [caller, stranger] = [await someone(backend), await someone(backend)];
    for (const title of ["Too lübe", "Über uns", "Other", "C++ & C#"]) await create(backend, caller, title);
    const suggested = async (typed: string, limit = 25) =>
      (await backend.suggestTitles(caller, { typed, limit })).map(({ title }) => title);
    for (const typed of ["ub", "ÜB", "u\u0308b", "übe"]) assertEquals(await suggested(typed), ["Über uns", "Too lübe"]);
    assertEquals(await suggested("THE"), ["Other"]);
    assertEquals(await suggested("", 2), ["C++ & C#", "Other"]);
    assertEquals(await suggested("ub", 1), ["Über uns"]);
    assertEquals(await suggested("nothing of the kind"), []);
    assertEquals(await backend.suggestTitles(stranger, { typed: "ub", limit: 25 }), []);
    for (const odd of ['"', "%", "'; DROP TABLE pages; --", "\0", "\ud83d", "*"]) await suggested(odd);
  });
}

function mergingPages(provider: Provider): void {
  rule(provider, "a merge puts text, tags and references together, and nothing is lost", async (backend) => {
    const [ann, ben] = await two(backend);
    const [source, target] = [
      await create(backend, ann, "Source", "from here", ["a", "b"]),
      await create(backend, ben, "Target", "to there", ["b", "c"]),
    ];
    const [both, only] = [referenceTo(ann.guildId), referenceTo(ann.guildId)];
    for (const reference of [both, only]) await backend.addPageReference(ann, source.id, reference);
    await backend.addPageReference(ann, target.id, both);
    const merged = await backend.mergePages(ben, { sourceId: source.id, targetId: target.id });
    assertEquals(
      [merged.id, merged.title, merged.body, merged.tags.toSorted()],
      [target.id, "Target", "to there\n\n---\n\nfrom here", ["a", "b", "c"]],
    );
    const references = await backend.listPageReferences(ann, target.id);
    assertEquals(references.map(({ messageId }) => messageId).toSorted(), [both.messageId, only.messageId].toSorted());
    await assertFails("not_found", () => backend.getPage(ann, source.id));
    assertEquals(await titlesOf(backend, ann), ["Target"]);
    const { items, total } = await backend.searchPages(ann, { query: "here there", tags: ["a", "c"], ...ALL });
    assertEquals([items.map(({ id }) => id), total], [[target.id], 1]);
  });

  rule(provider, "a merge needs two pages of one's own guild that fit into one", async (backend) => {
    const [ann, stranger] = [await someone(backend), await someone(backend)];
    const [one, two] = [await create(backend, ann, "One"), await create(backend, ann, "Two")];
    const elsewhere = await create(backend, stranger, "Elsewhere");
    const merge = (sourceId: string, targetId: string) => backend.mergePages(ann, { sourceId, targetId });
    await assertFails("bad_input", () => merge(one.id, one.id));
    await assertFails("not_found", () => merge(one.id, elsewhere.id));
    await assertFails("not_found", () => merge(elsewhere.id, one.id));
    await assertFails("not_found", () => merge(crypto.randomUUID(), one.id));
    for (const { id } of [one, two]) {
      await backend.updatePage(ann, id, { body: "word ".repeat(40_000), tags: [] });
    }
    await assertFails("too_large", () => merge(one.id, two.id));
    assertEquals(await titlesOf(backend, ann), ["One", "Two"]);
    assertEquals((await backend.getPage(ann, two.id)).body, "word ".repeat(40_000));
  });
}

function mergingTitles(provider: Provider): void {
  rule(provider, "after merges, every former title leads to the last target and to no other", async (backend) => {
    const caller = await someone(backend);
    const pages = [];
    for (const title of ["First", "Second", "Third"]) pages.push(await create(backend, caller, title, `of ${title}`));
    const [first, second, third] = pages;
    assert(first && second && third);
    await backend.mergePages(caller, { sourceId: first.id, targetId: second.id });
    await backend.mergePages(caller, { sourceId: second.id, targetId: third.id });
    for (const title of ["First", "second", "THIRD"]) {
      assertEquals((await backend.findPage(caller, title)).id, third.id, title);
    }
    assertEquals(
      (await backend.getPage(caller, third.id)).body,
      ["Third", "Second", "First"].map((title) => `of ${title}`).join("\n\n---\n\n"),
    );
    const { page, created } = await backend.upsertPage(caller, {
      title: "First",
      body: "replaced",
      tags: [],
      channelId: "",
    });
    assertEquals([created, page.id, page.title], [false, third.id, "Third"]);
    await assertFails("bad_input", () => create(backend, caller, "Second"));
  });
}
