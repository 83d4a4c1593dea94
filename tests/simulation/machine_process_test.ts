import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Process } from "./machine_process.ts";
import { dice } from "./random.ts";
import { TrueTime } from "./true_time.ts";

function setUp(options: { rate?: number; timersFirst?: boolean } = {}) {
  const time = new TrueTime();
  const { rate = 1, timersFirst = true } = options;
  const process = new Process(time, { name: "a", rate, wallOffsetMs: 0, timersFirst, random: dice(1, "test") });
  const seen: string[] = [];
  const at = (what: string) => () => void seen.push(`${what} ${Math.round(time.nowMs / 10) * 10}`);
  return { time, process, seen, at, until: (endMs: number) => time.runUntil(endMs, () => true) };
}

Deno.test("a clock that runs fast fires early in true time", async () => {
  const { at, process, seen, until } = setUp({ rate: 1.05 });
  const startMs = process.clock.monotonicMs();
  process.clock.after(1_050, at("timer"));
  await until(2_000);
  assertEquals(seen, ["timer 1000"]);
  assertAlmostEquals(process.clock.monotonicMs() - startMs, 2_100, 0.001);
});

Deno.test("a paused process does nothing; then first what it had in its hands, then what was due", async () => {
  for (const timersFirst of [true, false]) {
    const { at, process, seen, time, until } = setUp({ timersFirst });
    process.clock.after(100, at("timer"));
    time.at(50, () => process.deliver(at("message")));
    process.pause(1_000, at("effect"));
    await until(2_000);
    assertEquals(seen, [
      "effect 1000",
      ...timersFirst ? ["timer 1000", "message 1000"] : ["message 1000", "timer 1000"],
    ]);
  }
});

Deno.test("a dead process does nothing any more", async () => {
  const { at, process, seen, until } = setUp();
  process.clock.after(100, at("timer"));
  process.pause(50, at("effect"));
  process.kill();
  process.deliver(at("message"));
  await until(2_000);
  assertEquals(seen, []);
});

Deno.test("a timer that is cancelled is not pending and does not fire", async () => {
  const { at, process, seen, until } = setUp();
  const cancel = process.clock.after(100, at("timer"));
  assertEquals(process.pendingTimers, 1);
  cancel();
  assertEquals(process.pendingTimers, 0);
  await until(1_000);
  assertEquals(seen, []);
});
