import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { en } from "../../src/texts/en.ts";
import { textsFor } from "../../src/texts/texts.ts";

Deno.test("a locale gets its language, else the language of its first part, else English", () => {
  const german = { ...en, outdated: "Alt." };
  const austrian = { ...en, outdated: "Oid." };
  const languages = new Map([["en", en], ["de", german], ["de-AT", austrian]]);
  assertStrictEquals(textsFor("de-AT", languages), austrian);
  assertStrictEquals(textsFor("de-CH", languages), german);
  assertStrictEquals(textsFor("fr", languages), en);
  assertStrictEquals(textsFor("en-GB"), en);
});

Deno.test("every kind of failure has a sentence that says what it means, and no two are equal", () => {
  const sentences = Object.values(en.failed);
  assertEquals(new Set(sentences).size, sentences.length);
  for (const sentence of sentences) assert(sentence.length > 20 && sentence.endsWith("."), sentence);
});

Deno.test("texts that Discord limits are short enough", () => {
  for (const text of Object.values(en.commands)) assert(text.length <= 100, text);
  for (const text of Object.values(en.buttons)) assert(text.length <= 80, text);
  for (
    const text of [en.wiki.newTitle, en.wiki.titleLabel, en.wiki.bodyLabel, en.wiki.sectionLabel, en.wiki.uploadLabel]
  ) {
    assert(text.length <= 45, text);
  }
  const { saveTitle, editTitle, uploadTitle, textLabel, tagsLabel, uploadLabel } = en.quote;
  for (const text of [saveTitle, editTitle, uploadTitle, textLabel, tagsLabel, uploadLabel]) {
    assert(text.length <= 45, text);
  }
  for (
    const text of [en.wiki.bodyHint, en.wiki.uploadHint, en.quote.textHint, en.quote.tagsHint, en.quote.uploadHint]
  ) {
    assert(text.length <= 100, text);
  }
});
