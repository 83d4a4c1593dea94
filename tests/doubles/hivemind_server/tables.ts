/** What the server keeps, as its tables: tests may look, and write what only another program would. */
import type { Clock } from "../../../src/clock.ts";
import { type Moment, StatusError, unknown } from "./protocol.ts";

export interface User {
  id: string;
  /** Empty for `service-bot`. */
  discordId: string;
}

/** A row of `discord_users`. */
export interface DiscordUser {
  username: string;
  globalName: string;
  avatarHash: string;
}

export interface Guild {
  id: string;
  name: string;
  iconUrl: string;
  ownerId: string;
  enabled: boolean;
  addedAt: number;
  settings: Record<string, unknown> | null;
}

export interface Member {
  guildId: string;
  discordId: string;
  nick: string;
  avatarHash: string;
  roles: string[];
  joinedAt: Moment;
}

export interface Page {
  id: string;
  title: string;
  body: string;
  authorId: string;
  guildId: string;
  channelId: string;
  tags: string[];
  createdAt: number;
  updatedAt: number;
  isDeleted: boolean;
}

/** Where a title leads; a page has one canonical title, which is written after the page. */
export interface Title {
  guildId: string;
  slug: string;
  title: string;
  pageId: string;
  isCanonical: boolean;
}

export interface Note extends Omit<Page, "guildId"> {
  /** Empty in a direct message. */
  guildId: string;
  sourceMessageId: string;
}

export interface Quote {
  id: string;
  body: string;
  authorId: string;
  authorDiscordId: string;
  guildId: string;
  source: Record<string, unknown>;
  sourceAuthorId: string;
  tags: string[];
  createdAt: number;
  isDeleted: boolean;
}

export interface Reference {
  id: string;
  entryId: string;
  messageId: string;
  fields: Record<string, unknown>;
  addedAt: number;
  addedBy: string;
}

const NO_NAMES = { display: "", nick: "" };

export class Tables {
  /** By Discord's id. */
  readonly users = new Map<string, User>();
  readonly discordUsers = new Map<string, DiscordUser>();
  readonly guilds = new Map<string, Guild>();
  /** By guild, then Discord's id. */
  readonly members = new Map<string, Map<string, Member>>();
  /** By guild, then Discord's id; rewritten for a whole guild at a time. */
  readonly names = new Map<string, Map<string, { display: string; nick: string }>>();
  readonly pages = new Map<string, Page>();
  readonly titles: Title[] = [];
  readonly notes = new Map<string, Note>();
  readonly quotes = new Map<string, Quote>();
  readonly references: Reference[] = [];
  readonly #clock: Clock;
  #lastId = 1_900_000_000_000_000_000n;
  #lastMoment = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newId(): string {
    return String(++this.#lastId);
  }

  /** Microseconds since 1970, never the same twice. */
  now(): number {
    this.#lastMoment = Math.max(this.#lastMoment + 1, Math.floor(this.#clock.wallMs() * 1000));
    return this.#lastMoment;
  }

  /** Lets the others go on, as between two statements that share no transaction. */
  pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(0, () => resolve()));
  }

  isMember(guildId: string, discordId: string): boolean {
    return this.members.get(guildId)?.has(discordId) ?? false;
  }

  /** Whether someone sees what is in a guild; whoever has no Discord id sees everything. */
  sees({ discordId }: User, guildId: string): boolean {
    return discordId === "" || this.isMember(guildId, discordId);
  }

  namesOf(guildId: string, discordId: string): { display: string; nick: string } {
    return this.names.get(guildId)?.get(discordId) ?? NO_NAMES;
  }

  /** The name to show of one of the server's own users. */
  displayName(guildId: string, userId: string): string {
    for (const user of this.users.values()) {
      if (user.id === userId) return this.namesOf(guildId, user.discordId).display;
    }
    return "";
  }

  /** The foreign key to guilds; a direct message has none. */
  requireGuild(guildId: string, table: string): void {
    if (guildId === "" || this.guilds.has(guildId)) return;
    throw unknown(`pq: insert or update on table "${table}" violates foreign key constraint "${table}_guild_id_fkey"`);
  }
}

/** A moment for the wire. */
export function momentOf(micros: number): Moment {
  const seconds = Math.floor(micros / 1_000_000);
  return { seconds, nanos: (micros - seconds * 1_000_000) * 1000 };
}

/** The slice that a call asks for. */
export function sliceOf<T>(
  rows: readonly T[],
  { limit, offset }: { limit: number; offset: number },
  otherwise: number,
): T[] {
  if (offset < 0) throw new StatusError("INTERNAL", "pq: OFFSET must not be negative");
  return rows.slice(offset, offset + (limit <= 0 ? otherwise : limit));
}

/** `tags && $1`: any of them, case and all. */
export function hasAny(wanted: readonly string[]): (row: { tags: readonly string[] }) => boolean {
  return ({ tags }) => wanted.length === 0 || wanted.some((tag) => tags.includes(tag));
}
