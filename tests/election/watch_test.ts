import { assertEquals, assertGreater, assertLess } from "@std/assert";
import type { LeaseStore, WatchEnd, WatchRequest } from "../../src/election/lease.ts";
import { LeaseWatch } from "../../src/election/watch.ts";
import { VirtualClock } from "../doubles/virtual_clock.ts";
import { type Line, logInto } from "./replicas.ts";

/** A watch over a store whose watches end as told, each after some time. */
function scene(end: (index: number) => { end: WatchEnd; afterMs: number }) {
  const clock = new VirtualClock();
  const asked: { atMs: number; fromVersion: string | undefined; durationMs: number }[] = [];
  const ups: boolean[] = [];
  const lines: Line[] = [];
  const unused = () => Promise.reject(new Error("only watches here"));
  const watch = async ({ durationMs, fromVersion, onOpen, signal }: WatchRequest): Promise<WatchEnd> => {
    const { end: how, afterMs } = end(asked.length);
    asked.push({ atMs: clock.monotonicMs(), fromVersion, durationMs });
    if (how.kind === "ended") onOpen();
    await new Promise<void>((resolve) => {
      const cancel = clock.after(afterMs, resolve);
      signal.addEventListener("abort", () => (cancel(), resolve()), { once: true });
    });
    return how;
  };
  const store: LeaseStore = { get: unused, create: unused, update: unused, watch };
  const subject = new LeaseWatch({
    clock,
    log: logInto(lines),
    random: () => 0.5,
    store,
    identity: "bot-a",
    retryPeriodMs: 2_000,
    version: () => "41",
    onChange() {},
    onUp: (isUp) => void ups.push(isUp),
  });
  return { asked, clock, lines, subject, ups };
}

Deno.test("one watch follows the other, from the newest version known", async () => {
  const { asked, clock, subject, ups } = scene(() => ({ end: { kind: "ended" }, afterMs: 300_000 }));
  subject.start();
  await clock.advance(700_000);
  assertEquals(asked.map(({ atMs, fromVersion }) => [atMs, fromVersion]), [[0, "41"], [300_000, "41"], [
    600_000,
    "41",
  ]]);
  assertEquals(ups, [true, false, true, false, true]);
  await subject.stop();
});

Deno.test("after a 410 the next watch begins with the Lease as it is", async () => {
  const { asked, clock, subject } = scene((index) =>
    index === 0 ? { end: { kind: "outdated" }, afterMs: 10 } : { end: { kind: "ended" }, afterMs: 300_000 }
  );
  subject.start();
  await clock.advance(10_000);
  assertEquals(asked.map(({ fromVersion }) => fromVersion), ["41", undefined]);
  await subject.stop();
});

Deno.test("failures are repeated ever more slowly", async () => {
  const { asked, clock, subject } = scene(() => ({ end: { kind: "failed", reason: "503" }, afterMs: 10 }));
  subject.start();
  await clock.advance(300_000);
  assertGreater(asked.length, 8);
  assertLess(asked.length, 20);
  await subject.stop();
});

Deno.test("a missing right is said once and asked for again each minute", async () => {
  const { asked, clock, lines, subject } = scene(() => ({ end: { kind: "denied", reason: "403" }, afterMs: 10 }));
  subject.start();
  await clock.advance(185_000);
  assertEquals(asked.length, 4);
  assertEquals(lines.length, 1);
  await subject.stop();
});

Deno.test("a restart opens another watch, and a stop leaves nothing open", async () => {
  const { asked, clock, subject } = scene(() => ({ end: { kind: "ended" }, afterMs: 300_000 }));
  subject.start();
  await clock.advance(1_000);
  subject.restart();
  await clock.advance(1_000);
  assertEquals(asked.length, 2);
  await subject.stop();
  assertEquals(clock.pending, 0);
});
