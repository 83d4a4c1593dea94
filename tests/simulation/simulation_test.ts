import { assert, assertEquals } from "@std/assert";
import { asItIs } from "./plants.ts";
import { search } from "./pool.ts";
import { reportOf } from "./report.ts";
import { run } from "./run.ts";
import { scenarioOf } from "./scenario.ts";
import type { Row } from "./world.ts";

const SEEDS = 2_000;

async function rowsOf(seed: number): Promise<Row[]> {
  const rows: Row[] = [];
  await run(scenarioOf(seed), { code: asItIs, note: (row) => void rows.push(row) });
  return rows;
}

Deno.test(`in ${SEEDS} seeds of clocks that err, partitions, pauses and hand edits, no guarantee is broken`, async () => {
  const [first] = await search({ from: 1, seeds: SEEDS, stopAtFirst: true });
  assert(first === undefined, first && await reportOf(first, undefined));
});

Deno.test("the same seed is the same run, to the byte", async () => {
  for (const seed of [3, 17, 1_000_003]) {
    const text = JSON.stringify(await rowsOf(seed));
    assertEquals(JSON.stringify(await rowsOf(seed)), text);
    assert(text.length > 1_000, "something happens in it");
  }
});

Deno.test("what may go wrong does go wrong, and the election goes on", async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 150; seed++) {
    for (const { what } of await rowsOf(seed)) seen.add(what);
  }
  const all = [...seen].join("\n");
  const signs = [
    ...["pause", "cut", "slow", "answer", "stall", "forbid", "token", "crash", "exit", "wall", "stubborn", "work ends"]
      .map((kind) => `! ${kind} `),
    ...[
      "is down for",
      "ends all watches: 410",
      "ends all watches: reset",
      "forgets the past",
      "delete",
      "other holder",
    ],
    ...["twin", "annotate", "preferred holder", "free", "a request in its hands", "a request under way"],
    ...["between a check and its effect", "refuses token", "PUT 409", "GET 401", "PUT 403", "PUT 429", "PUT 504"],
    ...[
      "held by other",
      "has released",
      "was deleted",
      "the Lease is held by",
      "was not renewed within",
      "ended by itself",
    ],
  ];
  assertEquals(signs.filter((sign) => !all.includes(sign)), []);
});
