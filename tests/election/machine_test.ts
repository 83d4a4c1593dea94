import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { acquired, type Answer, type LeaseRecord, released, renewed, toRecord } from "../../src/election/lease.ts";
import { begin, step } from "../../src/election/machine.ts";
import type { Command, Event, State } from "../../src/election/state.ts";

const RULES = {
  identity: "bot-a",
  incarnation: "i1",
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};

/** A Lease held by `holder`, in version `version`. */
function held(holder: string, version: number, nonce = `nonce of ${holder}`): LeaseRecord {
  const signature = { identity: holder, nonce, durationMs: 15_000, wallMs: version, name: "leader" };
  return at(toRecord(acquired(undefined, signature)), version);
}

function at(lease: LeaseRecord, version: number): LeaseRecord {
  return toRecord({ ...lease.object, metadata: { ...lease.object.metadata, resourceVersion: String(version) } });
}

function free(version: number): LeaseRecord {
  const signature = { identity: "", nonce: "old", durationMs: 1000, wallMs: version };
  return at(toRecord(released(held("bot-b", 1), signature)), version);
}

const read = (lease: LeaseRecord): Event => ({ type: "answered", answer: { kind: "lease", lease } });
const answer = (answer: Answer): Event => ({ type: "answered", answer });
const seen = (lease: LeaseRecord, isDeleted = false): Event => ({ type: "seen", lease, isDeleted });
const UNKNOWN: Answer = { kind: "unknown", reason: "no answer" };
const REFUSED: Answer = { kind: "refused", reason: "403" };

/** A machine whose dice always show one half. */
class Machine {
  state: State = begin({ nowMs: 0, chance: 0.5 });
  commands: readonly Command[] = [];

  at(nowMs: number, event: Event): this {
    ({ state: this.state, commands: this.commands } = step(RULES, this.state, event, { nowMs, chance: 0.5 }));
    return this;
  }

  /** Asserts the name of the state, and gives it with its own fields. */
  in<Name extends State["name"]>(name: Name): State & { name: Name } {
    assertEquals(this.state.name, name);
    return this.state as State & { name: Name };
  }

  did(): string[] {
    return this.commands.map((command) => command.do === "report" ? `report ${command.what}` : command.do);
  }

  request(): string | undefined {
    const request = this.state.name === "stopped" ? undefined : this.state.request;
    return request?.kind === "write" ? request.claim.kind : request?.kind;
  }
}

/** Leads since 10 ms, by a write that was sent at 10. */
function leader(): { machine: Machine; mine: LeaseRecord } {
  const machine = new Machine().at(10, answer({ kind: "absent" }));
  const mine = held("bot-a", 5, machine.in("acquiring").nonce);
  machine.at(20, read(mine));
  machine.in("leading");
  return { machine, mine };
}

Deno.test("it begins with a read", () => {
  const machine = new Machine();
  machine.in("following");
  assertEquals(machine.request(), "read");
});

Deno.test("following: a Lease that does not exist is created", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" }));
  assertEquals(machine.in("acquiring").memory.attempts, 1);
  assertEquals(machine.request(), "acquire");
});

Deno.test("following: a free Lease is tried within 100 ms, at a random moment", () => {
  const machine = new Machine().at(10, read(free(5)));
  assertEquals(machine.in("following").wakeAtMs, 60);
  machine.at(60, { type: "wake" }).in("acquiring");
});

Deno.test("following: a held Lease is tried when the holder's own duration has passed since it was last seen to change", () => {
  const machine = new Machine().at(10, read(held("bot-b", 5)));
  machine.at(1_000, { type: "watch", isUp: true });
  machine.at(
    3_000,
    seen(at(toRecord(renewed(held("bot-b", 5), { identity: "bot-b", nonce: "n", durationMs: 20_000, wallMs: 9 })), 6)),
  );
  machine.at(9_000, { type: "wake" });
  assertEquals(machine.request(), "read", "the watch was silent for three intervals");
  machine.at(9_010, answer(REFUSED)).at(22_999, { type: "wake" }).in("following");
  machine.at(22_999, answer(REFUSED)).at(23_500, { type: "wake" }).in("acquiring");
});

Deno.test("following: without a watch it reads each retry period", () => {
  const machine = new Machine().at(10, read(held("bot-b", 5)));
  assertEquals(machine.in("following").wakeAtMs, 2_010);
  assertEquals(machine.at(2_010, { type: "wake" }).request(), "read");
});

Deno.test("following: its own identity as the holder is taken over at once", () => {
  const machine = new Machine().at(10, read(held("bot-a", 5, "of an earlier process")));
  machine.in("acquiring");
});

Deno.test("following: an old watch event is no news", () => {
  const machine = new Machine().at(10, read(held("bot-b", 5)));
  const before = machine.state;
  machine.at(20, seen(free(4)));
  assertEquals(machine.state, before);
});

Deno.test("following: a deletion is no release", () => {
  const machine = new Machine().at(10, read(held("bot-b", 5))).at(1_000, seen(held("bot-b", 6), true));
  machine.in("following");
  machine.at(15_009, { type: "wake" }).at(15_009, answer({ kind: "absent" })).in("following");
  machine.at(15_010, { type: "wake" }).in("acquiring");
});

Deno.test("following: a silence that hid a change makes it watch anew", () => {
  const machine = new Machine().at(10, read(held("bot-b", 5))).at(20, { type: "watch", isUp: true });
  machine.at(6_010, { type: "wake" }).at(6_020, read(held("bot-b", 8)));
  assertEquals(machine.did(), ["rewatch"]);
});

Deno.test("following: failures are repeated ever more slowly, and Retry-After is honoured", () => {
  const machine = new Machine().at(0, answer(UNKNOWN));
  assertEquals(machine.in("following").wakeAtMs, 250);
  machine.at(250, { type: "wake" }).at(250, answer(UNKNOWN));
  assertEquals(machine.in("following").wakeAtMs, 750);
  machine.at(750, { type: "wake" }).at(750, answer({ kind: "refused", reason: "429", retryAfterMs: 5_000 }));
  assertEquals(machine.in("following").wakeAtMs, 5_750);
});

Deno.test("following: a shutdown ends at once", () => {
  new Machine().at(10, { type: "shutdown" }).in("stopped");
});

Deno.test("acquiring: an accepted write makes a leader whose validity counts from before it was sent", () => {
  const { machine, mine } = leader();
  assertEquals(machine.commands, [{ do: "lead", lease: mine, validUntilMs: 10_010 }]);
  assertEquals(machine.in("leading").token, "5");
});

Deno.test("acquiring: an answer that comes after the validity would be over makes no leader", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" }));
  machine.at(10_010, read(held("bot-a", 5, machine.in("acquiring").nonce)));
  assertEquals(machine.commands, []);
  machine.in("following");
});

Deno.test("acquiring: an accepted write that the watch knows to be outdated makes no leader", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" }));
  const { nonce } = machine.in("acquiring");
  machine.at(15, seen(held("someone", 6))).at(20, read(held("bot-a", 5, nonce)));
  assertEquals(machine.did(), []);
  machine.in("following");
});

Deno.test("acquiring: a conflict is resolved by a read", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" })).at(20, answer({ kind: "conflict" }));
  machine.in("following");
  assertEquals(machine.request(), "read");
});

Deno.test("acquiring: after a second conflict in a row it does not hurry", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" })).at(20, answer({ kind: "conflict" }));
  machine.at(30, answer({ kind: "absent" })).at(40, answer({ kind: "conflict" }));
  assertEquals(machine.in("following").wakeAtMs, 540);
});

Deno.test("acquiring: an open outcome is resolved by holder and nonce, and counts from when it was sent", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" }));
  const { nonce } = machine.in("acquiring");
  machine.at(3_000, answer(UNKNOWN));
  assertEquals(machine.in("following").inDoubt, { nonce, sentAtMs: 10 });
  machine.at(3_250, { type: "wake" }).at(3_260, read(held("bot-a", 5, nonce)));
  assertEquals(machine.in("leading").renewedAtMs, 10);
});

Deno.test("acquiring: a refusal waits before the next read", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" })).at(20, answer(REFUSED));
  assertEquals(machine.in("following").wakeAtMs, 270);
});

Deno.test("acquiring: a shutdown waits for the outcome and gives back what was won", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" })).at(11, { type: "shutdown" });
  const mine = held("bot-a", 5, machine.in("acquiring").nonce);
  machine.at(20, read(mine)).in("releasing");
  assertEquals(machine.at(30, read(mine)).request(), "release");
  machine.at(
    40,
    read(at(toRecord(released(mine, { identity: "", nonce: mine.nonce ?? "", durationMs: 1, wallMs: 9 })), 6)),
  );
  assertEquals(machine.did(), ["report released"]);
  machine.in("stopped");
});

Deno.test("acquiring: a shutdown needs no more than a conflict", () => {
  const machine = new Machine().at(10, answer({ kind: "absent" })).at(11, { type: "shutdown" });
  machine.at(20, answer({ kind: "conflict" })).in("stopped");
});

Deno.test("leading: it renews each retry period, counted from when the last renewal was sent", () => {
  const { machine, mine } = leader();
  assertEquals(machine.in("leading").wakeAtMs, 2_010);
  assertEquals(machine.at(2_010, { type: "wake" }).request(), "renew");
  machine.at(2_500, read(at(mine, 6)));
  assertEquals(machine.commands, [{ do: "extend", validUntilMs: 12_010 }]);
  assertEquals(machine.in("leading").wakeAtMs, 4_010);
});

Deno.test("leading: when the deadline passes the term is over, whatever comes then", () => {
  const events: Event[] = [{ type: "wake" }, seen(held("bot-a", 9)), { type: "watch", isUp: true }, {
    type: "shutdown",
  }];
  for (const event of events) {
    const { machine } = leader();
    machine.at(10_010, event);
    assertEquals(machine.did(), ["endTerm"]);
    assertEquals(machine.in("stopping").mayRelease, false);
  }
});

Deno.test("leading: a renewal that is accepted too late does not bring the term back", () => {
  const { machine, mine } = leader();
  machine.at(2_010, { type: "wake" }).at(10_011, read(at(mine, 6)));
  assertEquals(machine.did(), ["endTerm"]);
});

for (
  const [what, event, reason] of [
    ["another holder in a watch event", seen(held("bot-b", 9)), "held by bot-b"],
    ["another term of its own identity", seen(held("bot-a", 9, "other")), "another term of this identity"],
    ["nobody as the holder", seen(free(9)), "held by nobody"],
    ["a deletion", seen(held("bot-a", 9), true), "deleted"],
  ] as const
) {
  Deno.test(`leading: ${what} ends the term at once, without a release`, () => {
    const { machine } = leader();
    machine.at(100, event);
    const [command] = machine.commands;
    assert(command?.do === "endTerm");
    assertStringIncludes(command.reason, reason);
    assertEquals(machine.in("stopping").mayRelease, false);
    assertEquals(machine.request(), undefined);
  });
}

Deno.test("leading: an answer that names another holder, or no Lease, ends the term at once", () => {
  for (const event of [read(held("bot-b", 9)), answer({ kind: "absent" })]) {
    const { machine } = leader();
    machine.at(2_010, { type: "wake" }).at(2_020, event);
    assertEquals(machine.did(), ["endTerm"]);
  }
});

Deno.test("leading: after a conflict it reads, and renews when the term still holds the Lease", () => {
  const { machine, mine } = leader();
  assertEquals(machine.at(2_010, { type: "wake" }).at(2_020, answer({ kind: "conflict" })).request(), "read");
  assertEquals(machine.at(2_030, read(at(mine, 8))).request(), "renew");
  assertEquals(machine.in("leading").renewedAtMs, 10, "a read prolongs nothing");
});

Deno.test("leading: conflict after conflict is met ever more slowly", () => {
  const { machine, mine } = leader();
  machine.at(2_010, { type: "wake" }).at(2_020, answer({ kind: "conflict" })).at(2_030, read(mine));
  machine.at(2_040, answer({ kind: "conflict" }));
  assertEquals(machine.request(), undefined);
  assertEquals(machine.in("leading").wakeAtMs, 2_540);
});

Deno.test("leading: the API cannot ask for more haste than a backoff allows", () => {
  const { machine } = leader();
  machine.at(2_010, { type: "wake" }).at(2_020, answer({ kind: "refused", reason: "429", retryAfterMs: 0 }));
  assertEquals(machine.in("leading").wakeAtMs, 2_270);
});

Deno.test("leading: after an open outcome it reads before it writes again", () => {
  const { machine } = leader();
  machine.at(2_010, { type: "wake" }).at(5_260, answer(UNKNOWN));
  assertEquals(machine.in("leading").wakeAtMs, 5_510);
  assertEquals(machine.at(5_510, { type: "wake" }).request(), "read");
});

Deno.test("leading: however long it is told to wait, one last try is made before the deadline", () => {
  const { machine } = leader();
  machine.at(2_010, { type: "wake" }).at(2_020, answer({ kind: "refused", reason: "429", retryAfterMs: 60_000 }));
  assertEquals(machine.in("leading").wakeAtMs, 9_010);
  assertEquals(machine.at(9_010, { type: "wake" }).request(), "renew");
});

Deno.test("leading: a wish for another holder, a shutdown and work that ends hand the Lease back", () => {
  const { mine } = leader();
  const wish = toRecord({ ...at(mine, 6).object, spec: { ...mine.object.spec, preferredHolder: "bot-c" } });
  for (const event of [seen(wish), { type: "shutdown" } as const]) {
    const { machine } = leader();
    machine.at(100, event);
    assertEquals(machine.did(), ["endTerm"]);
    assert(machine.in("stopping").mayRelease);
    assertEquals(machine.request(), undefined, "nothing goes out while the work runs");
    assertEquals(machine.at(200, { type: "settled" }).request(), "read");
    machine.in("releasing");
  }
  const { machine } = leader();
  machine.at(100, { type: "settled" });
  assertEquals(machine.did(), ["report workEnded", "endTerm"]);
  machine.in("releasing");
});

Deno.test("stopping: a lost term is not released, and the candidate begins anew with a read", () => {
  const { machine } = leader();
  machine.at(100, seen(held("bot-b", 9))).at(200, { type: "settled" });
  machine.in("following");
  assertEquals(machine.request(), "read");
});

Deno.test("stopping: a term that is lost while its work settles is not released any more", () => {
  const { machine } = leader();
  machine.at(100, { type: "shutdown" }).at(150, seen(held("bot-b", 9))).at(200, { type: "settled" });
  machine.in("stopped");
  assertEquals(machine.did(), []);
});

Deno.test("stopping: work that settles after the term would have run out is not followed by a release", () => {
  const { machine } = leader();
  machine.at(100, { type: "shutdown" });
  assertEquals(machine.in("stopping").wakeAtMs, 10_010);
  machine.at(10_010, { type: "wake" });
  assertEquals(machine.did(), ["report notSettled"]);
  machine.in("stopped");
});

Deno.test("stopping: a lost term's work that does not settle is reported once and waited for", () => {
  const { machine } = leader();
  machine.at(100, seen(held("bot-b", 9)));
  assertEquals(machine.in("stopping").wakeAtMs, 5_100);
  assertEquals(machine.at(5_100, { type: "wake" }).did(), ["report notSettled"]);
  assertEquals(machine.at(6_000, { type: "watch", isUp: false }).did(), []);
  machine.at(9_000, { type: "settled" }).in("following");
});

Deno.test("releasing: a Lease that shows another term is left alone", () => {
  for (const other of [held("bot-b", 9), held("bot-a", 9, "another term")]) {
    const { machine } = leader();
    machine.at(100, { type: "shutdown" }).at(200, { type: "settled" }).at(210, read(other));
    machine.in("stopped");
    assertEquals(machine.did(), []);
  }
});

Deno.test("releasing: the write is built on what the read showed", () => {
  const { machine, mine } = leader();
  const fresh = at(mine, 77);
  machine.at(100, { type: "shutdown" }).at(200, { type: "settled" }).at(210, read(fresh));
  const { request } = machine.in("releasing");
  assert(request?.kind === "write");
  assertEquals(request.claim, { kind: "release", base: fresh, nonce: mine.nonce ?? "" });
});

Deno.test("releasing: a conflict and an open outcome lead back to a read", () => {
  const { machine, mine } = leader();
  machine.at(100, { type: "shutdown" }).at(200, { type: "settled" }).at(210, read(mine));
  assertEquals(machine.at(220, answer({ kind: "conflict" })).request(), "read");
  machine.at(230, read(mine)).at(240, answer(UNKNOWN));
  assertEquals(machine.in("releasing").wakeAtMs, 740);
  assertEquals(machine.at(740, { type: "wake" }).request(), "read");
});

Deno.test("releasing: after a second conflict in a row it does not hurry", () => {
  const { machine, mine } = leader();
  machine.at(100, { type: "shutdown" }).at(200, { type: "settled" }).at(210, read(mine));
  machine.at(220, answer({ kind: "conflict" })).at(230, read(mine)).at(240, answer({ kind: "conflict" }));
  assertEquals(machine.in("releasing").wakeAtMs, 740);
});

Deno.test("releasing: a Lease that is gone needs no release", () => {
  const { machine } = leader();
  machine.at(100, { type: "shutdown" }).at(200, { type: "settled" }).at(210, answer({ kind: "absent" })).in("stopped");
});

Deno.test("releasing: when the term would have run out it gives up", () => {
  const { machine } = leader();
  machine.at(100, { type: "shutdown" }).at(200, { type: "settled" }).at(10_010, { type: "wake" });
  assertEquals(machine.did(), ["report notReleased"]);
  machine.in("stopped");
});

Deno.test("after having handed the Lease back it lets others go first for one lease duration", () => {
  const { machine, mine } = leader();
  machine.at(100, { type: "settled" }).at(110, read(mine));
  machine.at(
    120,
    read(at(toRecord(released(mine, { identity: "", nonce: mine.nonce ?? "", durationMs: 1, wallMs: 9 })), 6)),
  );
  assertEquals(machine.did(), ["report released"]);
  machine.at(130, read(at(free(6), 6))).in("following");
  machine.at(15_099, { type: "wake" }).in("following");
});

Deno.test("stopped: nothing happens any more", () => {
  const machine = new Machine().at(10, { type: "shutdown" });
  for (const event of [{ type: "wake" }, seen(free(9)), { type: "settled" }] as const) {
    machine.at(20, event).in("stopped");
  }
});
