import { assert, assertEquals } from "@std/assert";
import { Breaker } from "../../../src/backend/grpc/breaker.ts";
import { Failure } from "../../../src/failure.ts";
import { VirtualClock } from "../../doubles/virtual_clock.ts";

/** A breaker whose looks the test answers. */
function start() {
  const clock = new VirtualClock();
  const looks: ((isBack: boolean) => void)[] = [];
  const breaker = new Breaker(clock, () => new Promise((resolve) => looks.push(resolve)));
  /** How an entry ended and when, from now on. */
  const enter = async (signal?: AbortSignal) => {
    const startMs = clock.monotonicMs();
    const outcome = await breaker.enter(signal).then(() => "through", (error) => {
      assert(error instanceof Failure);
      return error.kind;
    });
    return [outcome, clock.monotonicMs() - startMs];
  };
  /** Calls that nobody answers, one each 500 ms. */
  const silence = async (calls: number) => {
    for (let call = 0; call < calls; call++) {
      breaker.unanswered();
      await clock.advance(500);
    }
  };
  return { clock, looks, breaker, enter, silence };
}

Deno.test("lost calls open it only when they are several and the silence lasts", async () => {
  const many = start();
  for (let call = 0; call < 50; call++) many.breaker.unanswered();
  assertEquals(await many.enter(), ["through", 0]);
  const few = start();
  few.breaker.unanswered();
  await few.clock.advance(60_000);
  few.breaker.unanswered();
  assertEquals(await few.enter(), ["through", 0]);
});

Deno.test("an answer in between keeps it closed", async () => {
  const { breaker, enter, silence } = start();
  for (let round = 0; round < 5; round++) {
    await silence(4);
    breaker.answered();
  }
  assertEquals(await enter(), ["through", 0]);
});

Deno.test("while it is open, one look serves all who come, and a silent one holds them up but shortly", async () => {
  const { clock, looks, enter, silence } = start();
  await silence(5);
  const first = enter();
  await clock.advance(200);
  const second = enter();
  await clock.advance(5_000);
  assertEquals([await first, await second], [["unreachable", 300], ["unreachable", 300]]);
  assertEquals(looks.length, 1);
  looks[0]?.(false);
  await clock.advance(0);
  const third = enter();
  looks[1]?.(false);
  assertEquals(await third, ["unreachable", 0]);
});

Deno.test("who comes when the backend is back goes through, and so do all others then", async () => {
  const { clock, looks, breaker, enter, silence } = start();
  await silence(5);
  const first = enter();
  await clock.advance(50);
  looks[0]?.(true);
  assertEquals([await first, await enter()], [["through", 50], ["through", 0]]);
  breaker.unanswered();
  assertEquals(await enter(), ["through", 0], "it counts anew");
});

Deno.test("any answer closes it, and whoever is gone does not wait", async () => {
  const { breaker, enter, silence } = start();
  await silence(5);
  const asker = new AbortController();
  const waiting = enter(asker.signal);
  asker.abort();
  assertEquals(await waiting, ["aborted", 0]);
  breaker.answered();
  assertEquals(await enter(), ["through", 0]);
});
