/** Time as a port: everything that reads a clock or waits is given one, so that tests can run on virtual time. */

/** Ends a timer; nothing happens if it has fired. */
export type CancelTimer = () => void;

/** A clock. All durations are milliseconds. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back, not comparable between processes. */
  monotonicMs(): number;
  /** Milliseconds since 1970 as this machine believes; may jump either way, so only for people and for other programs. */
  wallMs(): number;
  /** Calls `run` once, not before `delayMs` have passed. */
  after(delayMs: number, run: () => void): CancelTimer;
}

/** The longest delay that a timer of the platform takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/**
 * Waits `durationMs`.
 *
 * @throws `signal.reason` as soon as the signal aborts.
 */
export function sleep(clock: Clock, durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abandon = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(durationMs, () => {
      signal?.removeEventListener("abort", abandon);
      resolve();
    });
    signal?.addEventListener("abort", abandon, { once: true });
  });
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** A signal that aborts after some time or with its parent, whichever comes first. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * A deadline of `durationMs`; dispose it (`using`) when the work has ended, or its timer lives on.
 *
 * The signal's reason is a `TimeoutError` when the time has passed, and the parent's reason when the parent aborted.
 */
export function deadline(clock: Clock, durationMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  const cancel = clock.after(durationMs, () => {
    controller.abort(new DOMException(`no answer within ${Math.round(durationMs)} ms`, "TimeoutError"));
  });
  if (parent?.aborted) follow();
  parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      cancel();
      parent?.removeEventListener("abort", follow);
    },
  };
}
