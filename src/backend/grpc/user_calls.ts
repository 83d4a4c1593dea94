/**
 * Calls made for a Discord user, so that a user whom the server has never seen is served like any other: the server makes users by itself,
 * but fails when two first calls come at once, and shows nothing to whom no sync has made a member.
 */
import type { MethodDefinition } from "@grpc/grpc-js";
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Caller, CallOptions } from "../backend.ts";
import type { Channel } from "../channel.ts";
import { callerInGuild } from "../texts.ts";
import { Bounds, READ_DEADLINE_MS, WRITE_DEADLINE_MS } from "./bounds.ts";
import { DISCORD, memberToWire } from "./discord_wire.ts";
import { isOutcomeUnknown, PROVISIONING, saidBy } from "./errors.ts";
import type { KnownGuilds } from "./known_guilds.ts";
import { userHeaders } from "./metadata.ts";
import { People } from "./people.ts";
import { RecentSet } from "./recent_set.ts";

/** Who asks in which guild, and until when. */
export interface UserContext {
  caller: Caller;
  /** Empty in a direct message. */
  guildId: string;
  bounds: Bounds;
}

/** Pages and quotes are found in guilds alone, notes in direct messages too. */
export type Place = "guild" | "anywhere";

const REMEMBERED_USERS = 50_000;

export class UserCalls {
  /** Who is behind the ids that answers have shown. */
  readonly people = new People();
  readonly #channel: Channel;
  readonly #guilds: KnownGuilds;
  readonly #clock: Clock;
  readonly #seen = new RecentSet(REMEMBERED_USERS);
  readonly #firstCalls = new Map<string, Promise<unknown>>();
  readonly #members = new RecentSet(REMEMBERED_USERS);

  constructor(channel: Channel, options: { guilds: KnownGuilds; clock: Clock }) {
    this.#channel = channel;
    this.#guilds = options.guilds;
    this.#clock = options.clock;
  }

  /** The context of a call that reads. @throws {Failure} `bad_input` without a user, or without the guild that it needs */
  reading(caller: Caller, options: CallOptions | undefined, place: Place = "guild"): UserContext {
    return contextOf(caller, new Bounds(this.#clock, options, READ_DEADLINE_MS), place);
  }

  /** The context of a call that writes. @throws {Failure} `bad_input` without a user, or without the guild that it needs */
  writing(caller: Caller, options: CallOptions | undefined, place: Place = "guild"): UserContext {
    return contextOf(caller, new Bounds(this.#clock, options, WRITE_DEADLINE_MS), place);
  }

  /** Sends a call that changes nothing. */
  read<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    { caller, bounds }: UserContext,
  ): Promise<Response> {
    const options = { bounds, headers: userHeaders(caller) };
    return this.#provisioned(caller.userId, bounds, () => this.#channel.read(method, request, options));
  }

  /** Sends a call that writes, once, after its guild is known. */
  async write<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    { caller, guildId, bounds }: UserContext,
  ): Promise<Response> {
    const options = { bounds, headers: userHeaders(caller) };
    if (guildId !== "") await this.#guilds.ensure(guildId, bounds);
    return await this.#provisioned(caller.userId, bounds, () => this.#channel.call(method, request, options));
  }

  /**
   * Asks, and once more if nothing was found because the server did not know the caller as a member.
   *
   * @param ask throws `not_found`, or answers something that `isNothing` recognizes
   */
  async asMember<T>(
    context: UserContext,
    ask: () => Promise<T>,
    isNothing: (answer: T) => boolean = () => false,
  ): Promise<T> {
    let nothing: { answer: T } | { failure: Failure };
    try {
      const answer = await ask();
      if (!isNothing(answer)) return answer;
      nothing = { answer };
    } catch (error) {
      if (!(error instanceof Failure && error.kind === "not_found")) throw error;
      nothing = { failure: error };
    }
    if (await this.#becameMember(context)) return await ask();
    if ("failure" in nothing) throw nothing.failure;
    return nothing.answer;
  }

  /** A membership has ended; the next one that finds nothing is looked at again. */
  forgetMember(guildId: string, userId: string): void {
    this.#members.delete(`${guildId}/${userId}`);
  }

  /** Makes the caller a member of the guild, where everyone is who uses a command there; false if they were already. */
  async #becameMember({ caller, guildId, bounds }: UserContext): Promise<boolean> {
    const key = `${guildId}/${caller.userId}`;
    if (guildId === "" || this.#members.has(key)) return false;
    const membership = { guild_id: guildId, discord_id: caller.userId };
    const { is_member } = await this.#channel.read(DISCORD.checkMembership, membership, { bounds });
    if (!is_member) {
      await this.#guilds.ensure(guildId, bounds);
      await this.#channel.call(DISCORD.upsertMember, memberToWire(this.#memberOf(caller, guildId)), { bounds });
    }
    this.#members.add(key);
    return !is_member;
  }

  /** What is known of a caller; the next sync brings the rest. The join time must not be absent, which would be kept as 1970. */
  #memberOf({ userId, username }: Caller, guildId: string) {
    const unknown = { globalName: "", nickname: "", guildAvatarHash: "", avatarHash: "", roleIds: [] };
    return { ...unknown, guildId, userId, username: username || userId, joinedAt: this.#clock.wallMs() };
  }

  /** Lets the first call of a user go alone; the others wait for it. */
  async #provisioned<T>(userId: string, bounds: Bounds, send: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#seen.has(userId)) return await twiceIfUnprovisioned(send);
      const first = this.#firstCalls.get(userId);
      if (first === undefined) return await this.#goFirst(userId, send);
      await bounds.wait(first);
    }
  }

  async #goFirst<T>(userId: string, send: () => Promise<T>): Promise<T> {
    const answer = twiceIfUnprovisioned(send);
    this.#firstCalls.set(userId, answer);
    try {
      const result = await answer;
      this.#seen.add(userId);
      return result;
    } catch (error) {
      // Refused for what it asked, the user is there nevertheless.
      const hasArrived = error instanceof Failure && error.kind !== "aborted" && error.kind !== "refused_token";
      if (hasArrived && !isOutcomeUnknown(error) && !saidBy(error, PROVISIONING)) this.#seen.add(userId);
      throw error;
    } finally {
      this.#firstCalls.delete(userId);
    }
  }
}

/** Another process may have been first at the same moment; nothing was done for the loser, so even a create may be sent again. */
async function twiceIfUnprovisioned<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!saidBy(error, PROVISIONING)) throw error;
    return await send();
  }
}

function contextOf(caller: Caller, bounds: Bounds, place: Place): UserContext {
  const guildId = place === "guild" ? callerInGuild(caller).guildId : caller.guildId ?? "";
  return { caller, guildId, bounds };
}
