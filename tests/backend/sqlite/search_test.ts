import { assertEquals } from "@std/assert";
import { ANN, save, testFile } from "./file.ts";

Deno.test("among 2,000 pages of two guilds, every hit of one's own is counted and can be reached", async () => {
  using file = testFile();
  const backend = file.open();
  const other = { ...ANN, guildId: "100000000000000002" };
  for (let i = 0; i < 1_000; i++) {
    const tags = [i % 2 === 0 ? "even" : "odd", i % 5 === 0 ? "fifth" : "rest"];
    await save(backend, `Page ${i}`, i % 3 === 0 ? "bees are flying over meadows" : "wasps", tags);
    await backend.upsertPage(other, { title: `Page ${i}`, body: "bees everywhere", tags, channelId: "" });
  }
  const reached = new Set<string>();
  for (let offset = 0; offset < 400; offset += 100) {
    const { items, total } = await backend.searchPages(ANN, { query: "flying bee", tags: [], limit: 100, offset });
    assertEquals(total, 334);
    for (const { title, guildId } of items) reached.add(`${guildId} ${title}`);
  }
  assertEquals(reached.size, 334);
  const total = async (query: string, tags: string[]) =>
    (await backend.searchPages(ANN, { query, tags, limit: 1, offset: 0 })).total;
  assertEquals(await total("", ["even", "fifth"]), 100);
  assertEquals(await total("meadow", ["even", "fifth"]), 34);
  assertEquals(await total("bees meadows fl", []), 334);
  assertEquals(await total("bees wasps", []), 0);
  await backend.close();
});

Deno.test("whole words come before mere beginnings", async () => {
  using file = testFile();
  const backend = file.open();
  await save(backend, "One", "carpet carpet carpet");
  await save(backend, "Two", "a car in the street with many other words around it");
  const { items } = await backend.searchPages(ANN, { query: "car", tags: [], limit: 10, offset: 0 });
  assertEquals(items.map(({ title }) => title), ["Two", "One"]);
  await backend.close();
});

Deno.test("a query of a thousand words is answered", async () => {
  using file = testFile();
  const backend = file.open();
  await save(backend, "Long", "word ".repeat(10));
  const query = { query: "word ".repeat(1_000), tags: [], limit: 10, offset: 0 };
  assertEquals((await backend.searchPages(ANN, query)).total, 1);
  await backend.close();
});

Deno.test("a title counts more than a word repeated in a text, however long its own text is", async () => {
  using file = testFile();
  const backend = file.open();
  await save(backend, "Garden", "compost ".repeat(20));
  await save(backend, "Compost", "something else entirely ".repeat(1_000));
  for (let i = 0; i < 20; i++) await save(backend, `Page ${i}`, "a few words");
  const { items } = await backend.searchPages(ANN, { query: "compost", tags: [], limit: 10, offset: 0 });
  assertEquals(items.map(({ title }) => title), ["Compost", "Garden"]);
  await backend.close();
});
