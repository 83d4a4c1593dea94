import { assertEquals } from "@std/assert";
import { excerptOf } from "../../src/commands/excerpt.ts";

const TEXT = "Whoever keeps bees should know that they dance,\nand that the ponies next door are running from it.";

Deno.test("an excerpt begins a few words before the first word that was looked for", () => {
  assertEquals(
    excerptOf(TEXT, "dance"),
    "…bees should know that they dance, and that the ponies next door are running from it.",
  );
  assertEquals(excerptOf(TEXT, "door ponies"), "…they dance, and that the ponies next door are running from it.");
});

Deno.test("other forms of a word, other case and accents do not matter", () => {
  for (const query of ["pony", "PONIES", "pönies", "poni"]) {
    assertEquals(excerptOf(TEXT, query), "…they dance, and that the ponies next door are running from it.");
  }
  assertEquals(excerptOf(TEXT, "run"), "…the ponies next door are running from it.");
  assertEquals(
    excerptOf(`${TEXT} Then they run.`, "running"),
    "…the ponies next door are running from it. Then they run.",
  );
});

Deno.test("without the words, or with them near the beginning, it is the beginning", () => {
  const line = TEXT.replace("\n", " ");
  for (const query of ["", "wasps", "bees", "w", "!?"]) assertEquals(excerptOf(TEXT, query), line);
});

Deno.test("a word without spaces before it is shown from itself", () => {
  assertEquals(excerptOf(`${"-".repeat(100)}found it`, "found"), "…found it");
});

Deno.test("a long text is looked through for as long as that takes no time", () => {
  const text = `${"words ".repeat(100_000)}needle`;
  assertEquals(excerptOf(text, "needle").startsWith("words words"), true);
});
