/** What a seed means: who takes part, on what clocks, and what goes wrong when. A scenario can be made smaller, for a failure is best read small. */
import { between, type Dice, dice, pick } from "./random.ts";
import { FAULT_MAKERS } from "./fault_makers.ts";

export interface Timing {
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}

export interface ReplicaPlan {
  readonly name: string;
  readonly rate: number;
  readonly wallOffsetMs: number;
  readonly timersFirst: boolean;
  readonly startAtMs: number;
}

/** Which way: from the process to the API, from the API to the process, or both. */
export type Way = "out" | "in" | "both";
export type HandEdit = "delete" | "free" | "other holder" | "annotate" | "preferred holder" | "twin";

/** At once, after the next check and before the effect, or after the next request was made: before it leaves, or right after. */
export type PauseAt = "anywhere" | "before effect" | "before request" | "after request";

/** Whom a fault meets: a replica by name, or whoever leads when it happens. */
export type Whom = string;

interface At {
  readonly atMs: number;
}
interface Window extends At {
  readonly forMs: number;
}
interface OfOne {
  readonly whom: Whom;
}

/** What goes wrong. */
export type Fault =
  /** The process stands still. */
  | Window & OfOne & { readonly kind: "pause"; readonly where: PauseAt }
  /** Nothing passes; messages are late, or lost together with their connections. */
  | Window & OfOne & { readonly kind: "cut"; readonly way: Way; readonly isFatal: boolean }
  | Window & OfOne & { readonly kind: "slow"; readonly way: Way; readonly byMs: number }
  /** A share of the answers is this one instead; the request may have been carried out. */
  | Window & OfOne & {
    readonly kind: "answer";
    readonly status: number;
    readonly share: number;
    readonly isCarriedOut: boolean;
    readonly retryAfterSeconds: number | undefined;
  }
  /** Nothing listens. */
  | Window & { readonly kind: "down" }
  /** A watch stays open and silent. */
  | Window & OfOne & { readonly kind: "stall" }
  | At & { readonly kind: "end watches"; readonly how: "close" | "reset" | "410" }
  /** The past is forgotten. */
  | At & { readonly kind: "compact" }
  | At & { readonly kind: "edit"; readonly edit: HandEdit; readonly whom: Whom }
  | Window & OfOne & { readonly kind: "forbid"; readonly verb: "get" | "create" | "update" | "watch" }
  /** The token is refused until the file has the new one. */
  | Window & OfOne & { readonly kind: "token" }
  /** Ends without a word, or as told; comes back after `forMs`, if that is finite. */
  | Window & OfOne & { readonly kind: "crash" | "exit" }
  | At & OfOne & { readonly kind: "wall"; readonly byMs: number }
  /** Work takes that long to stop. */
  | Window & OfOne & { readonly kind: "stubborn"; readonly byMs: number }
  | At & OfOne & { readonly kind: "work ends"; readonly isFailure: boolean }
  /** An elector of another kind takes part for a while. */
  | Window & { readonly kind: "foreign"; readonly rate: number; readonly isClean: boolean };

export interface Scenario {
  readonly seed: number;
  readonly timing: Timing;
  readonly replicas: readonly ReplicaPlan[];
  readonly faults: readonly Fault[];
  /** Nothing goes wrong from here on. */
  readonly healAtMs: number;
}

const TIMINGS: readonly [Timing, ...Timing[]] = [
  { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 },
  { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 },
  { leaseDurationMs: 5_000, renewDeadlineMs: 3_000, retryPeriodMs: 1_000 },
];
const NAMES = ["a", "b", "c", "d"];
/** How far clocks are off. */
export const CLOCK_TOLERANCE = 0.05;

/** The scenario of a seed. */
export function scenarioOf(seed: number): Scenario {
  const throwDice = dice(seed, "scenario");
  const replicas = NAMES.slice(0, pick(throwDice, [1, 2, 2, 3, 3, 3, 4])).map((name) => replicaPlan(name, throwDice));
  const healAtMs = Math.round(between(throwDice, 15_000, 75_000));
  const timing = pick(throwDice, TIMINGS);
  const count = 1 + Math.floor(throwDice() ** 1.5 * 9);
  const names = replicas.map(({ name }) => name);
  const faults = Array.from({ length: count }, (): Fault => {
    const whom: Whom = throwDice() < 0.6 ? "leader" : names[Math.floor(throwDice() * names.length)] ?? "a";
    const atMs = Math.round(between(throwDice, 50, healAtMs));
    return pick(throwDice, FAULT_MAKERS)({ whom, atMs, names, throwDice, timing });
  });
  return { seed, timing, replicas, faults, healAtMs };
}

function replicaPlan(name: string, throwDice: Dice): ReplicaPlan {
  const extreme = pick(throwDice, [-1, 1]) * CLOCK_TOLERANCE;
  const rate = 1 + (throwDice() < 0.5 ? extreme : between(throwDice, -CLOCK_TOLERANCE, CLOCK_TOLERANCE));
  return {
    name,
    rate,
    wallOffsetMs: throwDice() < 0.5 ? 0 : Math.round(between(throwDice, -3_600_000, 3_600_000)),
    timersFirst: throwDice() < 0.5,
    startAtMs: throwDice() < 0.7 ? Math.round(throwDice() * 100) : Math.round(throwDice() * 20_000),
  };
}

/** Which parts of a scenario are kept. */
export interface Part {
  readonly replicas: readonly string[];
  /** By their place in the scenario of the seed. */
  readonly faults: readonly number[];
  readonly healAtMs: number;
}

/** All of it. */
export function whole(scenario: Scenario): Part {
  const { faults, healAtMs, replicas } = scenario;
  return { replicas: replicas.map(({ name }) => name), faults: faults.map((_, index) => index), healAtMs };
}

/** The scenario with nothing but that part; faults of replicas that do not take part meet nobody. */
export function only(scenario: Scenario, part: Part): Scenario {
  return {
    ...scenario,
    replicas: scenario.replicas.filter(({ name }) => part.replicas.includes(name)),
    faults: scenario.faults.filter((_, index) => part.faults.includes(index)),
    healAtMs: part.healAtMs,
  };
}
