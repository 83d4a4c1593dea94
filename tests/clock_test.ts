import { assert, assertEquals, assertGreaterOrEqual, assertRejects, assertStrictEquals } from "@std/assert";
import { deadline, sleep, systemClock } from "../src/clock.ts";

Deno.test("sleep ends after its time", async () => {
  const startMs = systemClock.monotonicMs();
  await sleep(systemClock, 5);
  assertGreaterOrEqual(systemClock.monotonicMs() - startMs, 4);
});

Deno.test("sleep ends with the signal's reason as soon as it aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const sleeping = assertRejects(() => sleep(systemClock, 60_000, controller.signal));
  controller.abort(reason);
  assertStrictEquals(await sleeping, reason);
});

Deno.test("sleep does not begin when the signal has aborted before", async () => {
  const reason = new Error("before");
  assertStrictEquals(await assertRejects(() => sleep(systemClock, 60_000, AbortSignal.abort(reason))), reason);
});

Deno.test("a deadline aborts with a TimeoutError when its time has passed", async () => {
  using limit = deadline(systemClock, 5);
  await new Promise((resolve) => limit.signal.addEventListener("abort", resolve));
  assertEquals(limit.signal.reason.name, "TimeoutError");
});

Deno.test("a deadline aborts with its parent", () => {
  const parent = new AbortController();
  using limit = deadline(systemClock, 60_000, parent.signal);
  const reason = new Error("stopped");
  parent.abort(reason);
  assertStrictEquals(limit.signal.reason, reason);
  using late = deadline(systemClock, 60_000, parent.signal);
  assert(late.signal.aborted);
});

Deno.test("a disposed deadline never aborts", () => {
  const parent = new AbortController();
  const limit = deadline(systemClock, 60_000, parent.signal);
  limit[Symbol.dispose]();
  parent.abort();
  assertEquals(limit.signal.aborted, false);
});
