/** Search over pages and quotes. */
import { assertEquals } from "@std/assert";
import type { Backend, Caller } from "../../../src/backend/backend.ts";
import { ALL, assertFails, guildWith, type Provider, rule, someone } from "./provider.ts";

type Text = [title: string, body: string, tags?: string[]];

async function savePages(backend: Backend, caller: Caller, texts: Text[]): Promise<void> {
  for (const [title, body, tags = []] of texts) await backend.upsertPage(caller, { title, body, tags, channelId: "" });
}

async function saveQuotes(backend: Backend, caller: Caller, quotes: [body: string, tags?: string[]][]): Promise<void> {
  for (const [body, tags = []] of quotes) await backend.createQuote(caller, { body, tags, source: null });
}

/** Titles of the hits, best first. */
async function pages(backend: Backend, caller: Caller, query: string, tags: string[] = []): Promise<string[]> {
  const { items, total } = await backend.searchPages(caller, { query, tags, ...ALL });
  assertEquals(total, items.length);
  return items.map(({ title }) => title);
}

/** Texts of the hits, best first. */
async function quotes(backend: Backend, caller: Caller, query: string, tags: string[] = []): Promise<string[]> {
  const { items, total } = await backend.searchQuotes(caller, { query, tags, ...ALL });
  assertEquals(total, items.length);
  return items.map(({ body }) => body);
}

export function searchContract(provider: Provider): void {
  words(provider);
  lists(provider);
  harmless(provider);
}

function words(provider: Provider): void {
  rule(provider, "words are found in titles and texts, in other forms too", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [["Morning run", "Every day"], ["Shoes", "For those who run"], ["Cake", "Sugar"]]);
    assertEquals((await pages(backend, caller, "running")).toSorted(), ["Morning run", "Shoes"]);
    await saveQuotes(backend, caller, [["I run, you run"], ["He was running late"], ["Sit down"]]);
    assertEquals((await quotes(backend, caller, "runs")).toSorted(), ["He was running late", "I run, you run"]);
  });

  rule(provider, "a hit has all of the words, wherever they stand", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [
      ["Garden", "water the roses"],
      ["Roses", "red"],
      ["Water roses", "daily"],
    ]);
    assertEquals((await pages(backend, caller, "roses water")).toSorted(), ["Garden", "Water roses"]);
    assertEquals(await pages(backend, caller, "roses elephant"), []);
  });

  rule(provider, "the last word may be the beginning of one", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [["Notes", "our deployment is running"], ["Other", "nothing here"]]);
    for (const query of ["deploy", "deploym", "deploymen", "deployment", "our d", "runni", "running deploym"]) {
      assertEquals(await pages(backend, caller, query), ["Notes"], query);
    }
    assertEquals(await pages(backend, caller, "deploym running"), [], "only the last one");
    await saveQuotes(backend, caller, [["A remarkable evening"]]);
    assertEquals(await quotes(backend, caller, "remarkab"), ["A remarkable evening"]);
  }, "searchesFully");

  rule(provider, "accents do not matter, either way", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [["Breakfast", "crème brûlée at the café"], ["Plain", "resume sent"]]);
    for (const query of ["creme brulee", "CAFÉ", "cafe\u0301"]) {
      assertEquals(await pages(backend, caller, query), ["Breakfast"], query);
    }
    assertEquals(await pages(backend, caller, "résumé"), ["Plain"]);
  }, "searchesFully");

  rule(provider, "a hit in the title comes before one in the text", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [["Text", "compost ".repeat(5)], ["Compost", "how it is made"], [
      "Far",
      "a compost heap",
    ]]);
    assertEquals((await pages(backend, caller, "compost"))[0], "Compost");
    assertEquals((await pages(backend, caller, "compo"))[0], "Compost");
  }, "searchesFully");

  rule(provider, "a changed text is found by its new words alone", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [["Menu", "apples"], ["Menu", "oranges"]]);
    assertEquals([await pages(backend, caller, "apples"), await pages(backend, caller, "oranges")], [[], ["Menu"]]);
    const quote = await backend.createQuote(caller, { body: "apples", tags: [], source: null });
    await backend.updateQuote(caller, quote.id, { body: "oranges", tags: [] });
    assertEquals([await quotes(backend, caller, "apples"), await quotes(backend, caller, "oranges")], [[], [
      "oranges",
    ]]);
    await backend.deleteQuote(caller, quote.id);
    assertEquals(await quotes(backend, caller, "oranges"), []);
  });
}

function lists(provider: Provider): void {
  rule(provider, "an empty query lists the newest first, in slices that know how many there are", async (backend) => {
    const caller = await someone(backend);
    const titles = ["One", "Two", "Three", "Four", "Five"];
    await savePages(backend, caller, titles.map((title): Text => [title, "same"]));
    await saveQuotes(backend, caller, titles.map((title): [string] => [title]));
    const slice = { query: "", tags: [], limit: 2, offset: 2 };
    const found = await backend.searchPages(caller, slice);
    assertEquals([found.items.map(({ title }) => title), found.total], [["Three", "Two"], 5]);
    const foundQuotes = await backend.searchQuotes(caller, slice);
    assertEquals([foundQuotes.items.map(({ body }) => body), foundQuotes.total], [["Three", "Two"], 5]);
  });

  rule(provider, "the total counts all matches, beyond the last slice too", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, Array.from({ length: 7 }, (_, i): Text => [`Lamp ${i}`, "light"]));
    const seen = new Set<string>();
    for (const offset of [0, 3, 6]) {
      const { items, total } = await backend.searchPages(caller, { query: "lamp", tags: [], limit: 3, offset });
      assertEquals(total, 7);
      for (const { title } of items) seen.add(title);
    }
    assertEquals(seen.size, 7);
    const beyond = await backend.searchPages(caller, { query: "lamp", tags: [], limit: 3, offset: 50 });
    assertEquals([beyond.items, beyond.total], [[], 7]);
  });

  rule(provider, "a hit has all of the tags, and the words as well", async (backend) => {
    const caller = await someone(backend);
    await savePages(backend, caller, [["A", "tea", ["x"]], ["B", "tea", ["x", "y"]], ["C", "milk", ["x", "y", "z"]]]);
    await saveQuotes(backend, caller, [["A", ["x"]], ["B", ["x", "y"]]]);
    assertEquals(await pages(backend, caller, "", ["x", "y"]), ["C", "B"]);
    assertEquals(await pages(backend, caller, "tea", ["y", "x"]), ["B"]);
    assertEquals(await pages(backend, caller, "", ["nothing"]), []);
    assertEquals(await quotes(backend, caller, "", ["y"]), ["B"]);
  });

  rule(provider, "each guild finds its own", async (backend) => {
    const [here, there] = [await someone(backend), await someone(backend)];
    await savePages(backend, here, [["Common", "words"]]);
    await savePages(backend, there, [["Common", "words"], ["More", "words"]]);
    assertEquals(await pages(backend, here, "words"), ["Common"]);
    assertEquals(await pages(backend, here, ""), ["Common"]);
    assertEquals(await pages(backend, here, here.guildId), [], "the guild's id is no word of a text");
  });
}

function harmless(provider: Provider): void {
  rule(provider, "nothing that people type is read as syntax", async (backend) => {
    const [caller] = await guildWith(backend, 1);
    if (caller === undefined) return;
    await savePages(backend, caller, [["Alpha", "one two three"], ["Beta", "شاي أخضر 🍵 green tea"]]);
    const odd = [
      '"',
      "*",
      '"one',
      "(one",
      "^two",
      "{title}: one",
      "title:one",
      "NEAR(one two)",
      "'; DROP TABLE pages; --",
    ];
    const odder = ["\\", "%", "\0", "one\0", "\ud83d", "😀", "\u202e", "AND", "OR OR", "()", "+", "\n", "!!!"];
    for (const query of [...odd, ...odder]) {
      for (const tags of [[], [query]]) {
        await backend.searchPages(caller, { query, tags, ...ALL });
        await backend.searchQuotes(caller, { query, tags, ...ALL });
      }
    }
    assertEquals((await pages(backend, caller, "")).toSorted(), ["Alpha", "Beta"]);
    assertEquals(await pages(backend, caller, "two, one!"), ["Alpha"]);
    assertEquals(await pages(backend, caller, "أخضر"), ["Beta"]);
  });

  rule(provider, "what is too much gets a clear answer, and nothing is lost", async (backend) => {
    const [caller] = await guildWith(backend, 1);
    if (caller === undefined) return;
    const odd = '\'; DROP TABLE pages; -- \u202e שלום 😀 \0 \ud83d "NEAR(a b)" * -x ';
    const body = odd.repeat(Math.ceil(100_000 / odd.length));
    await savePages(backend, caller, [["Long", body, ["kept"]]]);
    const tags = Array.from({ length: 10_000 }, (_, i) => `tag${i}`);
    await assertFails("too_large", () => backend.upsertPage(caller, { title: "Long", body: "x", tags, channelId: "" }));
    await assertFails("too_large", () => backend.createQuote(caller, { body: "x", tags, source: null }));
    await assertFails("too_large", () => backend.searchPages(caller, { query: "", tags, ...ALL }));
    const page = await backend.findPage(caller, "Long");
    assertEquals([page.body, page.tags], [body.replaceAll("\0", "").toWellFormed(), ["kept"]]);
  });
}
