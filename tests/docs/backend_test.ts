import { assertEquals } from "@std/assert";
import { testedPage } from "./page.ts";

const text = await testedPage("docs/backend.md");

Deno.test("each row about hivemind-server that a test names has its place on the page, and the other way round", async () => {
  const told = [...text.matchAll(/^\| (\d+) +\|/gm)].map(([, row]) => Number(row));
  const tested = new Set<number>();
  for await (const { name } of Deno.readDir(new URL("../backend/", import.meta.url))) {
    if (!name.endsWith("_test.ts")) continue;
    const source = await Deno.readTextFile(new URL(`../backend/${name}`, import.meta.url));
    for (const [, rows = ""] of source.matchAll(/Deno\.test\("rows? ([\d, and]+):/g)) {
      for (const row of rows.match(/\d+/g) ?? []) tested.add(Number(row));
    }
  }
  assertEquals(told, [...tested].sort((one, other) => one - other));
});
