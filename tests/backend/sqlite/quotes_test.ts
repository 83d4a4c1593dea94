import { assertEquals } from "@std/assert";
import { ANN, testFile } from "./file.ts";

Deno.test("every quote is as likely as any other, deleted ones leave no gap", async () => {
  using file = testFile();
  let next = 0;
  const backend = file.open({ random: () => next });
  const ids: string[] = [];
  for (let i = 0; i < 6; i++) {
    const tags = i % 2 === 0 ? ["even"] : [];
    ids.push((await backend.createQuote(ANN, { body: `quote ${i}`, tags, source: null })).id);
  }
  await backend.deleteQuote(ANN, ids[2] ?? "");
  const pick = async (fraction: number, tags: string[] = []) => {
    next = fraction;
    return (await backend.randomQuote(ANN, tags)).body;
  };
  const picked: string[] = [];
  for (const fraction of [0, 0.2, 0.4, 0.6, 0.8]) picked.push(await pick(fraction));
  assertEquals(picked.toSorted(), ["quote 0", "quote 1", "quote 3", "quote 4", "quote 5"]);
  assertEquals([await pick(0.49, ["even"]), await pick(0.999999, ["even"])].toSorted(), ["quote 0", "quote 4"]);
  await backend.close();
});
