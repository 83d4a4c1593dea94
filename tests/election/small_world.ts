/**
 * A world so small that all of it can be walked: a few machines, one Lease, time that goes in steps of a second, and at each
 * moment everything that might happen next, in every order. Whatever is not done within its second is late, which has a bound.
 */
import { acquired, type Answer, type LeaseRecord, released, renewed, toRecord } from "../../src/election/lease.ts";
import type { begin, step } from "../../src/election/machine.ts";
import type { Event, Request, State } from "../../src/election/state.ts";

/** The machine, as it is or with a defect. */
export interface Machine {
  readonly begin: typeof begin;
  readonly step: typeof step;
}

/** How far the walk goes. */
export interface Bounds {
  replicas: number;
  seconds: number;
  /** How many requests or answers may be lost, each with its write carried out at once, later, or never. */
  losses: number;
  /** In how many seconds something may be late: a request, an answer, a machine, or work that settles. */
  lateSeconds: number;
  /** How often a process may die, for good or to come back. */
  crashes: number;
  /** How often a process may be told to end. */
  shutdowns: number;
}

export const TIMING = { leaseDurationMs: 3_000, renewDeadlineMs: 2_500, retryPeriodMs: 1_000 };
const SECOND_MS = 1_000;

interface Replica {
  readonly state: State;
  readonly incarnation: number;
  /** Answer to the request under way, once the API has carried that out. */
  readonly answer: Answer | undefined;
  /** A write that nobody waits for any more and that may still arrive. */
  readonly stray: Request | undefined;
  readonly term: { readonly nonce: string; readonly token: number; readonly untilMs: number } | undefined;
  readonly isWorking: boolean;
}

/** Everything, at one moment. */
export interface SmallWorld {
  readonly nowMs: number;
  readonly version: number;
  readonly lease: LeaseRecord | undefined;
  /** When the Lease last changed. */
  readonly writtenAtMs: number;
  readonly lastToken: number;
  readonly lastLeader: string | undefined;
  /** How often another one led than before. */
  readonly handovers: number;
  readonly replicas: readonly Replica[];
  readonly left: Bounds;
  /** The first thing that must never be. */
  readonly violation: string | undefined;
}

export type Next = readonly [what: string, world: SmallWorld];

/** The first moment: all candidates begin. */
export function firstMoment(machine: Machine, bounds: Bounds): SmallWorld {
  const replicas = Array.from({ length: bounds.replicas }, () => born(machine, 0, 0));
  return {
    nowMs: 0,
    version: 100,
    lease: undefined,
    writtenAtMs: 0,
    lastToken: 0,
    lastLeader: undefined,
    handovers: 0,
    replicas,
    left: bounds,
    violation: undefined,
  };
}

function born({ begin }: Machine, nowMs: number, incarnation: number): Replica {
  const state = begin({ nowMs, chance: 0.5 });
  return { state, incarnation, answer: undefined, stray: undefined, term: undefined, isWorking: false };
}

/** All that may happen next. */
export function successors(machine: Machine, world: SmallWorld): Next[] {
  const each = world.replicas.flatMap((_, index) => [
    ...messages(machine, world, index),
    ...inside(machine, world, index),
  ]);
  const isDue = world.replicas.some((replica) => isLate(replica, world));
  if (world.left.seconds === 0 || isDue && world.left.lateSeconds === 0) return each;
  const spent = { ...spend(world, "seconds").left, lateSeconds: world.left.lateSeconds - (isDue ? 1 : 0) };
  return [...each, ["a second passes", checked({ ...world, nowMs: world.nowMs + SECOND_MS, left: spent })]];
}

/** Whether something should happen before the next second. */
function isLate({ answer, isWorking, state, term }: Replica, { nowMs }: SmallWorld): boolean {
  const isAsking = state.name !== "stopped" && state.request !== undefined;
  return wakeAt(state) <= nowMs || isAsking || answer !== undefined || isWorking && term === undefined;
}

function wakeAt(state: State): number {
  return state.name === "stopped" ? Infinity : state.wakeAtMs;
}

/** What the network does with the messages of a replica. */
function messages(machine: Machine, world: SmallWorld, index: number): Next[] {
  const replica = world.replicas[index];
  if (replica === undefined) return [];
  const { answer, state, stray } = replica;
  const request = state.name === "stopped" ? undefined : state.request;
  const who = nameOf(index);
  const next: Next[] = [];
  if (request !== undefined && answer === undefined) {
    const { answer: given, world: after } = carryOut(world, request, who);
    next.push([`${who}: the API answers ${given.kind}`, checked(change(after, index, { answer: given }))]);
  }
  if (answer !== undefined) {
    next.push([`${who} hears ${answer.kind}`, tell(machine, world, index, { type: "answered", answer })]);
  }
  if (request !== undefined && world.left.losses > 0) {
    const lost = spend(world, "losses");
    const given: Event = { type: "answered", answer: { kind: "unknown", reason: "lost" } };
    const isStray = answer === undefined && request.kind === "write";
    next.push([
      `${who} hears nothing`,
      tell(machine, change(lost, index, isStray ? { stray: request } : {}), index, given),
    ]);
  }
  if (stray !== undefined) {
    const { world: after } = carryOut(world, stray, who);
    next.push([`${who}: a late write arrives`, checked(change(after, index, { stray: undefined }))]);
  }
  const { lease } = world;
  if (lease !== undefined && state.name !== "stopped" && state.memory.sight?.version !== lease.version) {
    next.push([
      `${who} sees v${lease.version}`,
      tell(machine, world, index, { type: "seen", lease, isDeleted: false }),
    ]);
  }
  return next;
}

/** What happens within a replica. */
function inside(machine: Machine, world: SmallWorld, index: number): Next[] {
  const replica = world.replicas[index];
  if (replica === undefined) return [];
  const { incarnation, isWorking, state, term } = replica;
  const who = nameOf(index);
  const next: Next[] = [];
  if (wakeAt(state) <= world.nowMs) next.push([`${who} wakes`, tell(machine, world, index, { type: "wake" })]);
  if (isWorking && term === undefined) {
    const settled = change(world, index, { isWorking: false });
    next.push([`${who}: the work settles`, tell(machine, settled, index, { type: "settled" })]);
  }
  if (state.name !== "stopped" && !state.memory.isClosing && world.left.shutdowns > 0) {
    next.push([`${who} is told to end`, tell(machine, spend(world, "shutdowns"), index, { type: "shutdown" })]);
  }
  if (state.name !== "stopped" && world.left.crashes > 0) {
    const request = state.request?.kind === "write" && replica.answer === undefined ? state.request : undefined;
    const again = { ...born(machine, world.nowMs, incarnation + 1), stray: request };
    const never: Replica = { ...again, state: { name: "stopped" } };
    const after = spend(world, "crashes");
    next.push([`${who} dies and comes back`, checked(change(after, index, again))]);
    next.push([`${who} dies for good`, checked(change(after, index, never))]);
  }
  return next;
}

function spend(world: SmallWorld, what: keyof Bounds): SmallWorld {
  return { ...world, left: { ...world.left, [what]: world.left[what] - 1 } };
}

function nameOf(index: number): string {
  return "abc"[index] ?? "?";
}

function change(world: SmallWorld, index: number, detail: Partial<Replica>): SmallWorld {
  const replicas = world.replicas.map((replica, other) => other === index ? { ...replica, ...detail } : replica);
  return { ...world, replicas };
}

/** The API: compare-and-swap. */
function carryOut(world: SmallWorld, request: Request, who: string): { answer: Answer; world: SmallWorld } {
  const { lease, nowMs } = world;
  if (request.kind === "read") return { world, answer: lease ? { kind: "lease", lease } : { kind: "absent" } };
  const { base, kind, nonce } = request.claim;
  if (base?.version !== lease?.version) return { world, answer: { kind: "conflict" } };
  const by = { identity: who, nonce, durationMs: TIMING.leaseDurationMs, wallMs: nowMs, name: "leader" };
  const version = world.version + 1;
  const object = kind === "acquire" || base === undefined
    ? acquired(base, by)
    : (kind === "renew" ? renewed : released)(base, by);
  const written = toRecord({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
  const isTaken = lease !== undefined && lease.holder !== "" && lease.holder !== who;
  const isEarly = isTaken && nowMs < world.writtenAtMs + TIMING.leaseDurationMs;
  const violation = isEarly ? `${who} writes over the live lease of ${lease.holder}` : world.violation;
  return {
    world: { ...world, version, lease: written, writtenAtMs: nowMs, violation },
    answer: { kind: "lease", lease: written },
  };
}

/** One step of one machine, and what its commands do. */
function tell(machine: Machine, world: SmallWorld, index: number, event: Event): SmallWorld {
  const before = world.replicas[index];
  if (before === undefined) return world;
  const rules = { identity: nameOf(index), incarnation: `${nameOf(index)}${before.incarnation}`, ...TIMING };
  const { commands, state } = machine.step(rules, before.state, event, { nowMs: world.nowMs, chance: 0.5 });
  const request = state.name === "stopped" ? undefined : state.request;
  const asked = before.state.name === "stopped" ? undefined : before.state.request;
  const isNew = request !== asked;
  const isGivenUp = isNew && asked?.kind === "write" && before.answer === undefined && event.type !== "answered";
  let after: Replica = {
    ...before,
    state,
    answer: isNew ? undefined : before.answer,
    stray: isGivenUp ? asked : before.stray,
  };
  let { handovers, lastLeader, lastToken, violation } = world;
  for (const command of commands) {
    if (command.do === "endTerm") after = { ...after, term: undefined };
    if (command.do === "extend" && after.term) {
      after = { ...after, term: { ...after.term, untilMs: command.validUntilMs } };
    }
    if (command.do !== "lead") continue;
    const token = Number(command.lease.version);
    if (token <= lastToken) violation ??= `token ${token} comes after ${lastToken}`;
    if (after.isWorking) violation ??= `${nameOf(index)} leads while its last work goes on`;
    lastToken = Math.max(token, lastToken);
    if (lastLeader !== undefined && lastLeader !== nameOf(index)) handovers++;
    lastLeader = nameOf(index);
    const term = { nonce: command.lease.nonce ?? "", token, untilMs: command.validUntilMs };
    after = { ...after, term, isWorking: true };
  }
  if (isNew) violation ??= wrongRelease(after, request, nameOf(index));
  return checked(change({ ...world, handovers, lastLeader, lastToken, violation }, index, after));
}

function wrongRelease({ isWorking }: Replica, request: Request | undefined, who: string): string | undefined {
  if (request?.kind !== "write" || request.claim.kind !== "release") return undefined;
  const { base, nonce } = request.claim;
  if (isWorking) return `${who} releases while its work goes on`;
  return base?.holder === who && base.nonce === nonce ? undefined : `${who} releases what it does not hold`;
}

/** The guarantees, at this moment. */
function checked(world: SmallWorld): SmallWorld {
  if (world.violation !== undefined) return world;
  const held = world.replicas.flatMap(({ term }, index) =>
    term !== undefined && world.nowMs < term.untilMs ? [{ ...term, who: nameOf(index) }] : []
  );
  const [first] = held;
  if (first === undefined) return world;
  const violation = held.length > 1
    ? "two terms at once"
    : world.lease?.nonce !== first.nonce || world.lease.holder !== first.who
    ? `${first.who} holds a term that the API does not show`
    : world.nowMs >= world.writtenAtMs + TIMING.leaseDurationMs
    ? `${first.who} holds a term that others may take`
    : undefined;
  return { ...world, violation };
}
