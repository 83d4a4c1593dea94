/**
 * A full sync: every guild once, one after the other, and those that failed again after the others.
 *
 * A guild's failure never stops the others. What Discord refuses (the bot is not there, the members intent is off) is not tried
 * again before the next full sync; everything else is, a few times, from where it stopped.
 */
import { backoffMs } from "../backoff.ts";
import { sleep } from "../clock.ts";
import { explain, type Failure, type FailureKind, toFailure } from "../failure.ts";
import { compareIds, type CyclePosition } from "./checkpoint.ts";
import { type GuildPassParts, type GuildPosition, passGuild } from "./guild_pass.ts";
import { endsTerm, type SyncedGuild, type Term } from "./ports.ts";

/** Waits after failures in a row: if the backend is down, every guild fails. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Rounds over the guilds that failed, about five minutes in all. */
const RETRY_ROUNDS = 5;
const FIRST_ROUND_MS = 10_000;
const LONGEST_ROUND_MS = 600_000;

/** Failures that only people can mend. */
const NOT_WORTH_RETRYING: readonly FailureKind[] = ["not_found", "not_yours", "refused_token", "bad_input"];

export interface FullSyncParts extends GuildPassParts {
  random: () => number;
}

export interface FullSyncOptions {
  guilds: readonly SyncedGuild[];
  term: Term;
  /** Where to begin: a new cycle, or where another leader stopped. */
  position: CyclePosition;
  /** Called whenever a checkpoint is worth writing. */
  onPosition(position: CyclePosition): void;
}

/** A guild to be read, and how far that came before. */
interface Task {
  guild: SyncedGuild;
  from: GuildPosition | undefined;
}

/**
 * Syncs all guilds.
 *
 * @returns the position at the end; `failed` names the guilds that could not be synced
 * @throws {Failure} `stale_term` or `aborted` when the term has ended, and nothing else
 */
export async function syncAllGuilds(parts: FullSyncParts, options: FullSyncOptions): Promise<CyclePosition> {
  return await new FullSync(parts, options).run();
}

class FullSync {
  readonly #parts: FullSyncParts;
  readonly #options: FullSyncOptions;
  #position: CyclePosition;
  /** Guilds to try again, by id. */
  readonly #again = new Map<string, Task>();
  /** Guilds that were refused for good. */
  readonly #refused = new Set<string>();
  #failuresInARow = 0;

  constructor(parts: FullSyncParts, options: FullSyncOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#position = options.position;
  }

  async run(): Promise<CyclePosition> {
    const { clock, random } = this.#parts;
    const { position, term } = this.#options;
    const guilds = this.#options.guilds.toSorted((a, b) => compareIds(a.id, b.id));
    const leftBehind = new Set(position.failed);
    for (const guild of guilds) if (leftBehind.has(guild.id)) this.#again.set(guild.id, { guild, from: undefined });
    for (const guild of guilds) {
      if (compareIds(guild.id, position.guildId) < 0 || leftBehind.has(guild.id)) continue;
      await this.#sync({ guild, from: guild.id === position.guildId ? position : undefined });
    }
    for (let round = 1; this.#again.size > 0 && round <= RETRY_ROUNDS; round++) {
      const waitMs = backoffMs(round, { firstMs: FIRST_ROUND_MS, longestMs: LONGEST_ROUND_MS, random });
      await sleep(clock, waitMs, term.signal);
      for (const task of [...this.#again.values()]) await this.#sync(task);
    }
    return this.#position;
  }

  async #sync(task: Task): Promise<void> {
    const { guild } = task;
    const isRetry = this.#again.has(guild.id);
    let reached = task.from;
    const onWritten = (position: GuildPosition, members: number) => {
      reached = position;
      // A retry does not move the cycle's own position back.
      const place = isRetry ? {} : { guildId: guild.id, ...position };
      this.#advance({ ...place, members: this.#position.members + members });
    };
    try {
      await passGuild(this.#parts, { guild, term: this.#options.term, from: task.from, onWritten });
      this.#failuresInARow = 0;
      this.#again.delete(guild.id);
      this.#advance({ guildsDone: this.#position.guildsDone + 1 });
    } catch (thrown) {
      await this.#failed({ guild, from: reached }, toFailure(thrown));
    }
  }

  async #failed(task: Task, failure: Failure): Promise<void> {
    const { clock, log, metrics, random } = this.#parts;
    const { term } = this.#options;
    if (endsTerm(failure, term)) throw failure;
    const { id } = task.guild;
    metrics.syncGuildFailures.inc();
    const isRefused = NOT_WORTH_RETRYING.includes(failure.kind);
    if (isRefused) {
      this.#again.delete(id);
      this.#refused.add(id);
    } else {
      this.#again.set(id, task);
    }
    const isRepeated = isRefused && this.#refused.size > 1;
    log[isRepeated ? "debug" : "warn"]("cannot sync the members of a guild", { guild: id, reason: explain(failure) });
    this.#advance({});
    if (isRefused) return;
    this.#failuresInARow++;
    const pause = { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random };
    await sleep(clock, backoffMs(this.#failuresInARow, pause), term.signal);
  }

  #advance(change: Partial<CyclePosition>): void {
    const failed = [...this.#again.keys(), ...this.#refused];
    this.#position = { ...this.#position, ...change, failed };
    this.#options.onPosition(this.#position);
  }
}
