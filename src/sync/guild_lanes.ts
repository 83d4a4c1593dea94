/**
 * One write at a time for each guild, and only a few at once over all guilds.
 *
 * `hivemind-server` can deadlock on two batches of one guild at once, and a page of the full sync must not overtake the removal of one
 * of its members: whoever writes holds the guild's lane.
 */
export class GuildLanes {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param atOnce how many guilds may be written at the same time */
  constructor(atOnce = 8) {
    this.#free = atOnce;
  }

  /** Runs `work` when everything that came before in this guild's lane has ended, well or badly. */
  async run<T>(guildId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(guildId) ?? Promise.resolve();
    const mine = before.then(() => this.#limited(work));
    const tail = mine.then(() => {}, () => {});
    this.#tails.set(guildId, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(guildId) === tail) this.#tails.delete(guildId);
    }
  }

  async #limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
