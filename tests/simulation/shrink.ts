/** Makes a scenario that fails smaller while it still fails by the same rule: fewer faults, fewer replicas, less time. */
import type { Violation } from "./oracle.ts";
import { run } from "./run.ts";
import { only, type Part, scenarioOf, whole } from "./scenario.ts";
import type { ElectionCode } from "./world.ts";

/** The smallest part that was found, and what goes wrong in it. */
export async function shrink(
  seed: number,
  code: ElectionCode,
  found: Violation,
): Promise<{ part: Part; violation: Violation }> {
  const scenario = scenarioOf(seed);
  let best = { part: whole(scenario), violation: found };
  const isTaken = async (part: Part): Promise<boolean> => {
    const violation = await run(only(scenario, part), { code });
    if (violation?.rule !== found.rule) return false;
    best = { part, violation };
    return true;
  };
  for (let last = ""; last !== JSON.stringify(best.part);) {
    last = JSON.stringify(best.part);
    for (const fault of best.part.faults) {
      await isTaken({ ...best.part, faults: best.part.faults.filter((other) => other !== fault) });
    }
    for (const name of best.part.replicas) {
      const replicas = best.part.replicas.filter((other) => other !== name);
      if (replicas.length > 0) await isTaken({ ...best.part, replicas });
    }
    for (const healAtMs of sooner(best.part.healAtMs, best.violation.atMs)) {
      if (await isTaken({ ...best.part, healAtMs })) break;
    }
  }
  return best;
}

/** Earlier times for everything to heal, the earliest first. */
function sooner(healAtMs: number, failedAtMs: number): number[] {
  const candidates = [1_000, failedAtMs / 4, failedAtMs / 2, failedAtMs, healAtMs * 0.9].map(Math.ceil);
  return candidates.filter((atMs) => atMs < healAtMs);
}
