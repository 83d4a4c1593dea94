/** How the process ends: a first signal asks everything to drain and stop in order, a second one ends it at once. */
import { type Clock, deadline } from "./clock.ts";
import { explain } from "./failure.ts";
import type { Log } from "./log.ts";

/** Everything has stopped by then, or the process ends without it. Milliseconds; Kubernetes waits 30 s. */
const STOP_BOUND_MS = 20_000;

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

export interface StopSignal extends Disposable {
  /** Aborts at the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}

/**
 * Listens for SIGTERM and SIGINT, also as process 1, where nothing else would end the process.
 *
 * `again` is called at the second signal and should end the process.
 */
export function listenForStop(log: Log, again: () => void): StopSignal {
  const controller = new AbortController();
  const listeners = SIGNALS.map((name) => {
    const listener = () => {
      if (controller.signal.aborted) {
        log.warn("second signal, ending at once", { signal: name });
        return again();
      }
      log.info("stopping", { signal: name });
      controller.abort(new DOMException(`stopped by ${name}`, "AbortError"));
    };
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => listeners.forEach((remove) => remove()),
  };
}

/** One thing to do at the end, with the longest it may take. */
export interface StopStep {
  name: string;
  run(): Promise<void> | void;
  /** Milliseconds. */
  boundMs: number;
}

/**
 * Does the steps one after the other, each within its bound and all within 20 s. A step that fails or takes too long is logged
 * and left behind; the next ones are done all the same.
 *
 * @returns whether every step was done
 */
export async function stopInOrder(steps: readonly StopStep[], options: { clock: Clock; log: Log }): Promise<boolean> {
  const { clock, log } = options;
  const startedMs = clock.monotonicMs();
  let clean = true;
  for (const step of steps) {
    const leftMs = STOP_BOUND_MS - (clock.monotonicMs() - startedMs);
    try {
      await within(clock, Math.min(step.boundMs, leftMs), step);
    } catch (error) {
      clean = false;
      log.error("a part did not stop as it should", { part: step.name, error: explain(error) });
    }
  }
  return clean;
}

async function within(clock: Clock, boundMs: number, step: StopStep): Promise<void> {
  using bound = deadline(clock, boundMs);
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(bound.signal.reason);
  bound.signal.addEventListener("abort", giveUp, { once: true });
  const running = Promise.resolve(step.run());
  running.catch(() => {/* reported below unless the bound has passed, which was reported then */});
  try {
    await Promise.race([running, promise]);
  } finally {
    bound.signal.removeEventListener("abort", giveUp);
  }
}
