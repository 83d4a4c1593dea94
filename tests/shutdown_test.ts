import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { deadline, sleep, systemClock } from "../src/clock.ts";
import { createLog, type Log } from "../src/log.ts";
import { listenForStop, stopInOrder } from "../src/shutdown.ts";

function capture(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { lines, log: createLog({ level: "info", format: "text", write: (line) => lines.push(line) }) };
}

Deno.test("the first signal asks to stop, the second ends at once", async () => {
  const { log, lines } = capture();
  using keepsTheTestAlive = deadline(systemClock, 10_000);
  assert(!keepsTheTestAlive.signal.aborted);
  const ended = Promise.withResolvers<void>();
  const stop = listenForStop(log, () => ended.resolve());
  const asked = new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  Deno.kill(Deno.pid, "SIGTERM");
  await asked;
  Deno.kill(Deno.pid, "SIGTERM");
  await ended.promise;
  stop[Symbol.dispose]();
  await sleep(systemClock, 10); // the platform takes a turn of its event loop to forget a signal
  assertStringIncludes(lines[0] ?? "", "stopping signal=SIGTERM");
  assertStringIncludes(lines[1] ?? "", "second signal, ending at once signal=SIGTERM");
});

Deno.test("parts stop one after the other", async () => {
  const { log } = capture();
  const order: string[] = [];
  const clean = await stopInOrder([
    { name: "a", boundMs: 1_000, run: () => Promise.resolve().then(() => void order.push("a")) },
    { name: "b", boundMs: 1_000, run: () => void order.push("b") },
  ], { clock: systemClock, log });
  assert(clean);
  assertEquals(order, ["a", "b"]);
});

Deno.test("a part that fails or hangs is named and does not hold up the others", async () => {
  const { log, lines } = capture();
  const order: string[] = [];
  const hang = Promise.withResolvers<void>();
  const clean = await stopInOrder([
    { name: "gateway", boundMs: 1_000, run: () => Promise.reject(new Error("broken pipe")) },
    { name: "backend", boundMs: 10, run: () => hang.promise },
    {
      name: "throws",
      boundMs: 10,
      run: () => {
        throw new Error("at once");
      },
    },
    { name: "health", boundMs: 1_000, run: () => void order.push("health") },
  ], { clock: systemClock, log });
  assertEquals(clean, false);
  assertEquals(order, ["health"]);
  assertStringIncludes(lines[0] ?? "", 'part=gateway error="broken pipe"');
  assertStringIncludes(lines[1] ?? "", 'part=backend error="no answer within 10 ms"');
  assertStringIncludes(lines[2] ?? "", 'part=throws error="at once"');
  hang.resolve();
});
