import { assertEquals, assertStringIncludes } from "@std/assert";
import { compareTexts } from "../../src/commands/difference.ts";

Deno.test("lines that came and went are counted and shown", () => {
  const difference = compareTexts("a\nb\nc", "a\nB\nc\nd");
  assertEquals([difference?.added, difference?.removed], [2, 1]);
  assertStringIncludes(difference?.patch ?? "", "-b\n+B\n c\n+d\n");
});

Deno.test("equal texts differ in nothing, with or without a line break at the end of both", () => {
  assertEquals(compareTexts("a\n", "a\n")?.added, 0);
  assertEquals(compareTexts("", "")?.removed, 0);
});

Deno.test("texts with next to nothing in common are given up on", () => {
  const lines = (word: string) => Array.from({ length: 5000 }, (_, n) => `${word} ${n}`).join("\n");
  assertEquals(compareTexts(lines("a"), lines("b")), undefined);
});
