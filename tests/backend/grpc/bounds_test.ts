import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Bounds } from "../../../src/backend/grpc/bounds.ts";
import type { Clock } from "../../../src/clock.ts";
import { Failure } from "../../../src/failure.ts";

/** A clock that stands still until it is set; its timers fire when it is moved past them. */
function handClock() {
  let nowMs = 0;
  const timers = new Map<number, { atMs: number; run: () => void }>();
  const clock: Clock = {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs,
    after(delayMs, run) {
      const id = timers.size;
      timers.set(id, { atMs: nowMs + delayMs, run });
      return () => void timers.delete(id);
    },
  };
  const moveTo = (ms: number) => {
    nowMs = ms;
    for (const { atMs, run } of [...timers.values()]) if (atMs <= ms) run();
  };
  return { clock, moveTo, timers };
}

Deno.test("bounds count down, then fail", () => {
  const { clock, moveTo } = handClock();
  const bounds = new Bounds(clock, undefined, 1_000);
  moveTo(400);
  assertEquals(bounds.remainingMs(), 600);
  assertEquals(bounds.part(0.5).remainingMs(), 300);
  moveTo(1_000);
  assertEquals(assertThrows(() => bounds.remainingMs(), Failure).kind, "unreachable");
  assertEquals(new Bounds(clock, { deadlineMs: 5 }, 1_000).remainingMs(), 5);
});

Deno.test("an aborted signal ends bounds, and their parts", () => {
  const asker = new AbortController();
  const bounds = new Bounds(handClock().clock, { signal: asker.signal }, 1_000);
  const part = bounds.part(0.5);
  asker.abort();
  for (const each of [bounds, part]) assertEquals(assertThrows(() => each.remainingMs(), Failure).kind, "aborted");
});

Deno.test("waiting ends with the work, however it ends, or with the bounds", async () => {
  const { clock, moveTo, timers } = handClock();
  const bounds = new Bounds(clock, undefined, 1_000);
  await bounds.wait(Promise.reject(new Error("not ours")));
  await bounds.wait(Promise.resolve());
  assertEquals(timers.size, 0);
  const waiting = bounds.wait(new Promise(() => {}));
  moveTo(1_001);
  assertEquals((await assertRejects(() => waiting, Failure)).kind, "unreachable");
});

Deno.test("waiting ends when its timer fires, even a moment before the clock says so", async () => {
  const { clock, timers } = handClock();
  const waiting = new Bounds(clock, undefined, 1_000).wait(new Promise(() => {}));
  for (const { run } of timers.values()) run();
  assertEquals((await assertRejects(() => waiting, Failure)).kind, "unreachable");
});
