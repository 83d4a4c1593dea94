/** The members of one guild, of which a million cost no memory: those that nobody named are made up when they are read. */

import type { APIGuildMember, APIUser } from "discord-api-types/v10";
import { compareIds } from "./ids.ts";

const FIRST_ID = 200_000_000_000_000_000n;
const GUILD_STEP = 10_000_000_000_000n;
const MEMBER_STEP = 4_194_304n;
const FIRST_JOIN_MS = Date.UTC(2021, 5, 1);
const NAMES = ["ada", "bo", "chidi", "dana", "emre", "fatima", "gus", "hana", "ivo", "jun"];
const NICKS = ["The Librarian", "🦊 Fox", "مها", "👩‍👩‍👧‍👦 family", "Ünïcödé", "a | b"];

/** No flag of any kind; the types of flags have no name for it. */
export const NO_FLAGS = 0 as number;

/** A user with every field that Discord sends. */
export function makeUser(id: string, known: Partial<APIUser> = {}): APIUser {
  return { id, username: `user_${id}`, global_name: null, discriminator: "0", avatar: null, bot: false, ...known };
}

/** A member with every field that Discord sends. */
export function makeMember(user: APIUser, known: Partial<APIGuildMember> = {}): APIGuildMember {
  return {
    user,
    nick: null,
    avatar: null,
    banner: null,
    roles: [],
    joined_at: new Date(FIRST_JOIN_MS).toISOString(),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: NO_FLAGS,
    pending: false,
    communication_disabled_until: null,
    ...known,
  };
}

/** The members of a guild. */
export class Members {
  readonly #firstId: bigint;
  readonly #madeUp: number;
  readonly #roleIds: readonly string[];
  /** Named members, and made-up ones that were changed. */
  readonly #named = new Map<string, APIGuildMember>();
  /** Made-up members that left. */
  readonly #gone = new Set<string>();
  /** Ids of named members outside the made-up range, ascending. */
  readonly #outside: string[] = [];

  /** `guildIndex` keeps the made-up members of guilds apart; `count` is how many are made up. */
  constructor(guildIndex: number, options: { count: number; roleIds: readonly string[] }) {
    this.#firstId = FIRST_ID + BigInt(guildIndex) * GUILD_STEP;
    this.#madeUp = options.count;
    this.#roleIds = options.roleIds;
  }

  get size(): number {
    return this.#madeUp - this.#gone.size + this.#outside.length;
  }

  get(id: string): APIGuildMember | undefined {
    if (this.#gone.has(id)) return undefined;
    const index = this.#indexOf(id);
    return this.#named.get(id) ?? (index === undefined ? undefined : this.#makeUp(index));
  }

  set(member: APIGuildMember): void {
    const { id } = member.user;
    if (this.#indexOf(id) !== undefined) this.#gone.delete(id);
    else if (!this.#named.has(id)) this.#outside.splice(this.#position(id), 0, id);
    this.#named.set(id, member);
  }

  delete(id: string): void {
    if (this.#indexOf(id) !== undefined) this.#gone.add(id);
    else if (this.#named.has(id)) this.#outside.splice(this.#position(id), 1);
    this.#named.delete(id);
  }

  /** Up to `limit` members with ids above `after`, ascending. */
  page(after: string, limit: number): APIGuildMember[] {
    const page: APIGuildMember[] = [];
    for (const id of this.ids(after)) {
      const member = this.get(id);
      if (member !== undefined) page.push(member);
      if (page.length >= limit) break;
    }
    return page;
  }

  /** Ids above `after`, ascending. */
  *ids(after = "0"): Generator<string> {
    let index = this.#firstIndexAbove(BigInt(after));
    let outside = this.#position(after);
    if (this.#outside[outside] === after) outside++;
    while (true) {
      const made = index < this.#madeUp ? this.#idOf(index) : undefined;
      const named = this.#outside[outside];
      if (made === undefined && named === undefined) return;
      if (named !== undefined && (made === undefined || compareIds(named, made) < 0)) {
        outside++;
        yield named;
      } else if (made !== undefined) {
        index++;
        if (!this.#gone.has(made)) yield made;
      }
    }
  }

  #idOf(index: number): string {
    return String(this.#firstId + BigInt(index) * MEMBER_STEP);
  }

  #indexOf(id: string): number | undefined {
    const offset = BigInt(id) - this.#firstId;
    if (offset < 0n || offset % MEMBER_STEP !== 0n) return undefined;
    const index = offset / MEMBER_STEP;
    return index < BigInt(this.#madeUp) ? Number(index) : undefined;
  }

  #firstIndexAbove(id: bigint): number {
    if (id < this.#firstId) return 0;
    const index = (id - this.#firstId) / MEMBER_STEP + 1n;
    return index < BigInt(this.#madeUp) ? Number(index) : this.#madeUp;
  }

  /** Where `id` is, or would be, among the named members. */
  #position(id: string): number {
    let low = 0;
    let high = this.#outside.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(this.#outside[middle] ?? id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeUp(index: number): APIGuildMember {
    const username = `${NAMES[index % NAMES.length]}_${index}`;
    const user = makeUser(this.#idOf(index), { username, global_name: index % 3 === 0 ? `Member ${index}` : null });
    return makeMember(user, {
      nick: index % 5 === 0 ? `${NICKS[(index / 5) % NICKS.length]} ${index}` : null,
      roles: this.#roleIds.filter((_, nth) => index % (nth + 2) === 0),
      joined_at: new Date(FIRST_JOIN_MS + index * 60_000).toISOString(),
    });
  }
}
