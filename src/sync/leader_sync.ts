/**
 * The leader's job as a whole: a full member sync when one is due, live changes all the time, and a position that survives the leader.
 *
 * Guarantees: one full sync at a time; nothing is read or written outside a held term; `lead` resolves only when nothing is under way
 * any more. It does not decide who leads.
 */
import { aborted, sleep } from "../clock.ts";
import { explain, toFailure } from "../failure.ts";
import {
  type Checkpoint,
  CHECKPOINT_ANNOTATION,
  type CyclePosition,
  formatCheckpoint,
  newCycle,
  NO_CHECKPOINT,
  parseCheckpoint,
} from "./checkpoint.ts";
import { GuildLanes } from "./guild_lanes.ts";
import { KEPT_BY_FOLLOWERS_MS, MemberEvents } from "./member_events.ts";
import { type FullSyncOptions, type FullSyncParts, syncAllGuilds } from "./member_sync.ts";
import type { MemberEvent } from "./pending_events.ts";
import { endsTerm, type SyncedGuild, type Term } from "./ports.ts";
import { dueInMs } from "./schedule.ts";

/** After a full sync that left guilds out. */
const AFTER_FAILURE_MS = 60 * 60_000;
/** After events were missed even while a full sync made up for others. */
const AGAIN_MS = 60_000;
/** While Discord has not told of any guild yet. */
const WITHOUT_GUILDS_MS = 10_000;

export interface MemberSyncOptions extends Omit<FullSyncParts, "lanes" | "events"> {
  /** The guilds that the bot is in now. */
  guilds(): readonly SyncedGuild[];
  /** From the end of one full sync to the beginning of the next. */
  intervalMs: number;
}

/** What people are told about the sync. Times are wall-clock milliseconds. */
export interface SyncProgress {
  running: boolean;
  /** When the running sync began; `null` when none runs. */
  startedAtMs: number | null;
  /** When the last one ended; `null` when that is not known here. */
  finishedAtMs: number | null;
  guildId: string | null;
  guildsDone: number;
  guildsTotal: number;
  members: number;
  failedGuilds: number;
}

export interface MemberSync {
  /** Takes note of a member or guild event; called on every replica. */
  observe(event: MemberEvent): void;
  /** Takes note that there were events which nobody told; called on every replica. */
  missedEvents(): void;
  /** Syncs as long as the term lasts. Never rejects; resolves when the term has ended and all work has settled. */
  lead(term: Term): Promise<void>;
  /** What to keep on the lease with each renewal; empty on a replica that has never led. */
  annotations(): Record<string, string>;
  progress(): SyncProgress;
  /**
   * One full sync now of the given guilds, beside any schedule.
   *
   * @returns how many members and guilds were synced, and the guilds that failed
   * @throws {Failure} `stale_term` or `aborted` when the term has ended
   */
  syncOnce(
    term: Term,
    options: { guilds: readonly SyncedGuild[]; onProgress?: (progress: SyncProgress) => void },
  ): Promise<{ members: number; guildsDone: number; failed: string[] }>;
}

/** The member sync of one replica. */
export function createMemberSync(options: MemberSyncOptions): MemberSync {
  return new LeaderSync(options);
}

class LeaderSync implements MemberSync {
  readonly #options: MemberSyncOptions;
  readonly #events: MemberEvents;
  readonly #parts: FullSyncParts;
  /** Guilds that the bot has joined and whose members nobody has read. */
  readonly #joined = new Map<string, SyncedGuild>();
  #checkpoint: Checkpoint = NO_CHECKPOINT;
  #hasLed = false;
  /** When events were lost that only a full sync makes up for. Monotonic milliseconds. */
  #missedAtMs: number | undefined;
  #running: { position: CyclePosition; guildsTotal: number } | undefined;
  /** Ends the wait for the next full sync. */
  #wake = () => {};

  constructor(options: MemberSyncOptions) {
    this.#options = options;
    const lanes = new GuildLanes();
    this.#events = new MemberEvents({
      ...options,
      lanes,
      onGuildJoined: (guild) => {
        this.#joined.set(guild.id, guild);
        this.#wake();
      },
      onDropped: () => {
        if (this.#missedAtMs === undefined) {
          options.log.warn("too many member events wait; a full sync will make up for them");
        }
        this.missedEvents();
      },
    });
    this.#parts = { ...options, lanes, events: this.#events };
  }

  observe(event: MemberEvent): void {
    this.#events.observe(event);
  }

  missedEvents(): void {
    this.#missedAtMs = this.#options.clock.monotonicMs();
    this.#wake();
  }

  annotations(): Record<string, string> {
    if (!this.#hasLed) return {};
    // What this leader has missed and not made up for yet, the next one does not know of.
    const owed = this.#checkpoint.owed || this.#missedAtMs !== undefined;
    return { [CHECKPOINT_ANNOTATION]: formatCheckpoint({ ...this.#checkpoint, owed }) };
  }

  progress(): SyncProgress {
    const { finishedAtMs } = this.#checkpoint;
    const position = this.#running?.position;
    return {
      running: position !== undefined,
      startedAtMs: position?.startedAtMs ?? null,
      finishedAtMs: finishedAtMs === 0 ? null : finishedAtMs,
      guildId: position?.guildId || null,
      guildsDone: position?.guildsDone ?? 0,
      guildsTotal: this.#running?.guildsTotal ?? 0,
      members: position?.members ?? 0,
      failedGuilds: position?.failed.length ?? 0,
    };
  }

  async lead(term: Term): Promise<void> {
    const inherited = term.annotations[CHECKPOINT_ANNOTATION];
    if (inherited !== undefined || !this.#hasLed) this.#checkpoint = parseCheckpoint(inherited);
    this.#hasLed = true;
    // What was missed longer ago than followers keep events was the former leader's to write. What was missed since, nobody may have
    // written: a sync that was interrupted goes on all the same, and then one is owed.
    const keptFromMs = this.#options.clock.monotonicMs() - KEPT_BY_FOLLOWERS_MS;
    if ((this.#missedAtMs ?? -Infinity) >= keptFromMs) this.#checkpoint = { ...this.#checkpoint, owed: true };
    this.#missedAtMs = undefined;
    await Promise.all([this.#events.lead(term), this.#fullSyncs(term)]);
  }

  async syncOnce(
    term: Term,
    { guilds, onProgress }: { guilds: readonly SyncedGuild[]; onProgress?: (progress: SyncProgress) => void },
  ): Promise<{ members: number; guildsDone: number; failed: string[] }> {
    const position = newCycle(this.#options.clock.wallMs());
    const onPosition = () => onProgress?.(this.progress());
    const { members, guildsDone, failed } = await this.#sync(term, { guilds, position, onPosition });
    return { members, guildsDone, failed };
  }

  async #fullSyncs(term: Term): Promise<void> {
    while (!term.signal.aborted) {
      const waitMs = await this.#syncWhatIsDue(term).catch((thrown) => this.#stopped(thrown, term));
      await this.#waitUntilWoken(waitMs, term);
    }
  }

  /** Syncs all guilds if that is due, and those just joined. How long to wait then, in milliseconds. */
  async #syncWhatIsDue(term: Term): Promise<number> {
    const { clock, guilds, intervalMs } = this.#options;
    const now = guilds();
    if (now.length === 0) return WITHOUT_GUILDS_MS;
    const isDue = this.#missedAtMs !== undefined ||
      dueInMs(this.#checkpoint, { nowMs: clock.wallMs(), intervalMs }) === 0;
    await this.#syncJoined(term);
    const isComplete = !isDue || await this.#syncAll(term, now);
    await this.#syncJoined(term);
    if (!isComplete) return AFTER_FAILURE_MS;
    return this.#missedAtMs === undefined ? dueInMs(this.#checkpoint, { nowMs: clock.wallMs(), intervalMs }) : AGAIN_MS;
  }

  async #syncJoined(term: Term): Promise<void> {
    while (this.#joined.size > 0) {
      const joined = [...this.#joined.values()];
      this.#joined.clear();
      await this.syncOnce(term, { guilds: joined });
    }
  }

  /**
   * A full sync, or the rest of one. False when it left guilds out: it stays open, and only they are tried the next time, unless a sync
   * from the start is owed anyway.
   */
  async #syncAll(term: Term, guilds: readonly SyncedGuild[]): Promise<boolean> {
    const { clock, log, metrics, intervalMs } = this.#options;
    const nowMs = clock.wallMs();
    const open = this.#checkpoint.position;
    const isFresh = open === null || this.#missedAtMs !== undefined || nowMs - open.startedAtMs >= intervalMs;
    this.#missedAtMs = undefined;
    if (isFresh) this.#checkpoint = { ...this.#checkpoint, owed: false };
    log.info("member sync started", { guilds: guilds.length, resumed: !isFresh });
    const position = isFresh ? newCycle(nowMs) : open;
    const onPosition = (position: CyclePosition) => this.#checkpoint = { ...this.#checkpoint, position };
    const { guildsDone, members, failed } = await this.#sync(term, { guilds, position, onPosition });
    const isComplete = failed.length === 0;
    metrics.syncRuns.inc({ outcome: isComplete ? "complete" : "incomplete" });
    log[isComplete ? "info" : "warn"]("member sync finished", { guilds: guildsDone, members, failed: failed.length });
    const { finishedAtMs, owed } = this.#checkpoint;
    if (!isComplete && !owed) return false;
    this.#checkpoint = { finishedAtMs: isComplete ? clock.wallMs() : finishedAtMs, position: null, owed };
    if (isComplete) metrics.syncFinishedAt.set(this.#checkpoint.finishedAtMs / 1000);
    return true;
  }

  /** Runs a sync so that {@linkcode progress} tells of it. */
  async #sync(term: Term, run: Omit<FullSyncOptions, "term">): Promise<CyclePosition> {
    const guildsTotal = run.guilds.length;
    const onPosition = (position: CyclePosition) => {
      this.#running = { position, guildsTotal };
      run.onPosition(position);
    };
    onPosition(run.position);
    try {
      return await syncAllGuilds(this.#parts, { ...run, term, onPosition });
    } finally {
      this.#running = undefined;
    }
  }

  /** A sync ended before its time; how long to wait then, in milliseconds. */
  async #stopped(thrown: unknown, term: Term): Promise<number> {
    const failure = toFailure(thrown);
    const { log, metrics } = this.#options;
    metrics.syncRuns.inc({ outcome: "interrupted" });
    if (!endsTerm(failure, term)) {
      log.error("member sync failed", { reason: explain(failure) });
      return AFTER_FAILURE_MS;
    }
    log.info("member sync interrupted, the next leader goes on", { reason: explain(failure) });
    await aborted(term.signal);
    return 0;
  }

  async #waitUntilWoken(waitMs: number, term: Term): Promise<void> {
    if (this.#joined.size > 0) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(this.#options.clock, waitMs, AbortSignal.any([term.signal, woken.signal])).catch(() => {});
    this.#wake = () => {};
  }
}
