import { assertEquals, assertRejects } from "@std/assert";
import type { Caller, WikiTitle } from "../../src/backend/backend.ts";
import { createTitles } from "../../src/commands/titles.ts";
import { systemClock } from "../../src/clock.ts";

const caller = { userId: "1", guildId: "g", username: "ada" };

function titled(...titles: string[]): WikiTitle[] {
  return titles.map((title, index) => ({ id: `${index}`, slug: title.toLowerCase().replaceAll(" ", "-"), title }));
}

/** Titles over a list that a test can change, with a clock that it can move. */
function fixture(...titles: string[]) {
  const world = { nowMs: 0, reads: 0, failing: false, titles: titled(...titles) };
  const list = (_caller: Caller) => {
    world.reads++;
    return world.failing ? Promise.reject(new Error("down")) : Promise.resolve(world.titles);
  };
  const made = createTitles({ clock: { ...systemClock, monotonicMs: () => world.nowMs }, list });
  const names = async (typed: string, who = caller) => (await made.suggest(who, typed, {})).map(({ name }) => name);
  return { world, names, titles: made };
}

Deno.test("prefix matches come first, then other substrings", async () => {
  const { names } = fixture("My deploy guide", "Deploy", "Zoo", "deployment");
  assertEquals(await names("dep"), ["Deploy", "deployment", "My deploy guide"]);
});

Deno.test("case, diacritics and extra spaces do not matter", async () => {
  const { names } = fixture("Évolution  & Co", "Straße", "İstanbul");
  assertEquals(await names("EVO"), ["Évolution & Co"]);
  assertEquals(await names(" évolution   &"), ["Évolution & Co"]);
  assertEquals(await names("istan"), ["İstanbul"]);
});

Deno.test("nothing typed suggests the first 25", async () => {
  const { names } = fixture(...Array.from({ length: 40 }, (_, n) => `Page ${n}`));
  assertEquals((await names("")).length, 25);
});

Deno.test("names and values keep within 100 characters, and the value finds the page again", async () => {
  const { titles, world } = fixture();
  world.titles = [
    { id: "1", slug: "x".repeat(300), title: "日".repeat(90) },
    { id: "2", slug: "s", title: "😀".repeat(90) },
    { id: "3", slug: "y".repeat(101), title: "Y".repeat(101) },
    { id: "4", slug: "", title: "" },
  ];
  assertEquals(await titles.suggest(caller, "", {}), [
    { name: "日".repeat(90), value: "日".repeat(90) },
    { name: "😀".repeat(49) + "…", value: "s" },
  ]);
});

Deno.test("a guild's titles are read once a minute", async () => {
  const { names, world } = fixture("A");
  await Promise.all([names("a"), names("b")]);
  world.nowMs = 59_999;
  await names("");
  assertEquals(world.reads, 1);
  world.nowMs = 60_000;
  await names("");
  assertEquals(world.reads, 2);
  await names("", { ...caller, guildId: "other" });
  assertEquals(world.reads, 3);
});

Deno.test("an own write is suggested at once", async () => {
  const { names, world, titles } = fixture("A");
  await names("");
  world.titles = titled("A", "B");
  titles.forget("g");
  assertEquals(await names(""), ["A", "B"]);
});

Deno.test("old titles answer while new ones cannot be read, and the next question tries again", async () => {
  const { names, world } = fixture("A");
  await names("");
  world.nowMs = 60_000;
  world.failing = true;
  assertEquals(await names(""), ["A"]);
  world.failing = false;
  world.titles = titled("B");
  assertEquals(await names(""), ["B"]);
});

Deno.test("without any titles a failure is told", async () => {
  const { names, world } = fixture("A");
  world.failing = true;
  await assertRejects(() => names(""), Error, "down");
  world.failing = false;
  assertEquals(await names(""), ["A"]);
});

Deno.test("the guilds asked for last are kept", async () => {
  const { names, world } = fixture("A");
  for (let n = 0; n <= 500; n++) await names("", { ...caller, guildId: `${n}` });
  assertEquals(world.reads, 501);
  await names("", { ...caller, guildId: "500" });
  assertEquals(world.reads, 501);
  await names("", { ...caller, guildId: "0" });
  assertEquals(world.reads, 502);
});
