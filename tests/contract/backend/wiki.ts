/** Pages: how they are saved, found and referred to. */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import type { Backend, Caller, MessageReference } from "../../../src/backend/backend.ts";
import { SLUGS } from "../slugs.ts";
import { assertFails, memberOf, newId, type Provider, rule, someone, two } from "./provider.ts";

function save(backend: Backend, caller: Caller, title: string, body = "Some text", tags: string[] = []) {
  return backend.upsertPage(caller, { title, body, tags, channelId: "123456789012345678" });
}

export function wikiContract(provider: Provider): void {
  savingPages(provider);
  findingPages(provider);
  namingAuthors(provider);
  referringToMessages(provider);
}

function savingPages(provider: Provider): void {
  rule(provider, "a new title makes a page", async (backend) => {
    const caller = await someone(backend);
    const { page, created } = await save(backend, caller, "House rules", "Be kind. #rules", ["rules"]);
    assert(created);
    const read = await backend.getPage(caller, page.id);
    const { title, body, tags, slug, guildId, authorId } = read;
    assertEquals({ title, body, tags, slug, guildId, authorId }, {
      title: "House rules",
      body: "Be kind. #rules",
      tags: ["rules"],
      slug: "house-rules",
      guildId: caller.guildId,
      authorId: caller.userId,
    });
    assert(read.createdAt > Date.UTC(2020, 0, 1) && read.updatedAt >= read.createdAt);
  });

  rule(
    provider,
    "saving a title whose slug exists replaces text and tags and keeps the page's title",
    async (backend) => {
      const [ann, ben] = await two(backend);
      const first = await save(backend, ann, "Évolution & Co", "old", ["a", "b"]);
      const second = await save(backend, ben, "EVOLUTION  and   CO!", "new", ["c"]);
      assertEquals([second.created, second.page.id], [false, first.page.id]);
      const { title, body, tags, authorId, createdAt } = await backend.getPage(ann, first.page.id);
      assertEquals([title, body, tags, authorId], ["Évolution & Co", "new", ["c"], ann.userId]);
      assertEquals(createdAt, first.page.createdAt);
    },
  );

  rule(provider, "several who save the same new title at once make one page", async (backend) => {
    const caller = await someone(backend);
    const saved = await Promise.all(Array.from({ length: 8 }, (_, i) => save(backend, caller, "Raced", `text ${i}`)));
    assertEquals(saved.filter(({ created }) => created).length, 1);
    assertEquals(new Set(saved.map(({ page }) => page.id)).size, 1);
    assertEquals((await backend.listTitles(caller)).map(({ title }) => title), ["Raced"]);
  }, "savesAtomically");

  rule(provider, "an update replaces text and tags", async (backend) => {
    const [ann, ben] = await two(backend);
    const { page } = await save(backend, ann, "Plans", "old", ["old"]);
    const updated = await backend.updatePage(ben, page.id, { body: "new", tags: ["x", "y"] });
    assertEquals([updated.title, updated.body, updated.tags.toSorted()], ["Plans", "new", ["x", "y"]]);
    assertGreaterOrEqual(updated.updatedAt, page.updatedAt);
    assertEquals((await backend.findPage(ann, "plans")).body, "new");
  });

  rule(provider, "a title without letters or digits, or an empty text, is refused", async (backend) => {
    const caller = await someone(backend);
    for (const title of ["😀", "!?", "   ", ""]) await assertFails("bad_input", () => save(backend, caller, title));
    await assertFails("bad_input", () => save(backend, caller, "Empty", " \n "));
    const { page } = await save(backend, caller, "Full");
    await assertFails("bad_input", () => backend.updatePage(caller, page.id, { body: "", tags: [] }));
    assertEquals((await backend.getPage(caller, page.id)).body, "Some text");
  });

  rule(provider, "long texts come back whole, and those over the limit are refused", async (backend) => {
    const caller = await someone(backend);
    const body = `${"Ünïcode 日本 😀 word ".repeat(4_000)}end`;
    const { page } = await save(backend, caller, "Long", body);
    assertEquals((await backend.getPage(caller, page.id)).body, body);
    const failure = await assertFails("too_large", () => save(backend, caller, "Longer", "word ".repeat(1_000_000)));
    assert(/\d/.test(failure.message), `says what is allowed: ${failure.message}`);
  });

  rule(provider, "texts keep every character that people type", async (backend) => {
    const caller = await someone(backend);
    const body = '  \'; DROP TABLE pages; -- "quoted" `code`\r\n\t👩‍👩‍👧‍👦 e\u0301 שלום \u202eevil %_\\ @everyone  ';
    const { page } = await save(backend, caller, "Odd", body);
    assertEquals((await backend.getPage(caller, page.id)).body, body);
  });
}

function findingPages(provider: Provider): void {
  rule(provider, "titles get the slugs of the real server", async (backend) => {
    const caller = await someone(backend);
    for (const [title, slug] of SLUGS.filter(([, slug]) => slug !== "")) {
      assertEquals([title, (await save(backend, caller, title)).page.slug], [title, slug]);
    }
  });

  rule(provider, "a page is found by its title, however it is written, and by its slug", async (backend) => {
    const caller = await someone(backend);
    const { page } = await save(backend, caller, "Ünïcödé Straße");
    for (const text of ["Ünïcödé Straße", "unicode STRASSE", "unicode-strasse", "  Unicode, Strasse! "]) {
      assertEquals((await backend.findPage(caller, text)).id, page.id, text);
    }
    await assertFails("not_found", () => backend.findPage(caller, "Unicode"));
    await assertFails("not_found", () => backend.findPage(caller, "😀"));
  });

  rule(provider, "a page is seen in its own guild alone", async (backend) => {
    const [ann, stranger] = [await someone(backend), await someone(backend)];
    const { page } = await save(backend, ann, "Secret plans");
    await assertFails("not_found", () => backend.getPage(stranger, page.id));
    await assertFails("not_found", () => backend.findPage(stranger, "Secret plans"));
    await assertFails("not_found", () => backend.updatePage(stranger, page.id, { body: "mine", tags: [] }));
    await assertFails("not_found", () => backend.listPageReferences(stranger, page.id));
    assertEquals(await backend.listTitles(stranger), []);
    assert((await save(backend, stranger, "Secret plans")).created, "its title is free elsewhere");
    assertEquals((await backend.getPage(ann, page.id)).body, "Some text");
  });

  rule(provider, "all titles of the guild are listed", async (backend) => {
    const caller = await someone(backend);
    const pages = [];
    for (const title of ["One", "Two", "Drei ß"]) pages.push((await save(backend, caller, title)).page);
    const bySlug = (left: { slug: string }, right: { slug: string }) => left.slug < right.slug ? -1 : 1;
    assertEquals(
      (await backend.listTitles(caller)).map(({ id, slug, title }) => ({ id, slug, title })).toSorted(bySlug),
      pages.map(({ id, slug, title }) => ({ id, slug, title })).toSorted(bySlug),
    );
  });

  rule(provider, "a page that is not there is not found", async (backend) => {
    const caller = await someone(backend);
    const id = crypto.randomUUID();
    await assertFails("not_found", () => backend.getPage(caller, id));
    await assertFails("not_found", () => backend.updatePage(caller, id, { body: "x", tags: [] }));
    await assertFails("not_found", () => backend.findPage(caller, "nothing of the kind"));
  });
}

function namingAuthors(provider: Provider): void {
  rule(provider, "an author is shown by nickname, else global name, else username", async (backend) => {
    const caller = await someone(backend);
    const { page } = await save(backend, caller, "By whom");
    const shown = async (names: { nickname: string; globalName: string }) => {
      await backend.upsertMembers([memberOf(caller.guildId, { userId: caller.userId, username: "annie", ...names })]);
      return (await backend.getPage(caller, page.id)).authorName;
    };
    assertEquals(await shown({ nickname: "Nick", globalName: "Global" }), "Nick");
    assertEquals(await shown({ nickname: "", globalName: "Global" }), "Global");
    assertEquals(await shown({ nickname: "", globalName: "" }), "annie");
  });

  rule(provider, "an author who is no member is shown by the name of the call", async (backend) => {
    const { guildId } = await someone(backend);
    const guest = { userId: newId(), guildId, username: "guest" };
    const { page } = await save(backend, guest, "By a guest");
    assertEquals((await backend.getPage(guest, page.id)).authorName, "guest");
  }, "showsEveryName");
}

/** A message as a reference. */
export function referenceTo(guildId: string | null, overrides: Partial<MessageReference> = {}): MessageReference {
  const [messageId, channelId] = [overrides.messageId ?? newId(), newId()];
  return {
    messageId,
    channelId,
    guildId: guildId ?? "",
    content: "As I said 😀",
    authorId: newId(),
    authorName: "Ben",
    sentAt: Date.UTC(2024, 5, 1),
    link: `https://discord.com/channels/${guildId}/${channelId}/${messageId}`,
    ...overrides,
  };
}

function referringToMessages(provider: Provider): void {
  rule(provider, "a page keeps the messages it refers to, each once", async (backend) => {
    const caller = await someone(backend);
    const { page } = await save(backend, caller, "Referring");
    assertEquals(await backend.listPageReferences(caller, page.id), []);
    const [first, second] = [referenceTo(caller.guildId), referenceTo(caller.guildId)];
    await backend.addPageReference(caller, page.id, first);
    await backend.addPageReference(caller, page.id, second);
    await backend.addPageReference(caller, page.id, { ...first, content: "another text" });
    const listed = await backend.listPageReferences(caller, page.id);
    const byId = (left: MessageReference, right: MessageReference) => left.messageId < right.messageId ? -1 : 1;
    assertEquals(listed.toSorted(byId), [first, second].toSorted(byId));
  });

  rule(provider, "two pages may refer to the same message", async (backend) => {
    const caller = await someone(backend);
    const reference = referenceTo(caller.guildId);
    for (const title of ["Page A", "Page B"]) {
      const { page } = await save(backend, caller, title);
      await backend.addPageReference(caller, page.id, reference);
      assertEquals((await backend.listPageReferences(caller, page.id)).length, 1);
    }
  });
}
