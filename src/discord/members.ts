/** Guilds and their members as Discord tells of them, over REST and over the gateway, in the words of the program. */
import { DiscordAPIError, type REST } from "discord.js";
import {
  type APIGuildMember,
  CDNRoutes,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  ImageFormat,
  RouteBases,
  Routes,
} from "discord-api-types/v10";
import { Failure } from "../failure.ts";
import { discordFailure, within } from "./rest.ts";

/** A member of a guild. */
export interface DiscordMember {
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
export interface DiscordGuild {
  id: string;
  name: string;
  /** Empty without one. */
  iconUrl: string;
  ownerId: string;
}

/** What the gateway tells of members and guilds. */
export type MemberEvent =
  | { kind: "member"; member: DiscordMember }
  | { kind: "member_left"; guildId: string; userId: string }
  /** The bot joined the guild (`isNew`), or saw it again or changed. */
  | { kind: "guild"; guild: DiscordGuild; isNew: boolean }
  | { kind: "guild_left"; guildId: string };

/** What the gateway and REST say of a member, as far as it is kept. */
type MemberPayload = Pick<APIGuildMember, "user" | "nick" | "avatar" | "roles"> & { joined_at?: string | null };

/** A member; undefined for a guest, who has not joined. */
export function memberFrom(guildId: string, payload: MemberPayload): DiscordMember | undefined {
  const { user, nick, avatar, roles, joined_at } = payload;
  const joinedAt = Date.parse(joined_at ?? "");
  if (Number.isNaN(joinedAt)) return undefined;
  return {
    guildId,
    userId: user.id,
    username: user.username,
    globalName: user.global_name ?? "",
    nickname: nick ?? "",
    guildAvatarHash: avatar ?? "",
    avatarHash: user.avatar ?? "",
    roleIds: roles,
    joinedAt,
  };
}

/** A guild. */
export function guildFrom(payload: { id: string; name: string; icon: string | null; owner_id: string }): DiscordGuild {
  const { id, name, icon, owner_id } = payload;
  const iconUrl = icon === null ? "" : RouteBases.cdn + CDNRoutes.guildIcon(id, icon, ImageFormat.PNG);
  return { id, name, iconUrl, ownerId: owner_id };
}

/** The gateway's events of which {@linkcode memberEventFrom} knows the meaning. */
export const MEMBER_EVENTS = [
  GatewayDispatchEvents.GuildMemberAdd,
  GatewayDispatchEvents.GuildMemberUpdate,
  GatewayDispatchEvents.GuildMemberRemove,
  GatewayDispatchEvents.GuildCreate,
  GatewayDispatchEvents.GuildUpdate,
  GatewayDispatchEvents.GuildDelete,
] as const;

/** One of {@linkcode MEMBER_EVENTS} with its data. */
export type MemberDispatch = NameAndData<Extract<GatewayDispatchPayload, { t: (typeof MEMBER_EVENTS)[number] }>>;

type NameAndData<Payload> = Payload extends { t: infer T; d: infer D } ? { t: T; d: D } : never;

/**
 * What an event of the gateway means; undefined when it means nothing to us. No cache of members is asked, so those whom nobody has
 * seen leave, too.
 *
 * @param knownGuilds the guilds that READY has named or that came since
 */
export function memberEventFrom(
  { t, d }: MemberDispatch,
  knownGuilds: ReadonlyMap<string, unknown>,
): MemberEvent | undefined {
  switch (t) {
    case GatewayDispatchEvents.GuildMemberAdd:
    case GatewayDispatchEvents.GuildMemberUpdate: {
      const member = memberFrom(d.guild_id, d);
      return member && { kind: "member", member };
    }
    case GatewayDispatchEvents.GuildMemberRemove:
      return { kind: "member_left", guildId: d.guild_id, userId: d.user.id };
    case GatewayDispatchEvents.GuildCreate:
      return d.unavailable ? undefined : { kind: "guild", guild: guildFrom(d), isNew: !knownGuilds.has(d.id) };
    case GatewayDispatchEvents.GuildUpdate:
      return { kind: "guild", guild: guildFrom(d), isNew: false };
    case GatewayDispatchEvents.GuildDelete:
      // Unavailable means an outage there; the bot is still in the guild.
      return d.unavailable ? undefined : { kind: "guild_left", guildId: d.id };
  }
}

/** Discord's code for what the bot may not see. */
const MISSING_ACCESS = 50001;

/** The list of a guild's members, by pages in ascending order of their ids. */
export function createMemberPages(rest: () => REST) {
  return {
    /**
     * The members whose ids are greater than `after`, at most 1,000.
     *
     * @throws {Failure} `not_yours` when Discord refuses the list, `not_found` when the bot is not in the guild, `unreachable`
     */
    async list(
      guildId: string,
      { after, limit, signal }: { after: string; limit: number; signal: AbortSignal },
    ): Promise<{ members: DiscordMember[]; next: string | null }> {
      const query = new URLSearchParams({ limit: String(limit), after });
      const answer = await within(rest().get(Routes.guildMembers(guildId), { query, signal }), signal)
        .catch((thrown) => {
          throw listFailure(thrown, guildId);
        });
      if (!isMemberList(answer)) throw new Failure("unknown", `Discord's member list of guild ${guildId} is no list`);
      const members = answer.flatMap((payload) => memberFrom(guildId, payload) ?? []);
      const next = answer.length < limit ? null : answer.at(-1)?.user.id ?? null;
      return { members, next };
    },
  };
}

function isMemberList(answer: unknown): answer is APIGuildMember[] {
  return Array.isArray(answer) && answer.every((member) => typeof member?.user?.id === "string");
}

function listFailure(thrown: unknown, guildId: string): Failure {
  const attempted = `read the members of guild ${guildId}`;
  if (!(thrown instanceof DiscordAPIError) || thrown.code !== MISSING_ACCESS) return discordFailure(thrown, attempted);
  return new Failure(
    "not_yours",
    `Cannot ${attempted}: Discord refuses it (HTTP ${thrown.status}, code ${MISSING_ACCESS}); switch on ${MEMBERS_INTENT}`,
    { cause: thrown },
  );
}

/** What to switch on, and where. */
export const MEMBERS_INTENT =
  `"Server Members Intent" in the Discord developer portal (https://discord.com/developers/applications, page Bot)`;
