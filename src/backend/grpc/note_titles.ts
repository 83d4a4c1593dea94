/**
 * The titles of a user's own notes, kept for a while: the server's own call for titles shows those of other people, and listing whole notes
 * with every letter that somebody types would be slow.
 */
import type { Clock } from "../../clock.ts";
import type { NoteTitle } from "../backend.ts";

const FRESH_FOR_MS = 60_000;
/** How many users' titles are kept. */
const USERS_KEPT = 1_000;

interface Entry {
  readAtMs: number;
  titles: Promise<NoteTitle[]>;
}

export class NoteTitles {
  readonly #clock: Clock;
  readonly #users = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The titles of a user; `read` is asked when none are kept, and its failure is not. */
  async of(userId: string, read: () => Promise<NoteTitle[]>): Promise<NoteTitle[]> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#users.get(userId);
    if (known !== undefined && nowMs - known.readAtMs < FRESH_FOR_MS) return await known.titles;
    const entry = { readAtMs: nowMs, titles: read() };
    this.#users.delete(userId);
    this.#users.set(userId, entry);
    for (const oldest of this.#users.keys()) {
      if (this.#users.size <= USERS_KEPT) break;
      this.#users.delete(oldest);
    }
    try {
      return await entry.titles;
    } catch (error) {
      if (this.#users.get(userId) === entry) this.#users.delete(userId);
      throw error;
    }
  }

  /** One of a user's notes has changed. */
  forget(userId: string): void {
    this.#users.delete(userId);
  }
}
