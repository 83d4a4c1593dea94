/**
 * Spares people the wait for a backend that has not answered anybody for a while: their calls fail at once, and one call a second finds out
 * whether it is back.
 *
 * A few lost calls do not open it, nor does a server that is being replaced: those are what repeats are for.
 */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";

/** So many calls in a row, over so long. */
const FAILURES = 5;
const SILENCE_MS = 2_000;
/** How often one call is let through while it is open. */
const PROBE_EVERY_MS = 1_000;

type State =
  | { kind: "closed"; failures: number; sinceMs: number }
  | { kind: "open"; probeAtMs: number };

const CLOSED: State = { kind: "closed", failures: 0, sinceMs: 0 };

export class Breaker {
  readonly #clock: Clock;
  #state: State = CLOSED;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lets a call through. @throws {Failure} `unreachable` while open */
  enter(): void {
    if (this.#state.kind === "closed") return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#state.probeAtMs) {
      throw new Failure("unreachable", "The backend has not answered lately; it is asked again within a second");
    }
    this.#state = { kind: "open", probeAtMs: nowMs + PROBE_EVERY_MS };
  }

  /** Somebody was answered, whatever the answer. */
  answered(): void {
    this.#state = CLOSED;
  }

  /** A call ended without an answer. */
  unanswered(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#state.kind === "open") return;
    const { failures, sinceMs } = this.#state;
    const state = { failures: failures + 1, sinceMs: failures === 0 ? nowMs : sinceMs };
    const isSilent = state.failures >= FAILURES && nowMs - state.sinceMs >= SILENCE_MS;
    this.#state = isSilent ? { kind: "open", probeAtMs: nowMs + PROBE_EVERY_MS } : { kind: "closed", ...state };
  }
}
