import { assertEquals, assertStrictEquals } from "@std/assert";
import { type LeaseRecord, toRecord } from "../../src/election/lease.ts";
import { see, type Sight } from "../../src/election/sight.ts";

const RULES = {
  identity: "bot-a",
  incarnation: "i",
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};
const at = (nowMs: number) => ({ nowMs, chance: 0.5 });

function lease(version: number, spec: Record<string, unknown>): LeaseRecord {
  return toRecord({ metadata: { resourceVersion: String(version) }, spec });
}

function first(record: LeaseRecord): Sight {
  return see(undefined, { lease: record, sentAtMs: 0 }, RULES, at(100));
}

const HELD = { holderIdentity: "bot-b", leaseDurationSeconds: 30, renewTime: "t1" };

Deno.test("expiry counts from the local receipt, by the holder's own duration, whatever time the holder wrote", () => {
  assertEquals(first(lease(5, { ...HELD, renewTime: "1999-01-01T00:00:00.000000Z" })).freeAtMs, 30_100);
  assertEquals(first(lease(5, { holderIdentity: "bot-b" })).freeAtMs, 15_100);
});

Deno.test("an edit that is no sign of life does not prolong a lease", () => {
  const before = first(lease(5, HELD));
  const after = see(before, { lease: lease(6, HELD) }, RULES, at(9_000));
  assertEquals([after.version, after.freeAtMs], ["6", before.freeAtMs]);
  assertEquals(see(after, { lease: lease(7, { ...HELD, renewTime: "t2" }) }, RULES, at(9_000)).freeAtMs, 39_000);
});

Deno.test("a watch event that is not newer changes nothing", () => {
  const before = first(lease(5, HELD));
  for (const version of [4, 5]) assertStrictEquals(see(before, { lease: lease(version, {}) }, RULES, at(200)), before);
});

Deno.test("a read that was overtaken by a watch event changes nothing", () => {
  const before = see(first(lease(5, HELD)), { lease: lease(9, HELD) }, RULES, at(200));
  assertStrictEquals(see(before, { lease: lease(8, {}), sentAtMs: 150 }, RULES, at(250)), before);
});

Deno.test("an older version counts when it is read afresh, as after a restore from a backup", () => {
  const before = first(lease(500, HELD));
  assertEquals(see(before, { lease: lease(8, {}), sentAtMs: 150 }, RULES, at(250)).version, "8");
});

Deno.test("a free Lease may be taken soon, by a preferred holder at once, by others only when that one does not come", () => {
  assertEquals(first(lease(5, { holderIdentity: "" })).freeAtMs, 150);
  assertEquals(first(lease(5, { holderIdentity: "", preferredHolder: "bot-a" })).freeAtMs, 100);
  assertEquals(first(lease(5, { holderIdentity: "", preferredHolder: "bot-c" })).freeAtMs, 15_100);
});

Deno.test("a Lease that never was may be made at once, one that was deleted when it would have run out", () => {
  assertEquals(see(undefined, { lease: undefined, sentAtMs: 0 }, RULES, at(100)).freeAtMs, 100);
  const before = first(lease(5, HELD));
  const gone = see(before, { lease: undefined, version: "6" }, RULES, at(200));
  assertEquals([gone.lease, gone.freeAtMs], [undefined, before.freeAtMs]);
  assertEquals(see(gone, { lease: undefined, sentAtMs: 300 }, RULES, at(310)).freeAtMs, before.freeAtMs);
});
