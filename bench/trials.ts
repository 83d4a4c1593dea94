/** Disturbs one leader after the other and measures when the next one leads and works. */
import type { BotProcess } from "../tests/process/bot_process.ts";
import { until } from "../tests/process/until.ts";
import { type Disturbance, type DisturbanceName, disturbances } from "./disturbances.ts";
import type { Effect } from "./effects.ts";
import { electionOf, leads, type LeaseTimes, Replicas } from "./replicas.ts";

/** One change of leader. All times in milliseconds. */
export interface Trial {
  /** What the goal is about. */
  readonly tookMs: number;
  /** From the disturbance on, whatever the goal counts. */
  readonly wholeMs: number;
  /** From the end of the term to the last effect that arrived under its token; below zero: before the end. */
  readonly lastEffectMs: number | undefined;
  /** From the end of the term to the first effect of the next. */
  readonly firstEffectMs: number | undefined;
  /** What must never be. */
  readonly violations: readonly string[];
}

/** A change of leader whose effects are looked at when no more can come. */
interface Change {
  readonly tookMs: number;
  readonly wholeMs: number;
  readonly termEndMs: number;
  readonly oldToken: string;
  readonly newToken: string;
  readonly transitions: number;
}

export interface TrialsOptions {
  readonly name: DisturbanceName;
  readonly times: LeaseTimes;
  readonly count: number;
  onTrial(done: number): void;
}

/** Groups of three that wait for a Lease to run out disturb each other little. */
const GROUPS = 4;

/** Does all trials of one kind. */
export async function runTrials({ name, times, count, onTrial }: TrialsOptions): Promise<Trial[]> {
  const disturbance = disturbances[name];
  const phases = shuffled(Array.from({ length: count }, (_, index) => (index + Math.random()) / count));
  const trials: Trial[] = [];
  let done = 0;
  const group = async () => {
    await using replicas = await Replicas.open(times, { isBusy: true });
    const changes: Change[] = [];
    for (let phase = phases.pop(); phase !== undefined; phase = phases.pop()) {
      changes.push(await change(disturbance, { replicas, phase }));
      onTrial(++done);
    }
    await replicas.steady();
    trials.push(...changes.map((each) => judged(each, replicas.recorder.effects)));
  };
  const groups = Array.from({ length: disturbance.isQuick ? 1 : Math.min(GROUPS, count) }, group);
  // If one fails, the others end in order, or their processes would live on.
  for (const each of groups) each.catch(() => phases.splice(0));
  await Promise.allSettled(groups);
  await Promise.all(groups);
  return trials;
}

/** `phase`: where between two renewals it happens, from 0 to 1; spread evenly, so that few trials tell much. */
async function change(
  disturbance: Disturbance,
  { phase, replicas }: { phase: number; replicas: Replicas },
): Promise<Change> {
  const leader = await replicas.steady();
  const { token: oldToken } = electionOf(leader);
  await firstEffect(replicas, leader);
  const before = replicas.transitions;
  await replicas.renewal();
  await pause(phase * replicas.times.retryPeriod * 1000);
  const disturbed = await disturbance.disturb(replicas, leader);
  const next = await until("another leader", () => disturbed.candidates.find(leads), { withinMs: 60_000 });
  const { atMs, token: newToken } = electionOf(next);
  await firstEffect(replicas, next);
  const transitions = replicas.transitions - before;
  await disturbance.mend(replicas, leader);
  return {
    tookMs: atMs - disturbed.sinceMs(next),
    wholeMs: atMs - disturbed.atMs,
    termEndMs: disturbed.termEndMs(),
    oldToken,
    newToken,
    transitions,
  };
}

function judged(change: Change, effects: readonly Effect[]): Trial {
  const { termEndMs, oldToken, newToken, transitions } = change;
  const last = effects.findLast(({ token }) => token === oldToken)?.atMs;
  const first = effects.find(({ token }) => token === newToken)?.atMs;
  const violations = [
    ...(Number(newToken) > Number(oldToken) ? [] : [`the token went from ${oldToken} to ${newToken}`]),
    ...(transitions === 1 ? [] : [`leaseTransitions rose by ${transitions}`]),
    ...(first !== undefined && first < termEndMs ? [`the next term worked ${termEndMs - first} ms too early`] : []),
    ...(first !== undefined && last !== undefined && last > first ? [`the old term worked after the next`] : []),
  ];
  return {
    tookMs: change.tookMs,
    wholeMs: change.wholeMs,
    lastEffectMs: last === undefined ? undefined : last - termEndMs,
    firstEffectMs: first === undefined ? undefined : first - termEndMs,
    violations,
  };
}

/** Waits until a leader has done something in its present term. */
async function firstEffect({ recorder }: Replicas, leader: BotProcess): Promise<void> {
  const { token } = electionOf(leader);
  const works = () => recorder.effects.some((effect) => effect.token === token);
  await until(`${leader.name} works in term ${token}`, works, { withinMs: 30_000 }).catch((error) => {
    throw new Error(`${error.message}; it said:\n${leader.output.slice(-10).join("\n")}`, { cause: error });
  });
}

function shuffled<T>(values: readonly T[]): T[] {
  return values.map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place).map(({ value }) => value);
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
