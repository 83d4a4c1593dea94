/** The line that says which part of which seed to run again: `SEED:REPLICAS:FAULTS:HEAL_MS`, such as `17:ab:0,3:41000`; what is left out is whole. */
import { only, type Part, type Scenario, scenarioOf, whole } from "./scenario.ts";

/** The line of a part of a seed's scenario. */
export function replayLine(seed: number, { faults, healAtMs, replicas }: Part): string {
  return [seed, replicas.join(""), faults.length === 0 ? "none" : faults.join(","), healAtMs].join(":");
}

/** The seed and the part that a line names, or undefined if it is no such line. */
export function readReplay(line: string): { seed: number; part: Part } | undefined {
  const [matched, seedText = "", names, faultText, healText] =
    line.match(/^(\d+)(?::([a-d]*)(?::(none|\d+(?:,\d+)*)?(?::(\d+))?)?)?$/) ?? [];
  if (matched === undefined) return undefined;
  const seed = Number(seedText);
  const all = whole(scenarioOf(seed));
  const faults = faultText === "none" ? [] : faultText?.split(",").map(Number) ?? all.faults;
  const replicas = names ? [...names] : all.replicas;
  const isKnown = faults.every((index) => all.faults.includes(index)) &&
    replicas.every((name) => all.replicas.includes(name));
  if (!isKnown) return undefined;
  return { seed, part: { replicas, faults, healAtMs: Math.min(Number(healText ?? all.healAtMs), all.healAtMs) } };
}

/** The scenario of a part of a seed. */
export function replayed({ part, seed }: { seed: number; part: Part }): Scenario {
  return only(scenarioOf(seed), part);
}
