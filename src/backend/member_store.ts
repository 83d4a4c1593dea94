/** The port's list of guild members, which one replica keeps up to date. */
import type { CallOptions, Timestamp } from "./calls.ts";

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
  joinedAt: Timestamp;
}

/** Options of writes that only the leader may do. */
export interface FencedOptions extends CallOptions {
  /** The term's fencing token: a decimal number. A smaller one than the backend has seen is refused with `stale_term`. */
  fencingToken?: string;
}

/** The list of guild members; called with the bot's own rights. */
export interface MemberStore {
  /**
   * Creates or updates members of one guild, all or none. Give at most about 5,000 or 1.5 MiB.
   *
   * @returns how many were written
   * @throws {Failure} `stale_term`, `too_large`
   */
  upsertMembers(members: readonly GuildMember[], options?: FencedOptions): Promise<number>;
  /** Removes a membership; nothing happens if there is none. @throws {Failure} `stale_term` */
  removeMember(guildId: string, userId: string, options?: FencedOptions): Promise<void>;
  /**
   * Begins a full pass over a guild's members.
   *
   * @returns a mark for {@linkcode removeMembersUnseenSince}, valid in any later process; `null` when this backend cannot reconcile
   */
  markMemberPass(guildId: string, options?: FencedOptions): Promise<string | null>;
  /**
   * Removes the memberships of a guild that no upsert has confirmed since the mark was taken.
   *
   * @returns how many were removed
   * @throws {Failure} `stale_term`
   */
  removeMembersUnseenSince(guildId: string, mark: string, options?: FencedOptions): Promise<number>;
  isMember(guildId: string, userId: string, options?: CallOptions): Promise<boolean>;
}

/** Where people are members. */
export interface MemberDirectory {
  /** Ids of the guilds that a user is a member of. */
  listGuildsOf(userId: string, options?: CallOptions): Promise<string[]>;
}
