/**
 * How far the member sync has come, as it survives its leader: a short JSON text in an annotation of the lease.
 *
 * Whoever reads it may be of another version or find it edited by hand: what cannot be understood is as if it were not there,
 * which costs a sync from the start and nothing else.
 */

/** The annotation's name on the lease. */
export const CHECKPOINT_ANNOTATION = "hivemind-bot/sync-checkpoint";

/** A full sync that has begun and not ended. */
export interface CyclePosition {
  /** Wall-clock milliseconds at which it began; names the cycle too. */
  startedAtMs: number;
  /** The guild being read; those with smaller ids are done, or stand in `failed`. Empty before the first. */
  guildId: string;
  /** Everyone in that guild up to this id has been written. */
  after: string;
  /** What the backend gave to reconcile that guild by; `null` when it cannot. */
  mark: string | null;
  guildsDone: number;
  members: number;
  /** Guilds left behind, to be tried again. */
  failed: string[];
}

export interface Checkpoint {
  /** Wall-clock milliseconds at which the last full sync ended; 0 when none has. */
  finishedAtMs: number;
  /** Set while a full sync is under way. */
  position: CyclePosition | null;
  /** Another full sync from the start is owed, whatever becomes of this one: there were events that no leader has seen. */
  owed: boolean;
}

/** A cycle that has not begun to read. */
export function newCycle(startedAtMs: number): CyclePosition {
  return { startedAtMs, guildId: "", after: "0", mark: null, guildsDone: 0, members: 0, failed: [] };
}

/** As if nothing had ever been synced. */
export const NO_CHECKPOINT: Checkpoint = { finishedAtMs: 0, position: null, owed: false };

const VERSION = 1;

/** With more failed guilds than this the checkpoint says to start over; naming them all would not stay below 1 kB. */
export const MAX_FAILED_NAMED = 25;

/** The checkpoint as the annotation's value. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { finishedAtMs, position, owed } = checkpoint;
  const head = { v: VERSION, end: finishedAtMs, ...(owed && { owed }) };
  if (position === null) return JSON.stringify(head);
  const start = position.startedAtMs;
  const { guildId, after, mark, guildsDone, members, failed } = position.failed.length > MAX_FAILED_NAMED
    ? newCycle(start)
    : position;
  return JSON.stringify({
    ...head,
    start,
    guild: guildId,
    after,
    mark,
    guilds: guildsDone,
    members,
    failed,
  });
}

/** The checkpoint that an annotation holds; {@linkcode NO_CHECKPOINT} when there is none or it cannot be understood. */
export function parseCheckpoint(text: string | undefined): Checkpoint {
  const value = text === undefined ? undefined : parseObject(text);
  if (value === undefined || value.v !== VERSION || !isCount(value.end)) return NO_CHECKPOINT;
  return { finishedAtMs: value.end, position: parsePosition(value), owed: value.owed === true };
}

function parsePosition(value: Record<string, unknown>): CyclePosition | null {
  const { start, guild, after, mark, guilds, members, failed } = value;
  if (!isCount(start) || !isCount(guilds) || !isCount(members) || !Array.isArray(failed)) return null;
  if (!isId(after) || (guild !== "" && !isId(guild)) || !failed.every(isId)) return null;
  if (mark !== null && (typeof mark !== "string" || mark.length > MAX_MARK_LENGTH)) return null;
  return { startedAtMs: start, guildId: guild, after, mark, guildsDone: guilds, members, failed };
}

const MAX_MARK_LENGTH = 100;

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** A Discord id, or `0` for before all of them. */
function isId(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,20}$/.test(value);
}

/** Orders ids as Discord does, by number: the shorter is the smaller. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
