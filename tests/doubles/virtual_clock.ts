/** A clock that moves only when told to: seeded runs repeat exactly, and an hour takes as long as its events. */
import { setImmediate } from "node:timers";
import type { CancelTimer, Clock } from "../../src/clock.ts";

interface Timer {
  atMs: number;
  run: () => void;
}

/** Begins at 0 on the monotonic clock and at `wallStartMs` on the wall. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallOffsetMs: number;
  /** By time; those of the same time in the order in which they were set. */
  readonly #timers: Timer[] = [];

  constructor(wallStartMs = Date.UTC(2026, 0, 1)) {
    this.#wallOffsetMs = wallStartMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  /** Sets the wall clock, as an operator or NTP does; nothing else moves. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    const later = this.#timers.findIndex((other) => other.atMs > timer.atMs);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  /** Lets time pass; after each timer, everything that it set off runs before the next one does. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settle();
    for (let next = this.#timers[0]; next !== undefined && next.atMs <= endMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      await settle();
    }
    this.#nowMs = endMs;
  }

  /** Lets time pass without running anything, as for a process that is paused; timers that are due run in the next `advance`. */
  pause(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }
}

/** One macrotask: every promise that can go on without time has gone on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => resolve()));
}
