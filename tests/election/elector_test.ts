import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { isLater, type LeaseObject } from "../../src/election/lease.ts";
import { newWorld, TIMING, untilAborted } from "./replicas.ts";

const sleepUntil = (hold: Promise<void>) => () => hold;

function holding(identity: string, lease: LeaseObject): LeaseObject {
  const spec = { holderIdentity: identity, leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000001Z" };
  return { ...lease, spec: { ...lease.spec, ...spec } };
}

Deno.test("one of three leads, and the others know whom", async () => {
  const world = newWorld();
  const replicas = ["bot-a", "bot-b", "bot-c"].map((name) => world.start(name));
  await world.clock.advance(5_000);
  const leaders = replicas.filter((replica) => replica.holds());
  assertEquals(leaders.length, 1);
  const leader = world.cluster.lease()?.holder;
  for (const { elector } of replicas) assertEquals(elector.snapshot().leader, leader);
  await world.end();
});

Deno.test("operators find the messages that they know", async () => {
  const world = newWorld();
  const first = world.start("bot-a");
  await world.clock.advance(1_000);
  const second = world.start("bot-b");
  await world.clock.advance(1_000);
  assertEquals(first.lines.slice(0, 2), [
    {
      level: "info",
      msg: "starting leader election for sync job",
      fields: { identity: "bot-a", namespace: "hivemind" },
    },
    {
      level: "info",
      msg: "elected as sync leader, starting member sync job",
      fields: { identity: "bot-a", token: "101" },
    },
  ]);
  assertEquals(second.said("new sync leader elected")?.fields, { leader: "bot-a", self: "bot-b" });
  first.stop();
  await world.clock.advance(1_000);
  assertEquals(first.said("lost sync leadership, stopping sync job")?.fields, {
    identity: "bot-a",
    reason: "shutting down",
  });
  await world.end();
});

Deno.test("idle replicas cost one PUT each retry period and hardly a GET", async () => {
  const world = newWorld();
  for (const name of ["bot-a", "bot-b", "bot-c"]) world.start(name);
  await world.clock.advance(10_000);
  world.cluster.calls.length = 0;
  await world.clock.advance(600_000);
  const count = (...verbs: string[]) => world.cluster.calls.filter(({ verb }) => verbs.includes(verb)).length / 10;
  assertGreater(count("update"), 29);
  assertLess(count("update"), 31);
  assertLess(count("get", "watch"), 2);
  await world.end();
});

Deno.test("a clean release hands over within 150 ms, after the work has settled", async () => {
  const world = newWorld();
  const work = Promise.withResolvers<void>();
  const first = world.start("bot-a", { lead: sleepUntil(work.promise) });
  await world.clock.advance(1_000);
  const second = world.start("bot-b");
  await world.clock.advance(3_000);
  first.stop();
  await world.clock.advance(2_000);
  assert(!first.holds(), "the term ends at once");
  assertEquals(world.cluster.lease()?.holder, "bot-a", "the Lease stays while the work runs");
  work.resolve();
  await world.clock.advance(150);
  assertEquals(world.cluster.lease()?.holder, "bot-b");
  assert(second.holds());
  assertEquals(first.events, ["elected", "renewed", "lost", "released"]);
  await world.end();
});

Deno.test("a leader that vanishes is followed when its lease has run out, not before", async () => {
  const world = newWorld();
  world.start("bot-a");
  await world.clock.advance(1_000);
  const second = world.start("bot-b");
  await world.clock.advance(4_000);
  world.cluster.fault = ({ client }) => client === "bot-a" ? { kind: "lostRequest" } : undefined;
  const renewedAtMs = world.cluster.calls.findLast(({ verb }) => verb === "update")?.atMs ?? 0;
  await world.clock.advance(renewedAtMs + TIMING.leaseDurationMs - world.clock.monotonicMs());
  assert(!second.holds());
  await world.clock.advance(50);
  assert(second.holds());
  await world.end();
});

Deno.test("D1: a leader ends its term as soon as a watch event names another", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(3_000);
  world.cluster.edit((lease) => holding("someone", lease));
  await world.clock.advance(10);
  assert(!replica.holds());
  assertEquals(replica.said("lost sync leadership, stopping sync job")?.fields.reason, "the Lease is held by someone");
  await world.end();
});

Deno.test("D1: without a watch, the next answer ends the term", async () => {
  const world = newWorld();
  world.cluster.fault = ({ verb }) =>
    verb === "watch" ? { kind: "end", end: { kind: "denied", reason: "no watch" } } : undefined;
  const replica = world.start("bot-a");
  await world.clock.advance(3_000);
  world.cluster.edit((lease) => holding("someone", lease));
  await world.clock.advance(TIMING.retryPeriodMs * 1.1 + 50);
  assert(!replica.holds());
  await world.end();
});

Deno.test("D2: a partitioned leader stops its work in time and never releases what it lost", async () => {
  const world = newWorld();
  const first = world.start("bot-a");
  await world.clock.advance(1_000);
  const second = world.start("bot-b");
  await world.clock.advance(2_000);
  world.cluster.fault = ({ client }) => client === "bot-a" ? { kind: "lostRequest" } : undefined;
  await world.clock.advance(TIMING.renewDeadlineMs);
  assert(!first.holds());
  assert(!second.holds(), "no overlap");
  await world.clock.advance(5_000);
  assert(second.holds());
  world.cluster.fault = () => undefined;
  await world.clock.advance(30_000);
  assert(second.holds());
  assert(!first.events.includes("released"));
  assertEquals(world.cluster.lease()?.holder, "bot-b");
  await world.end();
});

Deno.test("D2: work that does not settle keeps its process from leading again, and is complained about", async () => {
  const world = newWorld();
  const work = Promise.withResolvers<void>();
  const replica = world.start("bot-a", { lead: sleepUntil(work.promise) });
  await world.clock.advance(3_000);
  world.cluster.edit((lease) => ({ ...lease, spec: { ...lease.spec, holderIdentity: "" } }));
  await world.clock.advance(60_000);
  assertEquals(replica.terms.length, 1);
  assertEquals(replica.elector.snapshot().state, "stopping");
  assertEquals(replica.lines.filter(({ msg }) => msg.includes("although it was told to stop")).length, 1);
  work.resolve();
  await world.clock.advance(1_000);
  assertEquals(replica.terms.length, 2);
  await world.end();
});

Deno.test("D3: a release that comes too late leaves the next leader's lease alone", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(3_000);
  // The read before the release is slow; meanwhile someone takes the Lease by hand, unseen by the stalled watch.
  world.cluster.fault = ({ verb }) => {
    if (verb === "get") world.cluster.edit((lease) => holding("someone", lease));
    return undefined;
  };
  replica.stop();
  await world.clock.advance(1_000);
  await replica.done;
  assertEquals(world.cluster.lease()?.holder, "someone");
  assert(!replica.events.includes("released"));
});

Deno.test("D3: between the read and the write of a release compare-and-swap decides", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(3_000);
  world.cluster.fault = ({ lease }) => {
    if (lease?.spec?.holderIdentity === "") world.cluster.edit((now) => holding("someone", now));
    return undefined;
  };
  replica.stop();
  await world.clock.advance(1_000);
  await replica.done;
  assertEquals(world.cluster.lease()?.holder, "someone");
});

Deno.test("D4: validity counts from before the request was sent, so a late answer gives no time", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(500);
  world.cluster.fault = ({ verb }) => verb === "update" ? { kind: "lateAnswer", delayMs: 3_000 } : undefined;
  await world.clock.advance(6_000);
  const sentAtMs = world.cluster.calls.findLast(({ verb, atMs }) => verb === "update" && atMs < 3_000)?.atMs ?? 0;
  assertEquals(replica.terms[0]?.validUntilMs(), sentAtMs + TIMING.renewDeadlineMs);
  await world.end();
});

Deno.test("D4: after a pause of the process assertHeld throws before any timer has run", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(3_000);
  const [term] = replica.terms;
  assert(term !== undefined);
  term.assertHeld();
  world.clock.pause(60_000);
  assertEquals(assertThrows(() => term.assertHeld(), Failure).kind, "stale_term");
  assert(!replica.elector.snapshot().isLeader);
  await world.clock.advance(0);
  assert(term.signal.aborted);
  await world.end();
});

Deno.test("tokens increase from term to term", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  for (let round = 0; round < 5; round++) {
    await world.clock.advance(3_000);
    world.cluster.edit((lease) => ({ ...lease, spec: { ...lease.spec, holderIdentity: "" } }));
  }
  await world.clock.advance(1_000);
  const tokens = replica.terms.map(({ token }) => token ?? "");
  assertGreater(tokens.length, 4);
  tokens.reduce((before, token) => {
    assert(isLater(token, before), `${token} after ${before}`);
    return token;
  });
  await world.end();
});

Deno.test("a restarted container takes its own lease over at once, as a new term", async () => {
  const world = newWorld();
  world.cluster.edit((lease) => ({ ...holding("bot-a", lease), metadata: { name: "hivemind-bot-sync-leader" } }));
  const replica = world.start("bot-a");
  await world.clock.advance(50);
  assert(replica.holds());
  assertEquals(world.cluster.lease()?.object.spec?.leaseTransitions, 1);
  await world.end();
});

Deno.test("an acquisition whose answer was lost is recognised by its nonce", async () => {
  const world = newWorld();
  world.cluster.fault = ({ verb }) => verb === "create" ? { kind: "lostAnswer" } : undefined;
  const replica = world.start("bot-a");
  await world.clock.advance(4_000);
  assert(replica.holds());
  assertEquals(world.cluster.lease()?.object.spec?.leaseTransitions, 0, "one acquisition, not two");
  const sentAtMs = world.cluster.calls.find(({ verb }) => verb === "create")?.atMs ?? 0;
  await world.clock.advance(100);
  assert((replica.terms[0]?.validUntilMs() ?? 0) >= sentAtMs + TIMING.renewDeadlineMs);
  await world.end();
});

Deno.test("lost answers of renewals do not cost the term", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(1_000);
  let lost = 0;
  world.cluster.fault = ({ verb }) => verb === "update" && lost++ % 2 === 0 ? { kind: "lostAnswer" } : undefined;
  await world.clock.advance(120_000);
  assertEquals(replica.terms.length, 1);
  assert(replica.holds());
  await world.end();
});

Deno.test("a leader that may no longer write stops in time and says what is missing", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(1_000);
  const answer = { kind: "refused", reason: "403; kubectl auth can-i update leases" } as const;
  world.cluster.fault = ({ verb }) => verb === "update" ? { kind: "answer", answer } : undefined;
  await world.clock.advance(13_000);
  assert(!replica.holds());
  const complaints = replica.lines.filter(({ level }) => level === "warn");
  assertEquals(complaints.length, 1, "once, not at each try");
  assertStringIncludes(String(complaints[0]?.fields.error), "kubectl auth can-i");
  assertEquals(replica.elector.snapshot().lastError, answer.reason);
  world.cluster.fault = () => undefined;
  await world.clock.advance(5_000);
  assert(replica.holds(), "it keeps trying");
  await world.end();
});

Deno.test("without any right it never leads", async () => {
  const world = newWorld();
  const answer = { kind: "refused", reason: "403" } as const;
  world.cluster.fault = ({ verb }) =>
    verb === "watch" ? { kind: "end", end: { kind: "denied", reason: "403" } } : { kind: "answer", answer };
  const replica = world.start("bot-a");
  await world.clock.advance(120_000);
  assertEquals(replica.terms.length, 0);
  assertLess(world.cluster.calls.length, 80);
  await world.end();
});

Deno.test("without the right to watch it polls, and says so once", async () => {
  const world = newWorld();
  world.start("bot-a");
  await world.clock.advance(1_000);
  world.cluster.fault = ({ verb }) =>
    verb === "watch" ? { kind: "end", end: { kind: "denied", reason: "no watch" } } : undefined;
  const follower = world.start("bot-b");
  await world.clock.advance(300_000);
  assertEquals(follower.lines.filter(({ msg }) => msg.includes("may not watch")).length, 1);
  assertEquals(follower.terms.length, 0);
  const reads = world.cluster.calls.filter(({ client, verb }) => client === "bot-b" && verb === "get").length;
  assertGreater(reads, 120);
  await world.end();
});

Deno.test("a watch that is silent while the lease is renewed is noticed and replaced", async () => {
  const world = newWorld();
  world.start("bot-a");
  await world.clock.advance(1_000);
  let watches = 0;
  world.cluster.fault = ({ client, verb }) =>
    client === "bot-b" && verb === "watch" && watches++ === 0 ? { kind: "lostAnswer" } : undefined;
  const follower = world.start("bot-b");
  await world.clock.advance(60_000);
  assertEquals(watches, 2);
  assertEquals(follower.terms.length, 0);
  await world.end();
});

Deno.test("a watch that is told its start is too old begins anew", async () => {
  const world = newWorld();
  world.start("bot-a");
  await world.clock.advance(1_000);
  let watches = 0;
  world.cluster.fault = ({ client, verb }) =>
    client === "bot-b" && verb === "watch" && watches++ === 0 ? { kind: "end", end: { kind: "outdated" } } : undefined;
  const follower = world.start("bot-b");
  await world.clock.advance(20_000);
  assertEquals(watches, 2);
  assertEquals(follower.elector.snapshot().leader, "bot-a");
  await world.end();
});

Deno.test("a wish for another holder is granted: the leader finishes, releases and lets the other go first", async () => {
  const world = newWorld();
  const first = world.start("bot-a");
  await world.clock.advance(1_000);
  const others = [world.start("bot-b"), world.start("bot-c")];
  await world.clock.advance(1_000);
  world.cluster.edit((lease) => ({ ...lease, spec: { ...lease.spec, preferredHolder: "bot-c" } }));
  await world.clock.advance(100);
  assertEquals(
    first.said("lost sync leadership, stopping sync job")?.fields.reason,
    "spec.preferredHolder names bot-c",
  );
  assertEquals(world.cluster.lease()?.holder, "bot-c");
  assertEquals(world.cluster.lease()?.preferredHolder, undefined, "the wish is done with");
  assert(others[1]?.holds());
  await world.end();
});

Deno.test("a preferred holder that never comes does not leave the Lease free for ever", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(1_000);
  world.cluster.edit((lease) => ({ ...lease, spec: { ...lease.spec, preferredHolder: "nobody-there" } }));
  await world.clock.advance(14_000);
  assert(!replica.holds());
  await world.clock.advance(2_000);
  assert(replica.holds());
  await world.end();
});

Deno.test("work that fails is logged, and another replica gets its chance", async () => {
  const world = newWorld();
  let failures = 0;
  const first = world.start("bot-a", {
    lead: async (term) => {
      if (failures++ === 0) throw new Error("no backend");
      await untilAborted(term);
    },
  });
  await world.clock.advance(14_000);
  assertEquals(first.said("the sync job failed")?.fields.error, "no backend");
  assertEquals(world.cluster.lease()?.holder, "");
  await world.clock.advance(3_000);
  assert(first.holds(), "alone, it tries again itself");
  await world.end();
});

Deno.test("the checkpoint travels with renewals and the release, and the next leader finds it", async () => {
  const world = newWorld();
  const first = world.start("bot-a", { annotations: () => ({ "hivemind-bot/checkpoint": "page 7" }) });
  await world.clock.advance(1_000);
  const second = world.start("bot-b");
  await world.clock.advance(100);
  assertEquals(
    world.cluster.lease()?.annotations["hivemind-bot/checkpoint"],
    undefined,
    "not before the first renewal",
  );
  first.stop();
  await world.clock.advance(500);
  assertEquals(second.terms[0]?.annotations["hivemind-bot/checkpoint"], "page 7");
  await world.end();
});

Deno.test("a shutdown while the acquisition is under way leaves no lease behind", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(12);
  assertEquals(replica.elector.snapshot().state, "acquiring");
  replica.stop();
  await world.clock.advance(1_000);
  await replica.done;
  assertEquals(world.cluster.lease()?.holder, "");
  assertEquals(replica.terms.length, 0);
});

Deno.test("a shutdown while following ends at once", async () => {
  const world = newWorld();
  world.cluster.edit((lease) => holding("someone", lease));
  const replica = world.start("bot-a");
  await world.clock.advance(1_000);
  replica.stop();
  await world.clock.advance(1);
  await replica.done;
  assertEquals(replica.elector.snapshot().state, "stopped");
});

Deno.test("a shutdown without a network gives up when the term has run out", async () => {
  const world = newWorld();
  const replica = world.start("bot-a");
  await world.clock.advance(3_000);
  world.cluster.fault = () => ({ kind: "lostRequest" });
  replica.stop();
  await world.clock.advance(TIMING.renewDeadlineMs + 50);
  await replica.done;
  assert(replica.said("could not release sync leadership, it runs out by itself") !== undefined);
});

Deno.test("a shutdown does not wait for ever for work that does not settle", async () => {
  const world = newWorld();
  const work = Promise.withResolvers<void>();
  const replica = world.start("bot-a", { lead: sleepUntil(work.promise) });
  await world.clock.advance(3_000);
  replica.stop();
  await world.clock.advance(TIMING.renewDeadlineMs);
  await replica.done;
  assertEquals(world.cluster.lease()?.holder, "bot-a", "what may still be worked on is not released");
  work.resolve();
});

Deno.test("a deleted Lease ends the term, and nobody takes it before the old term would have run out", async () => {
  const world = newWorld();
  const first = world.start("bot-a", { lead: sleepUntil(new Promise(() => {})) });
  await world.clock.advance(1_000);
  const second = world.start("bot-b");
  await world.clock.advance(3_000);
  world.cluster.edit(() => undefined);
  await world.clock.advance(10_000);
  assert(!first.holds());
  assert(!second.holds());
  await world.clock.advance(5_100);
  assert(second.holds());
  first.stop();
  await world.end();
});

Deno.test("nothing is left behind after the end", async () => {
  const world = newWorld();
  world.start("bot-a");
  world.start("bot-b");
  await world.clock.advance(30_000);
  await world.end();
  assertEquals(world.clock.pending, 0);
});

Deno.test("times that contradict each other are refused with both values", () => {
  const world = newWorld();
  const error = assertThrows(
    () => world.start("bot-a", { timing: { ...TIMING, renewDeadlineMs: 15_000 } }),
    RangeError,
  );
  assertStringIncludes(error.message, "renewDeadlineMs (15000) must be less than leaseDurationMs (15000)");
  assertThrows(() => world.start("bot-a", { timing: { ...TIMING, retryPeriodMs: 9_000 } }), RangeError);
  assertThrows(() => world.start(""), RangeError);
});
