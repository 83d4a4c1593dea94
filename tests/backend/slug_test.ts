import { assertEquals } from "@std/assert";
import { slugOf } from "../../src/backend/slug.ts";

/** The answers of the real server. */
const ANSWERS: readonly (readonly [title: string, slug: string])[] = [
  ["Évolution & Co", "evolution-and-co"],
  ["EVOLUTION  and   CO!", "evolution-and-co"],
  ["Ünïcödé Straße", "unicode-strasse"],
  ["日本語 ページ", "ri-ben-yu-pezi"],
  ["Привет мир", "privet-mir"],
  ["C++ & C#", "c-and-c"],
  ["100% sure?", "100-sure"],
  ["a/b\\c", "a-b-c"],
  ["it's @home", "its-athome"],
  ["😀 party 😀", "party"],
  ["😀", ""],
  ["a_b-c.d", "a_b-c-d"],
  ["ﬁne ﬂow", "fine-flow"],
  ["İstanbul ıI", "istanbul-ii"],
  ["<b>&amp;</b>", "b-andamp-b"],
  ["1 + 1 = 2", "1-1-2"],
  ["foo—bar…baz", "foo-bar-baz"],
  ["Ðýþ æøå", "dyth-aeoa"],
  ["naïve ﷺ", "naive"],
  ["e\u0301te\u0301", "ete"],
  ["x".repeat(200), "x".repeat(200)],
];

Deno.test("titles get the slugs of the real server", () => {
  assertEquals(ANSWERS.map(([title]) => [title, slugOf(title)]), ANSWERS.map((answer) => [...answer]));
});

Deno.test("where the transliteration package knows another answer, the server's is given", () => {
  assertEquals(slugOf("ちしつ シチツ"), "chishitsu-shichitsu");
  assertEquals(slugOf("подъезд Єва"), "pod-ezd-ieva");
  assertEquals(slugOf("Acme™ 5€ ⓐ"), "acme-5eu-a");
  assertEquals(slugOf("一二"), "er");
});

Deno.test("a capital À before a quotation mark is a letter still", () => {
  assertEquals(slugOf("«DÉJÀ»"), "deja");
});

Deno.test("a slug is its own slug", () => {
  for (const [, slug] of ANSWERS) assertEquals(slugOf(slug), slug);
});

Deno.test("titles without letters or digits have an empty slug", () => {
  for (const title of ["", "   ", "!?", "___", "--", "🎉🎉", "\u0000", "\ud83d", "\u200b"]) {
    assertEquals(slugOf(title), "");
  }
});
