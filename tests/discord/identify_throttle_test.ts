import { assertEquals, assertGreater, assertLess, assertRejects } from "@std/assert";
import { IdentifyThrottle } from "../../src/discord/identify_throttle.ts";
import { VirtualClock } from "../doubles/virtual_clock.ts";

const { signal } = new AbortController();

function throttle(maxConcurrency = 1) {
  const clock = new VirtualClock();
  return { clock, throttle: new IdentifyThrottle({ clock, random: () => 0, maxConcurrency }) };
}

/** When each of the IDENTIFYs that fail was sent, in seconds. */
async function failing(times: number): Promise<number[]> {
  const { clock, throttle: one } = throttle();
  const sentAt: number[] = [];
  for (let attempt = 0; attempt < times; attempt++) {
    const waiting = one.waitForIdentify(0, signal).then(() => sentAt.push(clock.monotonicMs() / 1_000));
    while (sentAt.length === attempt) await clock.advance(1_000);
    await waiting;
  }
  return sentAt;
}

Deno.test("shards of one bucket identify five seconds apart", async () => {
  const { clock, throttle: one } = throttle();
  const sent: number[] = [];
  for (const shard of [0, 1, 2]) void one.waitForIdentify(shard, signal).then(() => sent.push(shard));
  await clock.advance(0);
  assertEquals(sent, [0]);
  await clock.advance(4_999);
  assertEquals(sent, [0]);
  await clock.advance(1);
  assertEquals(sent, [0, 1]);
  await clock.advance(5_000);
  assertEquals(sent, [0, 1, 2]);
});

Deno.test("shards of different buckets do not wait for each other", async () => {
  const { throttle: one } = throttle(2);
  await Promise.all([one.waitForIdentify(0, signal), one.waitForIdentify(1, signal)]);
});

Deno.test("a few failures are tried again at once, as for replicas that start together; many wait ever longer", async () => {
  assertEquals(await failing(7), [0, 5, 10, 15, 20, 30, 50]);
});

Deno.test("however long Discord takes every IDENTIFY and drops the session, three replicas stay below 1,000 a day", async () => {
  const sentAt = await failing(320);
  const withinADay = sentAt.filter((seconds) => seconds < 86_400).length;
  assertLess(withinADay * 3, 1_000);
  assertGreater(withinADay, 200);
});

Deno.test("a session makes the failures before it forgotten", async () => {
  const { clock, throttle: one } = throttle();
  for (let attempt = 0; attempt < 6; attempt++) {
    const waiting = one.waitForIdentify(0, signal);
    await clock.advance(60_000);
    await waiting;
    one.succeeded(0);
  }
  let sent = false;
  const waiting = one.waitForIdentify(0, signal).then(() => sent = true);
  await clock.advance(0);
  await waiting;
  assertEquals(sent, true);
});

Deno.test("a connection that closes gives up its wait", async () => {
  const { clock, throttle: one } = throttle();
  await one.waitForIdentify(0, signal);
  const closed = new AbortController();
  const waiting = assertRejects(() => one.waitForIdentify(0, closed.signal), DOMException);
  closed.abort();
  await waiting;
  assertEquals(clock.pending, 0);
});
