/**
 * Spares people the wait for a backend that has not answered anybody for a while: their calls fail as soon as a short look has found it
 * still away, and go on as soon as one has found it back.
 *
 * A few lost calls do not open it, nor does a server that is being replaced: those are what repeats are for.
 */
import { type Clock, deadline } from "../../clock.ts";
import { Failure } from "../../failure.ts";

/** So many calls in a row, over so long. */
const FAILURES = 5;
const SILENCE_MS = 2_000;
/** How long a call waits for the look, which may go on for others. */
const PATIENCE_MS = 300;

type State =
  | { kind: "closed"; failures: number; sinceMs: number }
  | { kind: "open"; looking: Promise<boolean> | undefined };

const CLOSED: State = { kind: "closed", failures: 0, sinceMs: 0 };

export class Breaker {
  readonly #clock: Clock;
  readonly #look: () => Promise<boolean>;
  #state: State = CLOSED;

  /** @param look whether the backend answers; never rejects */
  constructor(clock: Clock, look: () => Promise<boolean>) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Lets a call through. @throws {Failure} `unreachable` while the backend is away, `aborted` with the signal */
  async enter(signal: AbortSignal | undefined): Promise<void> {
    const state = this.#state;
    if (state.kind === "closed") return;
    state.looking ??= this.#look().then((isBack) => {
      state.looking = undefined;
      if (isBack) this.answered();
      return isBack;
    });
    using patience = deadline(this.#clock, PATIENCE_MS, signal);
    const isOver = new Promise<boolean>((resolve) => {
      patience.signal.addEventListener("abort", () => resolve(false), { once: true });
    });
    const isBack = await Promise.race([state.looking, isOver]);
    if (signal?.aborted) throw new Failure("aborted", "The call was given up", { cause: signal.reason });
    if (!isBack) throw new Failure("unreachable", "The backend has not answered anybody lately");
  }

  /** Somebody was answered, whatever the answer. */
  answered(): void {
    this.#state = CLOSED;
  }

  /** A call ended without an answer. */
  unanswered(): void {
    if (this.#state.kind === "open") return;
    const nowMs = this.#clock.monotonicMs();
    const { failures, sinceMs } = this.#state;
    const state = { failures: failures + 1, sinceMs: failures === 0 ? nowMs : sinceMs };
    const isAway = state.failures >= FAILURES && nowMs - state.sinceMs >= SILENCE_MS;
    this.#state = isAway ? { kind: "open", looking: undefined } : { kind: "closed", ...state };
  }
}
