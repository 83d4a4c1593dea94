/** What bounds one call of the port: however many calls it makes of the server, they share its deadline and its signal. */
import { type Clock, deadline } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { CallOptions } from "../backend.ts";

/** A read stands between a person and the answer, which Discord wants within 3 s. Milliseconds. */
export const READ_DEADLINE_MS = 2_000;
/** A write happens after the interaction was acknowledged, and must not be given up early. Milliseconds. */
export const WRITE_DEADLINE_MS = 5_000;
/** A server in use today takes up to 12 s for a batch of members. Milliseconds. */
export const BATCH_DEADLINE_MS = 30_000;

export class Bounds {
  readonly signal: AbortSignal | undefined;
  readonly #clock: Clock;
  readonly #endsAtMs: number;

  /** Bounds from now on. */
  constructor(clock: Clock, options: CallOptions | undefined, defaultMs: number) {
    this.signal = options?.signal;
    this.#clock = clock;
    this.#endsAtMs = clock.monotonicMs() + (options?.deadlineMs ?? defaultMs);
  }

  /** How long is left, in milliseconds. @throws {Failure} `aborted`, `unreachable` when nothing is */
  remainingMs(): number {
    const remainingMs = this.#endsAtMs - this.#clock.monotonicMs();
    if (this.signal?.aborted || remainingMs <= 0) throw this.#over();
    return remainingMs;
  }

  /** Bounds that end earlier and leave the rest of the time for finding out what became of a call. */
  part(share: number): Bounds {
    return new Bounds(this.#clock, this.signal && { signal: this.signal }, this.remainingMs() * share);
  }

  /** Waits for the end of work that others have begun, good or bad. @throws {Failure} `aborted`, `unreachable` when these bounds end before */
  async wait(work: Promise<unknown>): Promise<void> {
    using limit = deadline(this.#clock, this.remainingMs(), this.signal);
    const over = Promise.withResolvers<never>();
    limit.signal.addEventListener("abort", () => over.reject(this.#over()), { once: true });
    await Promise.race([work.then(() => {}, () => {}), over.promise]);
  }

  #over(): Failure {
    return this.signal?.aborted
      ? new Failure("aborted", "The call was given up", { cause: this.signal.reason })
      : new Failure("unreachable", "The backend did not answer in time");
  }
}
