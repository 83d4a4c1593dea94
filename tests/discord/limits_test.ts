import { assert, assertEquals } from "@std/assert";
import { cut, embedLength, fitEmbed, fitLines, LIMITS, oneLine } from "../../src/discord/limits.ts";

const FAMILY = "👩🏽‍👩🏿‍👧🏻‍👦🏾";

Deno.test("a text within the limit stays as it is", () => {
  assertEquals(cut("", 0), "");
  assertEquals(cut("abc", 3), "abc");
  assertEquals(cut(FAMILY, FAMILY.length), FAMILY);
});

Deno.test("a longer text ends in an ellipsis, exactly at the limit", () => {
  assertEquals(cut("abcdef", 5), "abcd…");
  assertEquals(cut("x".repeat(1_000_000), 2000).length, 2000);
  assertEquals(cut("abc", 0), "");
});

Deno.test("white space before the ellipsis goes", () => assertEquals(cut("abc   def", 7), "abc…"));

Deno.test("no cut parts an emoji, a flag or a letter from its marks, wherever it falls", () => {
  const units = [FAMILY, "🇩🇪", "🇫🇷", "👍🏿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "é", "क्षि", "ﷺ", "a"];
  const text = units.join("").repeat(20);
  const boundaries = new Set([0]);
  for (const { index } of new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)) boundaries.add(index);
  for (let max = 1; max < text.length; max++) {
    const short = cut(text, max);
    assert(short.length <= max, `${short.length} units at a limit of ${max}`);
    assert(boundaries.has(short.length - 1), `cut at ${short.length - 1}, inside a grapheme`);
  }
});

Deno.test("flags in a row keep their partners", () => {
  const flags = "🇩🇪🇫🇷🇮🇹".repeat(200);
  assertEquals((cut(flags, 1999).length - 1) % 4, 0);
});

Deno.test("a letter with marks without end is cut between characters", () => {
  const zalgo = "a" + "\u0301".repeat(5000);
  assertEquals(cut(zalgo, 100), zalgo.slice(0, 99) + "…");
});

Deno.test("right-to-left text is cut at its logical end", () => assertEquals(cut("שלום עולם", 5), "שלום…"));

Deno.test("line breaks and tabs become spaces on one line", () => assertEquals(oneLine(" a\n\n\tb \u2028c "), "a b c"));

Deno.test("lines are kept whole", () => {
  assertEquals(fitLines(["one", "two", "three"], 7), "one\ntwo");
  assertEquals(fitLines(["too long"], 3), "");
});

Deno.test("an embed with everything too long fits each limit and the total", () => {
  const long = "word ".repeat(2000);
  const fields = Array.from({ length: 30 }, () => ({ name: long, value: long }));
  const embed = fitEmbed({ title: long, description: long, footer: { text: long }, author: { name: long }, fields });
  assert((embed.title?.length ?? 0) <= LIMITS.embedTitle);
  assert((embed.description?.length ?? 0) <= LIMITS.embedDescription);
  assert((embed.fields?.length ?? 0) <= LIMITS.embedFields);
  for (const field of embed.fields ?? []) {
    assert(field.name.length <= LIMITS.embedFieldName && field.value.length <= LIMITS.embedFieldValue);
  }
  assert(embedLength(embed) <= LIMITS.embedTotal, `${embedLength(embed)} in all`);
});

Deno.test("the description gives way before a field does", () => {
  const fields = [1, 2, 3].map((n) => ({ name: `${n}`, value: "v".repeat(1024) }));
  const embed = fitEmbed({ description: "d".repeat(4096), fields });
  assertEquals(embed.fields?.length, 3);
  assertEquals(embedLength(embed), LIMITS.embedTotal);
});

Deno.test("an embed within its limits stays equal", () => {
  const embed = { title: "t", description: "d", fields: [{ name: "n", value: "v" }] };
  assertEquals(fitEmbed(embed), embed);
});
