import { assertEquals } from "@std/assert";
import { testedPage } from "./page.ts";

const text = await testedPage("docs/election.md");

Deno.test("the picture has the states of the code, no more and no less", async () => {
  const source = await Deno.readTextFile(new URL("../../src/election/state.ts", import.meta.url));
  const names = [...source.matchAll(/readonly name: "(\w+)"/g)].map(([, name]) => name);
  const drawn = [...text.matchAll(/^ {2}(\w+) -->|--> (\w+):/gm)].map(([, from, to]) => from ?? to);
  assertEquals([...new Set(drawn)].sort(), names.sort());
});
