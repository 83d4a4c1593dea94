import { assertEquals } from "@std/assert";
import { slugOf } from "../../src/backend/slug.ts";
import { SLUGS } from "../contract/slugs.ts";

Deno.test("titles get the slugs of the real server", () => {
  assertEquals(SLUGS.map(([title]) => [title, slugOf(title)]), SLUGS.map((answer) => [...answer]));
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
  for (const [, slug] of SLUGS) assertEquals(slugOf(slug), slug);
});

Deno.test("titles without letters or digits have an empty slug", () => {
  for (const title of ["", "   ", "!?", "___", "--", "🎉🎉", "\u0000", "\ud83d", "\u200b"]) {
    assertEquals(slugOf(title), "");
  }
});
