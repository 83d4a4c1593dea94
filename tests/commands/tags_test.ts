import { assertEquals } from "@std/assert";
import { tagsAfterEdit, tagsBeside, tagsIn, tagsOfList } from "../../src/commands/tags.ts";

Deno.test("hashtags of a text are lower case, unique and sorted", () => {
  assertEquals(tagsIn("#Zeta then #alpha, #ALPHA and (#with-hyphen) #under_score."), [
    "alpha",
    "under_score",
    "with-hyphen",
    "zeta",
  ]);
});

Deno.test("letters of any script make a tag", () => {
  assertEquals(tagsIn("#日本語 #привет #שלום #हिन्दी #Äpfel #v2"), ["v2", "äpfel", "привет", "שלום", "हिन्दी", "日本語"]);
});

Deno.test("composed and decomposed letters make the same tag", () =>
  assertEquals(tagsIn("#\u00e9t\u00e9 #e\u0301te\u0301"), ["été"]));

Deno.test("what only looks like a tag is none", () => {
  const lookalikes = [
    "# Title",
    "## Title",
    "##twice",
    "<#123456789012345678>",
    "<id:customize> <#abc>",
    "C#sharp",
    "#42",
    "#-",
    "\\#escaped",
    "https://example.org/#fragment",
    "https://example.org/a?b#frag",
    "&#x41;",
    "`#code`",
    "``a ` #code``",
    "```\n#block\n```",
    "```sh\n#unclosed block",
  ];
  for (const text of lookalikes) assertEquals(tagsIn(text), [], text);
});

Deno.test("tags beside code are found", () => assertEquals(tagsIn("`x` #a `y` and ```z``` #b"), ["a", "b"]));

Deno.test("a hyphen at the end belongs to the sentence", () =>
  assertEquals(tagsIn("#tag- and #more--"), ["more", "tag"]));

Deno.test("a list of tags works with and without #", () => {
  assertEquals(tagsOfList(" #B, a ,, b,#two words, #"), ["a", "b", "two-words"]);
  assertEquals(tagsOfList(""), []);
});

Deno.test("tags that stood in no text survive an edit, those of the old text do not", () => {
  const old = { body: "about #cats", tags: ["cats", "merged"] };
  assertEquals(tagsBeside(old), ["merged"]);
  assertEquals(tagsAfterEdit(old, "about #dogs"), ["dogs", "merged"]);
});
