/** Runs a scenario from its start through its faults, and then asks that everything be well: one leader in time, and clean ends. */
import { CLOCK_TOLERANCE, type Fault, type Scenario } from "./scenario.ts";
import type { Violation } from "./oracle.ts";
import { type ElectionCode, type Replica, type Row, World } from "./world.ts";

export interface RunOptions {
  code: ElectionCode;
  /** Hears what happens. */
  note?(row: Row): void;
}

/** What the issue allows beyond the lease duration. */
const LEADER_GRACE_MS = 1_000;
/** How long a leader is watched that was found after everything had healed. */
const CALM_MS = 4_000;

/** The first thing that must never be, or undefined if there was none. The same scenario gives the same run. */
export async function run(scenario: Scenario, { code, note = () => {} }: RunOptions): Promise<Violation | undefined> {
  const world = new World(scenario, code, note);
  const { oracle, time } = world;
  for (const fault of scenario.faults) {
    if (fault.atMs < scenario.healAtMs) time.at(fault.atMs, () => strike(world, fault));
  }
  const check = () => oracle.check();
  await time.runUntil(scenario.healAtMs, check);
  if (oracle.violation) return oracle.violation;
  world.note("world", "everything has healed");
  for (const replica of world.replicas) if (replica.isAway) world.start(replica);
  return await expectLeader(world) ?? await expectEnd(world);
}

async function expectLeader(world: World): Promise<Violation | undefined> {
  const { oracle, scenario, time } = world;
  const { leaseDurationMs, retryPeriodMs } = scenario.timing;
  const candidates = () => world.replicas.flatMap(({ live }) => live ?? []);
  const isHealed = () => candidates().every((live) => live.reachedAtMs !== undefined);
  const attemptMs = (leaseDurationMs - retryPeriodMs) / 4;
  // A watch that went silent is doubted after three intervals; a request that was swallowed, and its connection, cost two attempts.
  const reachMs = (3 * retryPeriodMs + 2 * (attemptMs + 1.1 * retryPeriodMs) + longestRetryAfterMs(scenario)) /
      (1 - CLOCK_TOLERANCE) + LEADER_GRACE_MS;
  await time.runUntil(scenario.healAtMs + reachMs, () => oracle.check() && !isHealed());
  if (oracle.violation) return oracle.violation;
  if (!isHealed()) return failure(world, "somebody has not reached the API although everything has healed");
  world.note("world", "everyone has reached the API");
  // Who polls hears of a wish for another holder one period later.
  const pollMs = scenario.faults.some((fault) => fault.kind === "edit" && fault.edit === "preferred holder")
    ? 1.1 * retryPeriodMs / (1 - CLOCK_TOLERANCE)
    : 0;
  const boundMs = leaseDurationMs + LEADER_GRACE_MS + pollMs;
  await time.runUntil(time.nowMs + boundMs, () => oracle.check() && oracle.holders().length === 0);
  if (oracle.violation) return oracle.violation;
  if (oracle.holders().length === 0) {
    return failure(world, `nobody leads ${Math.round(boundMs)} ms after everyone has reached the API`);
  }
  await time.runUntil(time.nowMs + CALM_MS, () => oracle.check());
  return oracle.violation;
}

async function expectEnd(world: World): Promise<Violation | undefined> {
  const { oracle, scenario, time } = world;
  const before = world.replicas.flatMap(({ live }) => live ?? []);
  world.close();
  for (const replica of world.replicas) world.stop(replica);
  const isOver = () => world.replicas.every(({ live }) => live === undefined);
  await time.runUntil(time.nowMs + scenario.timing.renewDeadlineMs, () => oracle.check() && !isOver());
  if (oracle.violation) return oracle.violation;
  if (!isOver()) return failure(world, "somebody does not end although told to", "end");
  const holder = world.server.lease()?.spec.holderIdentity ?? "";
  if (world.replicas.some(({ plan }) => plan.name === holder)) {
    return failure(world, `the Lease is not released but held by ${holder}`, "end");
  }
  const left = before.filter(({ process }) => process.pendingTimers > 0);
  if (left.length > 0) return failure(world, `${left[0]?.process.name} leaves a timer behind`, "end");
  return undefined;
}

function failure({ time }: World, what: string, rule: Violation["rule"] = "leader"): Violation {
  return { rule, atMs: time.nowMs, what };
}

function longestRetryAfterMs({ faults }: Scenario): number {
  const seconds = faults.map((fault) => fault.kind === "answer" ? fault.retryAfterSeconds ?? 1 : 0);
  return 1000 * Math.max(0, ...seconds);
}

/** A fault happens. */
function strike(world: World, fault: Fault): void {
  switch (fault.kind) {
    case "down":
      world.conditions.begin(fault, undefined);
      world.note("API", `is down for ${fault.forMs} ms`);
      return world.server.endWatches("reset");
    case "end watches":
      world.note("API", `ends all watches: ${fault.how}`);
      return world.server.endWatches(fault.how);
    case "compact":
      world.note("API", "forgets the past");
      return world.server.compact();
    case "edit":
      return world.edit(fault.edit, fault.whom);
    case "foreign": {
      const end = world.startForeign(fault);
      return void world.time.at(world.conditions.clip(world.time.nowMs + fault.forMs), () => end(fault.isClean));
    }
  }
  const replica = fault.whom === "leader"
    ? world.leading()
    : world.replicas.find(({ plan }) => plan.name === fault.whom);
  if (replica !== undefined) meet(world, replica, fault);
}

type OfOne = Exclude<Fault, { kind: "down" | "end watches" | "compact" | "edit" | "foreign" }>;

/** A fault meets a replica. */
function meet(world: World, replica: Replica, fault: OfOne): void {
  const { conditions, network, time } = world;
  const { live, plan } = replica;
  const { kind, whom: _whom, atMs: _atMs, ...detail } = fault;
  world.note(plan.name, `! ${kind} ${JSON.stringify(detail).replaceAll(/["{}]/g, "").replaceAll(",", ", ")}`);
  switch (fault.kind) {
    case "pause": {
      const { forMs } = fault;
      if (fault.where === "anywhere") return live?.process.pause(conditions.clip(time.nowMs + forMs) - time.nowMs);
      if (fault.where === "before effect") return live?.work.holdNext(forMs);
      return live && network.holdNext(live.process, forMs, fault.where === "after request");
    }
    case "crash":
    case "exit":
      return leave(world, replica, fault);
    case "wall":
      replica.wallOffsetMs += fault.byMs;
      return live?.process.jumpWall(fault.byMs);
    case "work ends":
      return live?.work.end(fault.isFailure);
    case "token": {
      world.replaceToken(plan.name);
      return void time.at(conditions.clip(time.nowMs + fault.forMs), () => world.mountToken(plan.name));
    }
    default:
      return conditions.begin(fault, plan.name);
  }
}

/** Ends a replica and, when its process is gone and the time has passed, starts it again. */
function leave(world: World, replica: Replica, fault: OfOne & { kind: "crash" | "exit" }): void {
  if (replica.live === undefined) return;
  if (fault.kind === "crash") world.kill(replica);
  else world.stop(replica);
  // The last one has to come back, or nobody could lead.
  const isForGood = fault.forMs === Infinity &&
    world.replicas.some((other) => other !== replica && !other.isGone);
  replica.isGone = isForGood;
  if (isForGood) return;
  replica.isAway = true;
  const again = () => {
    if (replica.live === undefined) world.start(replica);
    else world.time.at(world.time.nowMs + 10, again); // An identity has one process at a time.
  };
  world.time.at(world.conditions.clip(world.time.nowMs + fault.forMs), again);
}
