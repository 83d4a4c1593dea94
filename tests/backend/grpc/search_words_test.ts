import { assertEquals } from "@std/assert";
import { asQuery, withAllTags, withAndWithoutAccents, wordsOf } from "../../../src/backend/grpc/search_words.ts";
import { fold } from "../../../src/backend/texts.ts";

Deno.test("what people type is words, never syntax", () => {
  assertEquals(wordsOf('-foo "bar baz" or C++ naïve'), ["foo", "bar", "baz", "or", "C", "naïve"]);
  assertEquals(asQuery(["this", "OR", "that"]), 'this "OR" that');
  assertEquals(wordsOf(" !? "), []);
});

Deno.test("folding takes accents and case away", () => {
  assertEquals(fold("ÉVOLUTION ﬁ Å"), "evolution fi a");
});

Deno.test("a query is asked again only if there are accents to leave out", async () => {
  const asked: string[] = [];
  const nothing = (query: string) => {
    asked.push(query);
    return Promise.resolve({ items: [], total: 0 });
  };
  await withAndWithoutAccents(["Plain"], nothing);
  await withAndWithoutAccents(["Crème"], nothing);
  assertEquals(asked, ["Plain", "Crème", "creme"]);
});

Deno.test("entries with all tags are looked for up to a limit, and beyond it the answer says so", async () => {
  const fetchOf = (total: number) => ({ limit, offset }: { limit: number; offset: number }) => {
    const count = Math.max(0, Math.min(limit, total - offset));
    const items = Array.from({ length: count }, (_, i) => ({ tags: (offset + i) % 2 === 0 ? ["a", "b"] : ["a"] }));
    return Promise.resolve({ items, total });
  };
  const query = { query: "", tags: ["a", "b"], limit: 3, offset: 1 };
  const all = await withAllTags(query, fetchOf(150));
  assertEquals([all.items.length, all.total, all.incomplete], [3, 75, undefined]);
  const many = await withAllTags(query, fetchOf(5_000));
  assertEquals([many.items.length, many.total, many.incomplete], [3, 500, true]);
});
