import { assertEquals } from "@std/assert";
import { newCycle, NO_CHECKPOINT } from "../../src/sync/checkpoint.ts";
import { dueInMs } from "../../src/sync/schedule.ts";

const INTERVAL_MS = 1_000;

Deno.test("a full sync is due when none has ever ended", () => {
  assertEquals(dueInMs(NO_CHECKPOINT, { nowMs: 5_000, intervalMs: INTERVAL_MS }), 0);
});

Deno.test("a full sync is due when one was interrupted", () => {
  const checkpoint = { finishedAtMs: 4_999, position: newCycle(4_000), owed: false };
  assertEquals(dueInMs(checkpoint, { nowMs: 5_000, intervalMs: INTERVAL_MS }), 0);
});

Deno.test("a full sync is due when one is owed", () => {
  const checkpoint = { finishedAtMs: 4_999, position: null, owed: true };
  assertEquals(dueInMs(checkpoint, { nowMs: 5_000, intervalMs: 1_000 }), 0);
});

Deno.test("the next full sync is due an interval after the last one ended", () => {
  const checkpoint = { finishedAtMs: 5_000, position: null, owed: false };
  assertEquals(dueInMs(checkpoint, { nowMs: 5_400, intervalMs: INTERVAL_MS }), 600);
  assertEquals(dueInMs(checkpoint, { nowMs: 6_000, intervalMs: INTERVAL_MS }), 0);
  assertEquals(dueInMs(checkpoint, { nowMs: 60_000, intervalMs: INTERVAL_MS }), 0);
});

Deno.test("an end in the future, by another machine's clock, waits no longer than an interval", () => {
  const checkpoint = { finishedAtMs: 9_000_000, position: null, owed: false };
  assertEquals(dueInMs(checkpoint, { nowMs: 5_000, intervalMs: INTERVAL_MS }), INTERVAL_MS);
});
