/** The time that nobody in the simulation can read: one queue of events for all machines, run one after the other. */
import { setImmediate } from "node:timers";

interface Entry {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Begins at 0 ms. */
export class TrueTime {
  #nowMs = 0;
  #count = 0;
  #isStirred = false;
  /** A binary heap: each entry comes before its children, at 2i + 1 and 2i + 2. */
  readonly #heap: Entry[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs at that time, or now if it has passed; events of one time run in the order in which they were asked for. */
  at(atMs: number, run: () => void): () => void {
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#count++, run };
    this.#push(entry);
    return () => entry.run = undefined;
  }

  /** To be called when an event runs a program, whose promises must have gone on before the next event. */
  stir(): void {
    this.#isStirred = true;
  }

  /** Runs all that happens up to `endMs`, and `check` after each event; ends at once when `check` says so. */
  async runUntil(endMs: number, check: () => boolean): Promise<void> {
    await this.#calm();
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#pop();
      if (next.run === undefined) continue;
      this.#nowMs = next.atMs;
      next.run();
      if (this.#isStirred) await this.#calm();
      if (!check()) return;
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** As one macrotask: every promise that can go on without time has gone on. */
  #calm(): Promise<void> | undefined {
    if (!this.#isStirred) return undefined;
    this.#isStirred = false;
    return new Promise((resolve) => setImmediate(() => resolve()));
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || isBefore(last, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs;
}
