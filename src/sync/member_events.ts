/**
 * Live changes of members and guilds: every replica sees them, the leader writes them, and a failover loses none.
 *
 * A follower keeps what it saw in the last minute, far longer than a failover takes; when it becomes leader it writes all of it,
 * what the leader before had written too, because every write is idempotent and the last state of a member is what counts.
 */
import { backoffMs } from "../backoff.ts";
import { aborted, type Clock, sleep } from "../clock.ts";
import { explain, toFailure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { inBatches } from "./batches.ts";
import { compareIds } from "./checkpoint.ts";
import type { GuildLanes } from "./guild_lanes.ts";
import { GuildWatch } from "./guild_watch.ts";
import { guildOf, type MemberEvent, memberOf, type PendingEvent, PendingEvents } from "./pending_events.ts";
import { endsTerm, type GuildMember, type MemberSink, type SyncedGuild, type Term, writeOptions } from "./ports.ts";

/** A crashed leader is replaced within about 16 s. */
export const KEPT_BY_FOLLOWERS_MS = 60_000;
/** How often a follower looks for what it need not keep any longer. */
const FORGET_EVERY_MS = 5_000;
/** One write costs time for the whole guild, so events wait this long for company. */
const COLLECT_MS = 2_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Members with changes that wait; about 20 MB. */
const CAPACITY = 20_000;

export interface MemberEventsOptions {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  random: () => number;
  sink: MemberSink;
  lanes: GuildLanes;
  /** Called by the leader when it has written a guild that the bot has just joined: its members are to be read. */
  onGuildJoined(guild: SyncedGuild): void;
  /** Called when events had to be dropped: only a full sync brings them back. */
  onDropped(): void;
  capacity?: number;
}

/** The live half of the member sync. */
export class MemberEvents {
  readonly #options: MemberEventsOptions;
  readonly #pending: PendingEvents;
  readonly #watches = new Map<string, GuildWatch>();
  #forgottenAtMs = 0;
  /** Set while leading: starts to write a guild's events. */
  #write: ((guildId: string) => void) | undefined;

  constructor(options: MemberEventsOptions) {
    this.#options = options;
    this.#pending = new PendingEvents(options.capacity ?? CAPACITY);
  }

  /** Takes note of an event, on every replica. */
  observe(event: MemberEvent): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#write === undefined && nowMs - this.#forgottenAtMs >= FORGET_EVERY_MS) this.#forget(nowMs);
    const guildId = guildOf(event);
    const userId = memberOf(event);
    if (userId !== undefined) this.#watches.get(guildId)?.note(userId);
    if (!this.#pending.add(event, nowMs)) this.#options.onDropped();
    this.#write?.(guildId);
  }

  /** Which members of a guild change from now on, until it is disposed; one at a time for each guild. */
  watch(guildId: string): GuildWatch {
    const watch = new GuildWatch(() => this.#watches.delete(guildId));
    this.#watches.set(guildId, watch);
    return watch;
  }

  /** Writes events as they come, those seen as a follower first. Resolves when the term has ended and no write is under way. */
  async lead(term: Term): Promise<void> {
    const running = new Map<string, Promise<void>>();
    this.#forget(this.#options.clock.monotonicMs());
    this.#write = (guildId) => {
      if (running.has(guildId) || term.signal.aborted) return;
      running.set(guildId, this.#writeGuild(guildId, { term, ended: () => running.delete(guildId) }));
    };
    for (const guildId of this.#pending.guildIds()) this.#write(guildId);
    await aborted(term.signal);
    this.#write = undefined;
    await Promise.all(running.values());
  }

  #forget(nowMs: number): void {
    this.#forgottenAtMs = nowMs;
    this.#pending.forgetBefore(nowMs - KEPT_BY_FOLLOWERS_MS);
  }

  /** Writes a guild's events until none waits or the term ends. */
  async #writeGuild(guildId: string, { term, ended }: { term: Term; ended: () => void }): Promise<void> {
    const { clock, lanes, random } = this.#options;
    let failures = 0;
    try {
      while (this.#pending.has(guildId)) {
        const backoff = { firstMs: FIRST_RETRY_MS, longestMs: LONGEST_RETRY_MS, random };
        await sleep(clock, failures === 0 ? COLLECT_MS : backoffMs(failures, backoff), term.signal);
        failures = await lanes.run(guildId, () => this.#flush(guildId, term)).then(
          () => 0,
          (thrown) => this.#failed(guildId, { thrown, failures: failures + 1, term }),
        );
      }
    } catch {
      // The term has ended, and was told so where it ended; what waits is kept for the next one.
    } finally {
      ended();
    }
  }

  /** Tells of a failed write; the number of failures so far. @throws when the term has ended, which is no failure of the write */
  #failed(guildId: string, { thrown, failures, term }: { thrown: unknown; failures: number; term: Term }): number {
    const failure = toFailure(thrown);
    if (endsTerm(failure, term)) throw failure;
    const { log } = this.#options;
    log.warn("cannot write member events, trying again", { guild: guildId, failures, reason: explain(failure) });
    return failures;
  }

  /** Writes what waits for a guild now: the guild itself, then who left, then who is there. Its lane is held. */
  async #flush(guildId: string, term: Term): Promise<void> {
    const waiting = this.#pending.of(guildId);
    for (const pending of waiting) await this.#flushGuild(pending, term);
    for (const pending of waiting) await this.#flushDeparture(pending, term);
    const arrivals = waiting.flatMap((pending) =>
      pending.event.kind === "member" ? [[pending.event.member, pending] as const] : []
    );
    await this.#flushArrivals(new Map(arrivals), term);
  }

  async #flushGuild(pending: PendingEvent, term: Term): Promise<void> {
    const { sink, onGuildJoined } = this.#options;
    const { event } = pending;
    if (event.kind !== "guild" && event.kind !== "guild_left") return;
    term.assertHeld();
    if (event.kind === "guild") await sink.upsertGuild(event.guild, writeOptions(term));
    else await sink.disableGuild(event.guildId, writeOptions(term));
    this.#pending.settle(pending);
    if (event.kind === "guild" && event.isNew) onGuildJoined(event.guild);
  }

  async #flushDeparture(pending: PendingEvent, term: Term): Promise<void> {
    const { event, rejoined } = pending;
    const userId = memberOf(event);
    if (userId === undefined || (event.kind === "member" && !rejoined)) return;
    term.assertHeld();
    await this.#options.sink.removeMember(guildOf(event), userId, writeOptions(term));
    if (event.kind === "member") return;
    this.#pending.settle(pending);
    this.#options.metrics.syncMembers.inc({ kind: "removed" });
  }

  async #flushArrivals(arrivals: ReadonlyMap<GuildMember, PendingEvent>, term: Term): Promise<void> {
    const members = [...arrivals.keys()].sort((a, b) => compareIds(a.userId, b.userId));
    for (const batch of inBatches(members)) {
      term.assertHeld();
      await this.#options.sink.upsertMembers(batch, writeOptions(term));
      this.#options.metrics.syncMembers.inc({ kind: "live" }, batch.length);
      for (const member of batch) {
        const pending = arrivals.get(member);
        if (pending !== undefined) this.#pending.settle(pending);
      }
    }
  }
}
