/**
 * Every state with every event: the table has a row for each state and a cell for each event and each kind of answer, or it
 * does not compile. What leads to more than one outcome stands in machine_test.ts with its reasons.
 */
import { assertEquals } from "@std/assert";
import { acquired, type Answer, type LeaseRecord, released, toRecord } from "../../src/election/lease.ts";
import { begin, step } from "../../src/election/machine.ts";
import type { Event, State } from "../../src/election/state.ts";

type Happening = Exclude<Event["type"], "answered"> | `answered: ${Answer["kind"]}`;
/** What it means, and what comes of it: the next state, what it asks the store for, what it has done. */
type Cell = readonly [meaning: string, outcome: string];

const RULES = {
  identity: "bot-a",
  incarnation: "i1",
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};

const TABLE: Record<State["name"], Record<Happening, Cell>> = {
  following: {
    wake: ["it waits for its read", "following, asks read"],
    seen: ["a new holder is heard of while it reads", "following, asks read"],
    watch: ["a watch that ends changes nothing at once", "following, asks read"],
    settled: ["there is no work of a term", "following, asks read"],
    shutdown: ["it has nothing to give back", "stopped"],
    "answered: lease": ["someone else holds it", "following"],
    "answered: absent": ["it is made when the last holder would have run out", "following"],
    "answered: conflict": ["a read has no conflict; it counts as a failure", "following"],
    "answered: refused": ["it asks again later", "following"],
    "answered: unknown": ["it asks again later", "following"],
  },
  acquiring: {
    wake: ["it waits for the outcome", "acquiring, asks acquire"],
    seen: ["news is kept for when the outcome is known", "acquiring, asks acquire"],
    watch: ["a watch that ends changes nothing", "acquiring, asks acquire"],
    settled: ["there is no work yet", "acquiring, asks acquire"],
    shutdown: ["the write may be carried out, so its outcome is awaited", "acquiring, asks acquire"],
    "answered: lease": ["the write was accepted, and by now a renewal is due", "leading, asks renew, does lead"],
    "answered: absent": ["what it built on is gone; it reads", "following, asks read"],
    "answered: conflict": ["another write came first, perhaps its own; it reads", "following, asks read"],
    "answered: refused": ["it reads later", "following"],
    "answered: unknown": ["it reads later, and knows its nonce", "following"],
  },
  leading: {
    wake: ["it waits for its renewal", "leading, asks renew"],
    seen: ["another holder ends the term at once", "stopping, does endTerm"],
    watch: ["a leader needs no watch", "leading, asks renew"],
    settled: ["work that ends by itself ends the term", "releasing, asks read, does report workEnded + endTerm"],
    shutdown: ["the work is told to stop", "stopping, does endTerm"],
    "answered: lease": ["the renewal was accepted", "leading, does extend"],
    "answered: absent": ["without a Lease there is no term", "stopping, does endTerm"],
    "answered: conflict": ["another write came first, perhaps its own; it reads", "leading, asks read"],
    "answered: refused": ["it tries again while the term is valid", "leading"],
    "answered: unknown": ["it reads while the term is valid", "leading"],
  },
  stopping: {
    wake: ["the work has time until the term would have run out", "stopping"],
    seen: ["another holder leaves nothing to release", "stopping"],
    watch: ["a watch that ends changes nothing", "stopping"],
    settled: ["now the Lease can be given back", "releasing, asks read"],
    shutdown: ["it stops already", "stopping"],
    "answered: lease": ["it has asked nothing", "stopping"],
    "answered: absent": ["it has asked nothing", "stopping"],
    "answered: conflict": ["it has asked nothing", "stopping"],
    "answered: refused": ["it has asked nothing", "stopping"],
    "answered: unknown": ["it has asked nothing", "stopping"],
  },
  releasing: {
    wake: ["it waits for its read", "releasing, asks read"],
    seen: ["the read will tell", "releasing, asks read"],
    watch: ["a watch that ends changes nothing", "releasing, asks read"],
    settled: ["the work has settled before", "releasing, asks read"],
    shutdown: ["it releases already", "releasing, asks read"],
    "answered: lease": ["it still shows the term", "releasing, asks release"],
    "answered: absent": ["there is nothing to release", "stopped"],
    "answered: conflict": ["it looks again", "releasing, asks read"],
    "answered: refused": ["it tries again while the term would be valid", "releasing"],
    "answered: unknown": ["it tries again while the term would be valid", "releasing"],
  },
  stopped: {
    wake: ["it is over", "stopped"],
    seen: ["it is over", "stopped"],
    watch: ["it is over", "stopped"],
    settled: ["it is over", "stopped"],
    shutdown: ["it is over", "stopped"],
    "answered: lease": ["it is over", "stopped"],
    "answered: absent": ["it is over", "stopped"],
    "answered: conflict": ["it is over", "stopped"],
    "answered: refused": ["it is over", "stopped"],
    "answered: unknown": ["it is over", "stopped"],
  },
};

/** The way to a state, event by event; the next event comes at 2,400 ms. */
const WAYS: Record<State["name"], readonly [atMs: number, event: Event | ((state: State) => Event)][]> = {
  following: [[10, told(held("bot-b", 5))], [2_010, { type: "wake" }]],
  acquiring: [[10, told(free(5))], [60, { type: "wake" }]],
  leading: [...leader(), [2_060, { type: "wake" }]],
  stopping: [...leader(), [2_060, { type: "shutdown" }]],
  releasing: [...leader(), [2_060, { type: "shutdown" }], [2_100, { type: "settled" }]],
  stopped: [[10, { type: "shutdown" }]],
};
const LATER_MS = 2_400;

function leader(): [number, Event | ((state: State) => Event)][] {
  return [[10, told(free(5))], [60, { type: "wake" }], [70, (state) => told(held("bot-a", 6, nonceOf(state)))]];
}

function held(holder: string, version: number, nonce = `nonce of ${holder}`): LeaseRecord {
  const by = { identity: holder, nonce, durationMs: 15_000, wallMs: version, name: "leader" };
  return at(toRecord(acquired(undefined, by)), version);
}

function free(version: number): LeaseRecord {
  const by = { identity: "", nonce: "old", durationMs: 1_000, wallMs: version };
  return at(toRecord(released(held("bot-b", 1), by)), version);
}

function at(lease: LeaseRecord, version: number): LeaseRecord {
  return toRecord({ ...lease.object, metadata: { ...lease.object.metadata, resourceVersion: String(version) } });
}

function told(lease: LeaseRecord): Event {
  return { type: "answered", answer: { kind: "lease", lease } };
}

function nonceOf(state: State): string {
  return "nonce" in state ? state.nonce : "";
}

/** The event of a cell: news are of another holder, and what is read or written is one's own where one can have it. */
function eventOf(happening: Happening, state: State): Event {
  const mine = state.name === "following" ? held("bot-c", 20) : held("bot-a", 20, nonceOf(state));
  switch (happening) {
    case "wake":
    case "settled":
    case "shutdown":
      return { type: happening };
    case "seen":
      return { type: "seen", lease: held("bot-c", 20), isDeleted: false };
    case "watch":
      return { type: "watch", isUp: false };
    case "answered: lease":
      return told(mine);
    case "answered: absent":
      return { type: "answered", answer: { kind: "absent" } };
    case "answered: conflict":
      return { type: "answered", answer: { kind: "conflict" } };
    case "answered: refused":
      return { type: "answered", answer: { kind: "refused", reason: "403" } };
    case "answered: unknown":
      return { type: "answered", answer: { kind: "unknown", reason: "no answer" } };
  }
}

function reach(name: State["name"]): State {
  let state = begin({ nowMs: 0, chance: 0.5 });
  for (const [nowMs, event] of WAYS[name]) {
    state = step(RULES, state, typeof event === "function" ? event(state) : event, { nowMs, chance: 0.5 }).state;
  }
  assertEquals(state.name, name);
  return state;
}

function outcomeOf(before: State, event: Event): string {
  const { commands, state } = step(RULES, before, event, { nowMs: LATER_MS, chance: 0.5 });
  const request = state.name === "stopped" ? undefined : state.request;
  const asked = request?.kind === "write" ? request.claim.kind : request?.kind;
  const done = commands.map((command) => command.do === "report" ? `report ${command.what}` : command.do);
  return [
    state.name,
    ...asked === undefined ? [] : [`asks ${asked}`],
    ...done.length === 0 ? [] : [`does ${done.join(" + ")}`],
  ].join(", ");
}

for (const [name, row] of entriesOf(TABLE)) {
  for (const [happening, [meaning, outcome]] of entriesOf(row)) {
    Deno.test(`${name} × ${happening}: ${meaning}`, () => {
      const state = reach(name);
      assertEquals(outcomeOf(state, eventOf(happening, state)), outcome);
    });
  }
}

function entriesOf<Key extends string, Value>(table: Record<Key, Value>): [Key, Value][] {
  return Object.entries(table) as [Key, Value][];
}
