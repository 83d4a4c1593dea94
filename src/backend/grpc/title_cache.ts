/**
 * Titles for autocomplete, kept for a minute: the server gives them only all at once, and people ask with every letter that they type.
 */
import type { Clock } from "../../clock.ts";
import { Bounds } from "./bounds.ts";

const FRESH_FOR_MS = 60_000;

/** A large wiki's titles may take longer than whoever asks first can wait. The read goes on, and the next letter finds them here. */
const ALL_TITLES_MS = 10_000;

/** How many titles are kept, in all; 200 bytes each. Those of whoever asked longest ago go first. */
const TITLES_KEPT = 200_000;

interface Entry<T> {
  /** Long ago when the read failed. */
  readAtMs: number;
  readonly titles: Promise<readonly T[]>;
  /** The last that were read. */
  known: readonly T[] | undefined;
}

/** Titles by owner: pages of a guild, notes of a user. */
export class TitleCache<T> {
  readonly #clock: Clock;
  readonly #closing: AbortSignal;
  readonly #entries = new Map<string, Entry<T>>();

  /** @param closing ends the reads under way */
  constructor(clock: Clock, closing: AbortSignal) {
    this.#clock = clock;
    this.#closing = closing;
  }

  /**
   * The titles of the last minute, else what `read` gives, else, when it fails or takes too long, the last that were read.
   *
   * @throws {Failure} what `read` threw; `aborted` or `unreachable` when `bounds` end before
   */
  async of(owner: string, bounds: Bounds, read: (bounds: Bounds) => Promise<readonly T[]>): Promise<readonly T[]> {
    const before = this.#entries.get(owner);
    const isFresh = before !== undefined && this.#clock.monotonicMs() - before.readAtMs < FRESH_FOR_MS;
    const entry = isFresh ? before : this.#read(read, before?.known);
    this.#entries.delete(owner);
    this.#entries.set(owner, entry);
    try {
      await bounds.wait(entry.titles);
      return await entry.titles;
    } catch (error) {
      if (entry.known === undefined || bounds.signal?.aborted) throw error;
      return entry.known;
    }
  }

  /** Does what lets an owner's titles come or go, after which they are read anew. */
  async changing<R>(owner: string, write: () => Promise<R>): Promise<R> {
    try {
      return await write();
    } finally {
      this.#entries.delete(owner);
    }
  }

  #read(read: (bounds: Bounds) => Promise<readonly T[]>, known: Entry<T>["known"]): Entry<T> {
    const bounds = new Bounds(this.#clock, { signal: this.#closing }, ALL_TITLES_MS);
    const entry: Entry<T> = { readAtMs: this.#clock.monotonicMs(), titles: read(bounds), known };
    entry.titles.then(
      (titles) => {
        entry.known = titles;
        this.#shrink();
      },
      () => entry.readAtMs = -Infinity,
    );
    return entry;
  }

  #shrink(): void {
    let kept = 0;
    for (const { known } of this.#entries.values()) kept += known?.length ?? 0;
    for (const [owner, { known }] of this.#entries) {
      if (kept <= TITLES_KEPT || this.#entries.size === 1) break;
      this.#entries.delete(owner);
      kept -= known?.length ?? 0;
    }
  }
}
