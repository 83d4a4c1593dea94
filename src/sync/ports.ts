/** What the member sync asks of others: where members come from, where they go, and the term under which it may write. */
import type { Failure } from "../failure.ts";

/** A member of a guild, as the backend keeps it. */
export interface GuildMember {
  guildId: string;
  userId: string;
  username: string;
  /** Empty without one, as are the next three. */
  globalName: string;
  nickname: string;
  guildAvatarHash: string;
  avatarHash: string;
  roleIds: string[];
  /** Milliseconds since 1970. */
  joinedAt: number;
}

/** A guild that the bot is in. */
export interface SyncedGuild {
  id: string;
  name: string;
  /** Empty without one. */
  iconUrl: string;
  ownerId: string;
}

/** Members in ascending order of their ids. */
export interface MemberPage {
  members: GuildMember[];
  /** Where the next page begins, for `after`; `null` when this was the last. */
  next: string | null;
}

/** Discord's list of members. */
export interface MemberPages {
  /**
   * The members of a guild whose ids are greater than `after`.
   *
   * @throws {Failure} `not_yours` when Discord refuses the list, `not_found` when the bot is not in the guild, `unreachable`
   */
  list(guildId: string, page: { after: string; limit: number; signal: AbortSignal }): Promise<MemberPage>;
}

interface WriteOptions {
  signal?: AbortSignal;
  deadlineMs?: number;
}

interface FencedWriteOptions extends WriteOptions {
  fencingToken?: string;
}

/** The backend's list of guilds and members. Every call is idempotent and rejects only with a `Failure`. */
export interface MemberSink {
  upsertGuild(guild: SyncedGuild, options?: WriteOptions): Promise<void>;
  disableGuild(guildId: string, options?: WriteOptions): Promise<void>;
  upsertMembers(members: readonly GuildMember[], options?: FencedWriteOptions): Promise<number>;
  removeMember(guildId: string, userId: string, options?: FencedWriteOptions): Promise<void>;
  markMemberPass(guildId: string, options?: FencedWriteOptions): Promise<string | null>;
  removeMembersUnseenSince(guildId: string, mark: string, options?: FencedWriteOptions): Promise<number>;
}

/** A term of leadership, or the endless one of a replica that stands alone. */
export interface Term {
  /** Travels with every write; undefined where there is no election. */
  readonly token: string | undefined;
  /** Aborts when the term ends. */
  readonly signal: AbortSignal;
  /** Called right before each outside effect. @throws {Failure} `stale_term` when the term has ended */
  assertHeld(): void;
  /** What the leader before left on the lease. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What every write of a term carries. */
export function writeOptions(term: Term): FencedWriteOptions {
  const fence = term.token === undefined ? {} : { fencingToken: term.token };
  return { signal: term.signal, deadlineMs: WRITE_DEADLINE_MS, ...fence };
}

/** A batch of 20,000 members took `hivemind-server` 12 s, one of 5,000 up to 4 s. */
const WRITE_DEADLINE_MS = 30_000;

/** Whether a failure only says that the term is over: by our own clock, or because the backend has seen a later one. */
export function endsTerm(failure: Failure, term: Term): boolean {
  return term.signal.aborted || failure.kind === "stale_term";
}
