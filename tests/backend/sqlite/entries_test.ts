import { assert, assertEquals } from "@std/assert";
import { ANN, testFile } from "./file.ts";

/** Picks that repeat: the fractions of a fixed sequence, spread evenly. */
function evenly(): () => number {
  let at = 0;
  return () => at = (at + Math.SQRT2) % 1;
}

Deno.test("every quote is as likely as any other, deleted ones leave no gap", async () => {
  using file = testFile();
  const backend = file.open({ random: evenly() });
  for (let i = 0; i < 12; i++) {
    const tags = i % 2 === 0 ? ["even"] : [];
    const { id } = await backend.createQuote(ANN, { body: `quote ${i}`, tags, source: null });
    if (i % 3 === 2) await backend.deleteQuote(ANN, id);
  }
  const picked = new Map<string, number>();
  for (let i = 0; i < 8_000; i++) {
    const { body } = await backend.randomQuote(ANN, []);
    picked.set(body, (picked.get(body) ?? 0) + 1);
  }
  assertEquals(picked.size, 8);
  for (const [body, times] of picked) assert(times > 900 && times < 1_100, `${body} was picked ${times} times`);
  const even = new Set<string>();
  for (let i = 0; i < 100; i++) even.add((await backend.randomQuote(ANN, ["even"])).body);
  assertEquals([...even].toSorted(), ["quote 0", "quote 10", "quote 4", "quote 6"]);
  await backend.close();
});

Deno.test("the one quote among many places is found when no pick finds it", async () => {
  using file = testFile();
  const backend = file.open({ random: () => 0 });
  for (let i = 0; i < 5; i++) {
    await backend.createQuote(ANN, { body: `quote ${i}`, tags: i === 3 ? ["rare"] : [], source: null });
  }
  assertEquals((await backend.randomQuote(ANN, ["rare"])).body, "quote 3");
  await backend.close();
});

Deno.test("a list can be read from any place, whatever was deleted before it", async () => {
  using file = testFile();
  const backend = file.open();
  const other = { ...ANN, guildId: "100000000000000002" };
  const kept: string[] = [];
  for (let i = 0; i < 2_600; i++) {
    const { id } = await backend.createQuote(ANN, { body: `quote ${i}`, tags: [], source: null });
    if (i % 500 === 0) await backend.createQuote(other, { body: "elsewhere", tags: [], source: null });
    if (i % 7 === 0 || (i > 1_100 && i < 1_900)) await backend.deleteQuote(ANN, id);
    else kept.push(`quote ${i}`);
  }
  for (const ascending of [true, false]) {
    const all = ascending ? kept : kept.toReversed();
    for (const offset of [0, 1, 99, 870, 880, 1_000, 1_023, 1_024, 1_500, kept.length - 1, kept.length, 99_999]) {
      const { items, total } = await backend.listQuotes(ANN, { tags: [], limit: 10, offset, ascending });
      assertEquals(total, kept.length);
      assertEquals(items.map(({ body }) => body), all.slice(offset, offset + 10), `${offset} ${ascending}`);
    }
  }
  await backend.close();
});
