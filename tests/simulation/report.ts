/** A violation, told so that it can be understood and run again. */
import { asItIs, type PlantName, withPlant } from "./plants.ts";
import type { Found } from "./pool.ts";
import { replayed, replayLine } from "./replay.ts";
import { run } from "./run.ts";
import type { Part } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { timeline } from "./timeline.ts";
import type { ElectionCode, Row } from "./world.ts";

/** What is found with a defect, or with none. */
export function codeWith(plant: PlantName | undefined): Promise<ElectionCode> {
  return plant === undefined ? Promise.resolve(asItIs) : withPlant(plant);
}

/** Seed, rule, the shortest line that runs it again, and what happens in it. */
export async function reportOf({ seed, violation }: Found, plant: PlantName | undefined): Promise<string> {
  const code = await codeWith(plant);
  const { part, violation: smaller } = await shrink(seed, code, violation);
  const flags = plant === undefined ? "" : ` --plant ${plant}`;
  return [
    `seed ${seed}: ${violation.rule}, at ${(violation.atMs / 1000).toFixed(3)} s: ${violation.what}`,
    `in short, at ${(smaller.atMs / 1000).toFixed(3)} s: ${smaller.what}`,
    `run it again: deno task simulate${flags} --replay ${replayLine(seed, part)}`,
    "",
    await story({ seed, part }, code),
  ].join("\n");
}

/** All that happens in a part of a seed, and what is wrong with it. */
export async function story(replay: { seed: number; part: Part }, code: ElectionCode, last?: number): Promise<string> {
  const rows: Row[] = [];
  const violation = await run(replayed(replay), { code, note: (row) => void rows.push(row) });
  if (violation !== undefined) {
    rows.push({ atMs: violation.atMs, who: "world", what: `✗ ${violation.rule}: ${violation.what}` });
  }
  return timeline(rows, replay.part.replicas, last);
}
