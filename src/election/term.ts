/** What leader-only work receives: proof of leadership that says by itself when it no longer holds. */
import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";

/** One unbroken time of leadership. */
export interface Term {
  /**
   * The fencing token: the resourceVersion of the write that acquired the Lease, larger in each later term. Undefined
   * where there is no election.
   */
  readonly token: string | undefined;
  /** Aborts when the term ends; its reason says why. Leader-only work settles soon after. */
  readonly signal: AbortSignal;
  /** As found on the Lease at acquisition: what the last leader left there. */
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * To be called right before each outside effect. It reads the clock, so that it also tells after a pause of the
   * whole process, before any timer has run.
   *
   * @throws {Failure} `stale_term` once the term has ended.
   */
  assertHeld(): void;
  /** Until when, on the monotonic clock, the term holds unless it is renewed or ended before. */
  validUntilMs(): number;
}

/** A term as its owner, the elector, sees it. */
export interface OwnedTerm extends Term {
  /** Moves the end of validity; a term that has ended stays ended. */
  extend(validUntilMs: number): void;
  /** Ends the term at once. */
  end(reason: string): void;
}

export interface TermOptions {
  clock: Clock;
  token: string;
  validUntilMs: number;
  annotations: Readonly<Record<string, string>>;
}

/** A term that begins now. */
export function openTerm(options: TermOptions): OwnedTerm {
  const { clock, token, annotations } = options;
  const controller = new AbortController();
  let validUntilMs = options.validUntilMs;
  const isOver = () => controller.signal.aborted || clock.monotonicMs() >= validUntilMs;
  return {
    token,
    annotations,
    signal: controller.signal,
    validUntilMs: () => validUntilMs,
    assertHeld() {
      if (isOver()) throw ended(controller.signal);
    },
    extend(untilMs) {
      if (!isOver()) validUntilMs = untilMs;
    },
    end(reason) {
      controller.abort(new Failure("stale_term", `The term of leadership has ended: ${reason}`));
    },
  };
}

/** A term without an election: held until the signal aborts. */
export function standaloneTerm(signal: AbortSignal): Term {
  return {
    token: undefined,
    annotations: {},
    signal,
    validUntilMs: () => Infinity,
    assertHeld() {
      if (signal.aborted) throw ended(signal);
    },
  };
}

function ended(signal: AbortSignal): Failure {
  if (signal.reason instanceof Failure && signal.reason.kind === "stale_term") return signal.reason;
  const message = signal.aborted ? "The term of leadership has ended" : "The term was not renewed in time";
  return new Failure("stale_term", message, { cause: signal.reason });
}
