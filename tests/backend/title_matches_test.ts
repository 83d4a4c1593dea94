import { assertEquals } from "@std/assert";
import { slugOf } from "../../src/backend/slug.ts";
import { matchingNotes, matchingPages } from "../../src/backend/title_matches.ts";

function pages(typed: string, titles: string[], limit = 25): string[] {
  const all = titles.map((title, id) => ({ id: `${id}`, slug: slugOf(title), title }));
  return matchingPages(all, { typed, limit }).map(({ title }) => title);
}

function notes(typed: string, titles: string[], limit = 25): string[] {
  return matchingNotes(titles.map((title, id) => ({ id: `${id}`, title })), { typed, limit }).map(({ title }) => title);
}

Deno.test("titles that begin with what is typed come first, then those that contain it", () => {
  const titles = ["My deploy guide", "Deploy", "Zoo", "deployment"];
  for (const matching of [pages, notes]) {
    assertEquals(matching("dep", titles), ["Deploy", "deployment", "My deploy guide"]);
    assertEquals(matching("dep", titles, 1), ["Deploy"]);
  }
});

Deno.test("a full list of containing titles leaves room for one that begins, however late it comes", () => {
  const titles = ["a bee", "b bee", "c bee", "Bee"];
  for (const matching of [pages, notes]) assertEquals(matching("bee", titles, 2), ["Bee", "a bee"]);
});

Deno.test("case, diacritics and spaces around do not matter", () => {
  const titles = ["Évolution & Co", "İstanbul"];
  for (const matching of [pages, notes]) {
    assertEquals(matching("EVO", titles), ["Évolution & Co"]);
    assertEquals(matching(" évolution", titles), ["Évolution & Co"]);
    assertEquals(matching("istan", titles), ["İstanbul"]);
  }
  assertEquals(pages("strasse", ["Straße"]), ["Straße"]);
});

Deno.test("nothing typed gives the first ones", () => {
  const titles = Array.from({ length: 40 }, (_, n) => `Page ${n}`);
  for (const matching of [pages, notes]) assertEquals(matching("", titles).length, 25);
});
