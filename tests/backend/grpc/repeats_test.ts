import { assertEquals } from "@std/assert";
import { Bounds } from "../../../src/backend/grpc/bounds.ts";
import { Repeats } from "../../../src/backend/grpc/repeats.ts";
import { VirtualClock } from "../../doubles/virtual_clock.ts";

function start() {
  const clock = new VirtualClock();
  return { clock, repeats: new Repeats({ clock, random: () => 0.5 }) };
}

/** How long a pause took; null when there was to be no repeat. */
async function pauseMs({ clock, repeats }: ReturnType<typeof start>, repeat: number, bounds: Bounds) {
  const startMs = clock.monotonicMs();
  let endMs = startMs;
  const pausing = repeats.pause(repeat, bounds).then((again) => {
    endMs = clock.monotonicMs();
    return again;
  });
  await clock.advance(5_000);
  return await pausing ? endMs - startMs : null;
}

Deno.test("pauses double, and after four repeats it is enough", async () => {
  const parts = start();
  const pauses = [];
  for (let repeat = 0; repeat < 5; repeat++) {
    pauses.push(await pauseMs(parts, repeat, new Bounds(parts.clock, undefined, 5_000)));
  }
  assertEquals(pauses, [100, 200, 400, 800, null]);
});

Deno.test("nothing is repeated beyond the deadline, nor for an asker who is gone", async () => {
  const parts = start();
  assertEquals(await pauseMs(parts, 0, new Bounds(parts.clock, undefined, 90)), null);
  const asker = new AbortController();
  const pausing = parts.repeats.pause(3, new Bounds(parts.clock, { signal: asker.signal }, 5_000));
  asker.abort();
  assertEquals(await pausing, false);
});

Deno.test("repeats are paid from a budget that answers fill again", async () => {
  const parts = start();
  const next = () => pauseMs(parts, 0, new Bounds(parts.clock, undefined, 5_000));
  for (let i = 0; i < 100; i++) assertEquals(await next(), 100);
  assertEquals(await next(), null);
  for (let i = 0; i < 11; i++) parts.repeats.earn();
  assertEquals([await next(), await next()], [100, null]);
});
