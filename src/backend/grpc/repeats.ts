/** Which calls are sent again, when, and how many of them: a backend in trouble must not be asked five times as often as one that is well. */
import { type Clock, sleep } from "../../clock.ts";
import type { Bounds } from "./bounds.ts";

/** With pauses that double, 1.2 s at least: longer than between two attempts to connect, so a server that is back costs nobody an answer. */
const REPEATS = 4;
const FIRST_DELAY_MS = 100;

/** Repeats that may be spent at once, and what each answer gives back: in the long run one call in ten is sent again. */
const BUDGET = 100;
const EARNED = 0.1;

export interface RepeatsOptions {
  clock: Clock;
  /** From 0 up to 1; spreads the repeats of many replicas. */
  random: () => number;
}

export class Repeats {
  readonly #options: RepeatsOptions;
  #budget = BUDGET;

  constructor(options: RepeatsOptions) {
    this.#options = options;
  }

  /** Somebody was answered. */
  earn(): void {
    this.#budget = Math.min(BUDGET, this.#budget + EARNED);
  }

  /** Waits before the repeat with this number, from 0; false when there is none: all are spent, time is short or the asker gone. */
  async pause(repeat: number, bounds: Bounds): Promise<boolean> {
    if (repeat >= REPEATS || this.#budget < 1) return false;
    const delayMs = FIRST_DELAY_MS * 2 ** repeat * (0.8 + 0.4 * this.#options.random());
    try {
      if (bounds.remainingMs() <= delayMs) return false;
      this.#budget--;
      await sleep(this.#options.clock, delayMs, bounds.signal);
      return true;
    } catch {
      return false;
    }
  }
}
