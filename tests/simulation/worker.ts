/** Runs the seeds that it is told to, in a thread of its own. */
import { parentPort } from "node:worker_threads";
import { asItIs, type PlantName, withPlant } from "./plants.ts";
import type { Found, Order } from "./pool.ts";
import { run } from "./run.ts";
import { scenarioOf } from "./scenario.ts";
import type { ElectionCode } from "./world.ts";

const codes = new Map<PlantName | undefined, Promise<ElectionCode>>([[undefined, Promise.resolve(asItIs)]]);

function codeOf(plant: PlantName | undefined): Promise<ElectionCode> {
  const code = codes.get(plant) ?? (plant === undefined ? Promise.resolve(asItIs) : withPlant(plant));
  codes.set(plant, code);
  return code;
}

async function carryOut({ count, from, plant }: Order): Promise<Found[]> {
  const code = await codeOf(plant);
  const found: Found[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const violation = await run(scenarioOf(seed), { code });
    if (violation !== undefined) found.push({ seed, violation });
  }
  return found;
}

// Refusals are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;
parentPort?.on("message", async (order: Order) => parentPort?.postMessage(await carryOut(order)));
