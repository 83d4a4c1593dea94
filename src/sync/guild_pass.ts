/**
 * Reads one guild's members from Discord, page by page, and writes them, a batch at a time.
 *
 * The next pages are fetched while a batch is written; at most two batches are in memory, whatever the guild's size. When it
 * ends well, memberships that no write has confirmed since its beginning are removed, where the backend can do that.
 */
import { type Clock, deadline } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { Batch } from "./batches.ts";
import type { GuildLanes } from "./guild_lanes.ts";
import type { GuildWatch } from "./guild_watch.ts";
import {
  type MemberPage,
  type MemberPages,
  type MemberSink,
  type SyncedGuild,
  type Term,
  writeOptions,
} from "./ports.ts";

/** The most that Discord gives at once. */
const PAGE_MEMBERS = 1_000;
/** Waits for rate limits included. */
const PAGE_DEADLINE_MS = 60_000;

export interface GuildPassParts {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  pages: MemberPages;
  sink: MemberSink;
  lanes: GuildLanes;
  /** The live half of the sync. */
  events: { watch(guildId: string): GuildWatch };
}

/** How far a pass has come. */
export interface GuildPosition {
  /** Everyone up to this id has been written. */
  after: string;
  /** What to reconcile by; `null` when the backend cannot. */
  mark: string | null;
}

export interface GuildPassOptions {
  guild: SyncedGuild;
  term: Term;
  /** Where an earlier pass was interrupted; none: from the start. */
  from: GuildPosition | undefined;
  /** Called after each write, with how many members it was about. */
  onWritten(position: GuildPosition, members: number): void;
}

/** Members read together. */
interface ReadBatch {
  members: Batch["members"];
  /** The watch's moment before the first of their pages was asked for. */
  askedAt: number;
  /** The greatest id among them. */
  last: string;
}

/**
 * One pass over a guild.
 *
 * @throws {Failure} whatever reading or writing met; what `onWritten` was told stays done
 */
export async function passGuild(parts: GuildPassParts, options: GuildPassOptions): Promise<void> {
  const { lanes, events } = parts;
  const { guild, term, from } = options;
  using watch = events.watch(guild.id);
  let position = from ?? await begin(parts, options);
  let found = position.after !== FIRST_ID;
  let writing = Promise.resolve();
  try {
    for await (const batch of readBatches(parts, { guild, term, after: position.after, watch })) {
      await writing;
      found = true;
      writing = lanes.run(guild.id, async () => {
        await write(parts, { ...options, batch, watch });
        position = { ...position, after: batch.last };
        options.onWritten(position, batch.members.length);
      });
      writing.catch(() => {}); // it is awaited before the next write and at the end
    }
  } finally {
    await writing;
  }
  if (found && position.mark !== null) await reconcile(parts, { ...options, mark: position.mark });
}

/** Before all ids. */
const FIRST_ID = "0";

async function begin({ sink }: GuildPassParts, { guild, term }: GuildPassOptions): Promise<GuildPosition> {
  term.assertHeld();
  await sink.upsertGuild(guild, writeOptions(term));
  term.assertHeld();
  return { after: FIRST_ID, mark: await sink.markMemberPass(guild.id, writeOptions(term)) };
}

async function* readBatches(
  parts: GuildPassParts,
  { guild, term, after, watch }: Pick<GuildPassOptions, "guild" | "term"> & { after: string; watch: GuildWatch },
): AsyncGenerator<ReadBatch> {
  let batch = new Batch();
  let askedAt = watch.now();
  for (let next: string | null = after; next !== null;) {
    const pageAskedAt = watch.now();
    if (batch.members.length === 0) askedAt = pageAskedAt;
    const page = await readPage(parts, { guild, term, after: next });
    for (const member of page.members) {
      if (batch.add(member)) continue;
      yield asRead(batch, askedAt);
      batch = new Batch();
      batch.add(member);
      askedAt = pageAskedAt;
    }
    next = page.next;
  }
  if (batch.members.length > 0) yield asRead(batch, askedAt);
}

async function readPage(
  { clock, pages }: GuildPassParts,
  { guild, term, after }: Pick<GuildPassOptions, "guild" | "term"> & { after: string },
): Promise<MemberPage> {
  using limit = deadline(clock, PAGE_DEADLINE_MS, term.signal);
  term.assertHeld();
  return await pages.list(guild.id, { after, limit: PAGE_MEMBERS, signal: limit.signal });
}

function asRead({ members }: Batch, askedAt: number): ReadBatch {
  return { members, askedAt, last: members.at(-1)?.userId ?? FIRST_ID };
}

/** Writes those of a batch about whom nothing newer is known. The guild's lane is held. */
async function write(
  { sink, metrics }: GuildPassParts,
  { term, batch, watch }: GuildPassOptions & { batch: ReadBatch; watch: GuildWatch },
): Promise<void> {
  const members = batch.members.filter(({ userId }) => !watch.hasChangedSince(batch.askedAt, userId));
  term.assertHeld();
  if (members.length > 0) await sink.upsertMembers(members, writeOptions(term));
  watch.forgetBefore(batch.askedAt);
  metrics.syncMembers.inc({ kind: "full" }, members.length);
}

async function reconcile(
  { sink, lanes, log, metrics }: GuildPassParts,
  { guild, term, mark }: GuildPassOptions & { mark: string },
): Promise<void> {
  const removed = await lanes.run(guild.id, () => {
    term.assertHeld();
    return sink.removeMembersUnseenSince(guild.id, mark, writeOptions(term));
  });
  metrics.syncMembers.inc({ kind: "removed" }, removed);
  if (removed > 0) log.info("removed members who had left unseen", { guild: guild.id, members: removed });
}
