/**
 * Member and guild events that nobody is known to have written yet, by guild: for each member and each guild only what
 * counts, its last state.
 */
import type { GuildMember, SyncedGuild } from "./ports.ts";

/** What happened to a member or a guild, as the gateway told it. */
export type MemberEvent =
  | { kind: "member"; member: GuildMember }
  | { kind: "member_left"; guildId: string; userId: string }
  /** The bot joined the guild (`isNew`), or saw it again or changed. */
  | { kind: "guild"; guild: SyncedGuild; isNew: boolean }
  | { kind: "guild_left"; guildId: string };

/** An event that waits. Identity tells whether it was replaced while it was being written. */
export interface PendingEvent {
  readonly event: MemberEvent;
  /** The member left and came back: the old membership is removed first, or its join time would stay. */
  readonly rejoined: boolean;
  readonly atMs: number;
}

/** The guild that an event belongs to. */
export function guildOf(event: MemberEvent): string {
  switch (event.kind) {
    case "member":
      return event.member.guildId;
    case "guild":
      return event.guild.id;
    case "member_left":
    case "guild_left":
      return event.guildId;
  }
}

/** The member that an event belongs to; undefined for one about the guild. */
export function memberOf(event: MemberEvent): string | undefined {
  if (event.kind === "member") return event.member.userId;
  return event.kind === "member_left" ? event.userId : undefined;
}

/** The place of the guild's own event among those of its members. */
const GUILD_ITSELF = "";

/** Events that wait, at most `capacity` of them. Times are monotonic milliseconds, given with each call. */
export class PendingEvents {
  readonly #byGuild = new Map<string, Map<string, PendingEvent>>();
  readonly #capacity: number;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds an event in place of what was known before; false when it was dropped because there is no room. */
  add(event: MemberEvent, atMs: number): boolean {
    const guildId = guildOf(event);
    const userId = memberOf(event) ?? GUILD_ITSELF;
    if (event.kind === "guild_left") this.#dropGuild(guildId);
    const events = this.#byGuild.get(guildId) ?? new Map<string, PendingEvent>();
    const before = events.get(userId);
    if (before === undefined && this.#size >= this.#capacity) return false;
    if (before === undefined) this.#size++;
    const rejoined = event.kind === "member" && (before?.rejoined === true || before?.event.kind === "member_left");
    events.set(userId, { event: keepingNews(event, before?.event), rejoined, atMs });
    this.#byGuild.set(guildId, events);
    return true;
  }

  guildIds(): string[] {
    return [...this.#byGuild.keys()];
  }

  has(guildId: string): boolean {
    return this.#byGuild.has(guildId);
  }

  /** What waits for a guild now. */
  of(guildId: string): PendingEvent[] {
    return [...this.#byGuild.get(guildId)?.values() ?? []];
  }

  /** Forgets an event that has been written, unless a newer one has taken its place. */
  settle(pending: PendingEvent): void {
    const guildId = guildOf(pending.event);
    const userId = memberOf(pending.event) ?? GUILD_ITSELF;
    if (this.#byGuild.get(guildId)?.get(userId) === pending) this.#remove(guildId, userId);
  }

  /** Forgets everything from before `atMs`. */
  forgetBefore(atMs: number): void {
    for (const [guildId, events] of this.#byGuild) {
      for (const [userId, pending] of events) if (pending.atMs < atMs) this.#remove(guildId, userId);
    }
  }

  #remove(guildId: string, userId: string): void {
    const events = this.#byGuild.get(guildId);
    if (!events?.delete(userId)) return;
    this.#size--;
    if (events.size === 0) this.#byGuild.delete(guildId);
  }

  #dropGuild(guildId: string): void {
    this.#size -= this.#byGuild.get(guildId)?.size ?? 0;
    this.#byGuild.delete(guildId);
  }
}

/** A new guild stays new when something else about it changes before anyone has written it. */
function keepingNews(event: MemberEvent, before: MemberEvent | undefined): MemberEvent {
  return event.kind === "guild" && before?.kind === "guild" ? { ...event, isNew: event.isNew || before.isNew } : event;
}
