import { assert, assertEquals } from "@std/assert";
import { asItIs, isPlant, PLANTS, withPlant } from "./plants.ts";
import { search } from "./pool.ts";
import { readReplay, replayLine } from "./replay.ts";
import { run } from "./run.ts";
import { only, scenarioOf } from "./scenario.ts";
import { shrink } from "./shrink.ts";

const SEEDS = 200;

for (const plant of Object.keys(PLANTS).filter(isPlant)) {
  Deno.test(`planted defect: ${plant} is found within ${SEEDS} seeds`, async () => {
    const found = await search({ from: 1, seeds: SEEDS, plant, stopAtFirst: true, workers: 1 });
    assertEquals(found.length, 1);
  });
}

Deno.test("a failure is shrunk to a part that still fails, and its line names that part", async () => {
  const code = await withPlant("trusts-the-remote-clock");
  const [found] = await search({ from: 1, seeds: SEEDS, plant: "trusts-the-remote-clock", stopAtFirst: true });
  assert(found);
  const { part, violation } = await shrink(found.seed, code, found.violation);
  const replay = readReplay(replayLine(found.seed, part));
  assert(replay);
  const scenario = only(scenarioOf(replay.seed), replay.part);
  assertEquals(await run(scenario, { code }), violation);
  assertEquals(violation.rule, found.violation.rule);
  assert(part.faults.length < scenarioOf(found.seed).faults.length, "fewer faults");
  assertEquals(await run(scenario, { code: asItIs }), undefined, "without the defect nothing is wrong");
});
