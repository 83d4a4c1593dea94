/** Quotes: who may change them, and how one is picked. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Backend, Caller, QuoteSource } from "../../../src/backend/backend.ts";
import { ALL, assertFails, memberOf, newId, type Provider, rule, someone, two } from "./provider.ts";

function save(backend: Backend, caller: Caller, body: string, tags: string[] = []) {
  return backend.createQuote(caller, { body, tags, source: null });
}

export function quoteContract(provider: Provider): void {
  savingQuotes(provider);
  changingQuotes(provider);
  pickingQuotes(provider);
}

function savingQuotes(provider: Provider): void {
  rule(provider, "a typed quote is kept without a source", async (backend) => {
    const caller = await someone(backend);
    const { id } = await save(backend, caller, "Life is short 😀", ["life"]);
    const { body, tags, guildId, savedById, source, createdAt } = await backend.getQuote(caller, id);
    assertEquals({ body, tags, guildId, savedById, source }, {
      body: "Life is short 😀",
      tags: ["life"],
      guildId: caller.guildId,
      savedById: caller.userId,
      source: null,
    });
    assert(createdAt > Date.UTC(2020, 0, 1));
  });

  rule(provider, "a quoted message is kept with channel, author and time", async (backend) => {
    const caller = await someone(backend);
    const author = memberOf(caller.guildId, { nickname: "Benny" });
    await backend.upsertMembers([author]);
    const source: QuoteSource = {
      messageId: newId(),
      channelId: newId(),
      channelName: "general",
      authorId: author.userId,
      authorName: author.username,
      sentAt: Date.UTC(2024, 2, 3, 4, 5, 6),
    };
    const { id } = await backend.createQuote(caller, { body: "Said so", tags: [], source });
    assertEquals((await backend.getQuote(caller, id)).source, { ...source, authorName: "Benny" });
  });

  rule(provider, "a quoted author who is no member keeps the name that was given", async (backend) => {
    const caller = await someone(backend);
    const [messageId, channelId, authorId] = [newId(), newId(), newId()];
    const source = {
      messageId,
      channelId,
      channelName: "",
      authorId,
      authorName: "Long gone",
      sentAt: 1_700_000_000_000,
    };
    const { id } = await backend.createQuote(caller, { body: "Bye", tags: [], source });
    assertEquals((await backend.getQuote(caller, id)).source?.authorName, "Long gone");
  }, "showsEveryName");

  rule(provider, "who saved a quote is shown by nickname, else global name", async (backend) => {
    const caller = await someone(backend);
    const { id } = await save(backend, caller, "Named");
    const names = { userId: caller.userId, username: caller.username, globalName: "Global" };
    await backend.upsertMembers([memberOf(caller.guildId, { ...names, nickname: "Nick" })]);
    assertEquals((await backend.getQuote(caller, id)).savedByName, "Nick");
    await backend.upsertMembers([memberOf(caller.guildId, names)]);
    assertEquals((await backend.getQuote(caller, id)).savedByName, "Global");
  });

  rule(provider, "an empty quote is refused, and one over the limit", async (backend) => {
    const caller = await someone(backend);
    await assertFails("bad_input", () => save(backend, caller, " \n"));
    await assertFails("too_large", () => save(backend, caller, "word ".repeat(1_000_000)));
    assertEquals((await backend.searchQuotes(caller, { query: "", tags: [], ...ALL })).total, 0);
  });
}

function changingQuotes(provider: Provider): void {
  rule(provider, "who saved a quote edits and deletes it", async (backend) => {
    const caller = await someone(backend);
    const { id } = await save(backend, caller, "Lief is short", ["life"]);
    const updated = await backend.updateQuote(caller, id, { body: "Life is short", tags: ["life", "wisdom"] });
    assertEquals([updated.body, updated.tags.toSorted()], ["Life is short", ["life", "wisdom"]]);
    assertEquals((await backend.getQuote(caller, id)).body, "Life is short");
    await assertFails("bad_input", () => backend.updateQuote(caller, id, { body: "", tags: [] }));
    await backend.deleteQuote(caller, id);
    await assertFails("not_found", () => backend.getQuote(caller, id));
    await assertFails("not_found", () => backend.deleteQuote(caller, id));
  });

  rule(provider, "nobody else edits or deletes it", async (backend) => {
    const [ann, ben] = await two(backend);
    const { id } = await save(backend, ann, "Mine");
    await assertFails("not_yours", () => backend.updateQuote(ben, id, { body: "Yours", tags: [] }));
    await assertFails("not_yours", () => backend.deleteQuote(ben, id));
    assertEquals((await backend.getQuote(ben, id)).body, "Mine");
  });

  rule(provider, "a quote is seen in its own guild alone", async (backend) => {
    const [ann, stranger] = [await someone(backend), await someone(backend)];
    const { id } = await save(backend, ann, "Between us");
    await assertFails("not_found", () => backend.getQuote(stranger, id));
    await assertFails("not_found", () => backend.randomQuote(stranger, []));
    assertEquals((await backend.searchQuotes(stranger, { query: "between", tags: [], ...ALL })).items, []);
  });
}

function pickingQuotes(provider: Provider): void {
  rule(provider, "a random quote is one of all quotes", async (backend) => {
    const caller = await someone(backend);
    const saved = new Set<string>();
    for (const body of ["one", "two", "three"]) saved.add((await save(backend, caller, body)).id);
    const picked = new Set<string>();
    for (let i = 0; i < 60; i++) picked.add((await backend.randomQuote(caller, [])).id);
    // Missing one of three in 60 picks happens once in ten thousand million runs.
    assertEquals(picked, saved);
  });

  rule(provider, "a random quote has all of the tags asked for", async (backend) => {
    const caller = await someone(backend);
    await save(backend, caller, "one", ["a"]);
    await save(backend, caller, "two", ["b"]);
    const both = await save(backend, caller, "three", ["a", "b", "c"]);
    for (let i = 0; i < 5; i++) assertEquals((await backend.randomQuote(caller, ["a", "b"])).id, both.id);
    assertNotEquals((await backend.randomQuote(caller, ["a"])).body, "two");
  });

  rule(provider, "without a match there is no random quote", async (backend) => {
    const caller = await someone(backend);
    await assertFails("not_found", () => backend.randomQuote(caller, []));
    await save(backend, caller, "one", ["a"]);
    await assertFails("not_found", () => backend.randomQuote(caller, ["a", "z"]));
    assertEquals((await backend.randomQuote(caller, [])).body, "one");
  });
}
