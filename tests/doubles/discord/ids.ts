/** Snowflakes: ids that carry their time, as Discord makes them. */

import type { Clock } from "../../../src/clock.ts";

const DISCORD_EPOCH_MS = 1_420_070_400_000;
const EARLIEST_MS = Date.UTC(2024, 0);

/** Orders two snowflakes. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** A source of ids that never repeats and always ascends. */
export class Ids {
  readonly #clock: Clock;
  #last = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next id, of the clock's present moment. */
  next(): string {
    const sinceMs = Math.max(this.#clock.wallMs(), EARLIEST_MS) - DISCORD_EPOCH_MS;
    const candidate = BigInt(Math.trunc(sinceMs)) << 22n;
    this.#last = candidate > this.#last ? candidate : this.#last + 1n;
    return String(this.#last);
  }
}
