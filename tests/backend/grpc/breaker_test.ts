import { assertEquals, assertThrows } from "@std/assert";
import { Breaker } from "../../../src/backend/grpc/breaker.ts";
import { Failure } from "../../../src/failure.ts";
import { VirtualClock } from "../../doubles/virtual_clock.ts";

/** Calls that nobody answers, one each 500 ms. */
async function silence(breaker: Breaker, clock: VirtualClock, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) {
    breaker.unanswered();
    await clock.advance(500);
  }
}

async function openBreaker() {
  const clock = new VirtualClock();
  const breaker = new Breaker(clock);
  await silence(breaker, clock, 5);
  return { clock, breaker };
}

function isOpen(breaker: Breaker): boolean {
  try {
    breaker.enter();
    return false;
  } catch {
    return true;
  }
}

Deno.test("lost calls open it only when they are several and the silence lasts", async () => {
  const clock = new VirtualClock();
  const breaker = new Breaker(clock);
  for (let call = 0; call < 50; call++) breaker.unanswered();
  assertEquals(isOpen(breaker), false, "many at once");
  const patient = new Breaker(clock);
  patient.unanswered();
  await clock.advance(60_000);
  patient.unanswered();
  assertEquals(isOpen(patient), false, "few in a long time");
});

Deno.test("an answer in between keeps it closed", async () => {
  const clock = new VirtualClock();
  const breaker = new Breaker(clock);
  for (let round = 0; round < 5; round++) {
    await silence(breaker, clock, 4);
    breaker.answered();
  }
  assertEquals(isOpen(breaker), false);
});

Deno.test("while it is open, calls fail at once as unreachable, but for one a second", async () => {
  const { breaker, clock } = await openBreaker();
  assertEquals(assertThrows(() => breaker.enter(), Failure).kind, "unreachable");
  await clock.advance(1_000);
  assertEquals([isOpen(breaker), isOpen(breaker)], [false, true]);
  breaker.unanswered();
  await clock.advance(999);
  assertEquals(isOpen(breaker), true);
  await clock.advance(1);
  assertEquals(isOpen(breaker), false);
});

Deno.test("the first answer closes it for everybody", async () => {
  const { breaker, clock } = await openBreaker();
  await clock.advance(1_000);
  breaker.enter();
  breaker.answered();
  assertEquals([isOpen(breaker), isOpen(breaker)], [false, false]);
  breaker.unanswered();
  assertEquals(isOpen(breaker), false, "it counts anew");
});
