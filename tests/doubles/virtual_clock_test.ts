import { assertEquals, assertRejects } from "@std/assert";
import { sleep } from "../../src/clock.ts";
import { VirtualClock } from "./virtual_clock.ts";

Deno.test("timers run in the order of their time, those of one time in the order in which they were set", async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.after(20, () => ran.push("c"));
  clock.after(10, () => ran.push("a"));
  clock.after(10, () => ran.push("b"));
  await clock.advance(20);
  assertEquals(ran, ["a", "b", "c"]);
});

Deno.test("what a timer sets off runs before the next timer, at the time of its own", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const work = (async () => {
    for (let round = 0; round < 3; round++) {
      await sleep(clock, 10);
      seen.push(`work ${clock.monotonicMs()}`);
    }
  })();
  clock.after(15, () => seen.push("timer 15"));
  await clock.advance(100);
  await work;
  assertEquals(seen, ["work 10", "timer 15", "work 20", "work 30"]);
  assertEquals(clock.monotonicMs(), 100);
});

Deno.test("a cancelled timer does not run", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const slept = assertRejects(() => sleep(clock, 10, controller.signal));
  controller.abort();
  await clock.advance(20);
  await slept;
  assertEquals(clock.pending, 0);
});

Deno.test("the wall clock jumps alone, and after a pause what is due runs late", async () => {
  const clock = new VirtualClock(1_000_000);
  let ranAtMs = 0;
  clock.after(10, () => ranAtMs = clock.monotonicMs());
  clock.jumpWall(-5_000);
  clock.pause(50);
  assertEquals(clock.wallMs(), 995_050);
  await clock.advance(0);
  assertEquals(ranAtMs, 50);
});
