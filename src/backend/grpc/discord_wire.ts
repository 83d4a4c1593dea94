/** The messages of `proto/discord.proto` that are in use, and how they become the port's own, either way. */
import type { AnnouncementSettings, Guild, GuildMember } from "../backend.ts";
import { method } from "./protocol.ts";
import { fromMs, toMs, type WireTimestamp } from "./timestamps.ts";

export interface WireGuild {
  guild_id: string;
  guild_name: string;
  icon_url: string;
  owner_discord_id: string;
}

export interface WireMember {
  guild_id: string;
  discord_id: string;
  guild_nick: string;
  guild_avatar_hash: string;
  roles: string[];
  joined_at: WireTimestamp | null;
  discord_username: string;
  discord_global_name: string;
  avatar_hash: string;
}

export interface WireAnnouncements {
  enabled: boolean;
  channel_id: string;
  notify_wiki_create: boolean;
  notify_wiki_edit: boolean;
  notify_quote_create: boolean;
  create_threads: boolean;
  thread_auto_archive_minutes: number;
}

interface GuildId {
  guild_id: string;
}
type StoredGuild = WireGuild & { enabled: boolean };
type Membership = GuildId & { discord_id: string };
interface Settings {
  settings: { announcements: WireAnnouncements | null } | null;
}
interface Done {
  success: boolean;
}

const SERVICE = "hivemind.discord.DiscordService";

/** The calls in use. */
export const DISCORD = {
  upsertGuild: method<WireGuild, { guild: StoredGuild | null }>(SERVICE, "UpsertGuild"),
  disableGuild: method<GuildId, Done>(SERVICE, "DisableGuild"),
  getGuild: method<GuildId, { guild: StoredGuild | null }>(SERVICE, "GetGuild"),
  upsertMember: method<WireMember, Done>(SERVICE, "UpsertGuildMember"),
  upsertMembers: method<{ members: WireMember[] }, { count: number }>(SERVICE, "UpsertGuildMembersBatch"),
  removeMember: method<Membership, Done>(SERVICE, "RemoveGuildMember"),
  checkMembership: method<Membership, { is_member: boolean }>(SERVICE, "CheckGuildMembership"),
  listGuilds: method<{ discord_id: string }, { guild_ids: string[] }>(SERVICE, "ListUserGuilds"),
  getSettings: method<GuildId, Settings>(SERVICE, "GetGuildSettings"),
  updateSettings: method<GuildId & Settings, Settings>(SERVICE, "UpdateGuildSettings"),
} as const;

const NO_ANNOUNCEMENTS: WireAnnouncements = {
  enabled: false,
  channel_id: "",
  notify_wiki_create: false,
  notify_wiki_edit: false,
  notify_quote_create: false,
  create_threads: false,
  thread_auto_archive_minutes: 0,
};

export function guildToWire(guild: Guild): WireGuild {
  return { guild_id: guild.id, guild_name: guild.name, icon_url: guild.iconUrl, owner_discord_id: guild.ownerId };
}

export function guildFromWire(wire: WireGuild): Guild {
  return { id: wire.guild_id, name: wire.guild_name, iconUrl: wire.icon_url, ownerId: wire.owner_discord_id };
}

export function memberToWire(member: GuildMember): WireMember {
  return {
    guild_id: member.guildId,
    discord_id: member.userId,
    guild_nick: member.nickname,
    guild_avatar_hash: member.guildAvatarHash,
    roles: member.roleIds,
    joined_at: fromMs(member.joinedAt),
    discord_username: member.username,
    discord_global_name: member.globalName,
    avatar_hash: member.avatarHash,
  };
}

export function memberFromWire(wire: WireMember): GuildMember {
  return {
    guildId: wire.guild_id,
    userId: wire.discord_id,
    nickname: wire.guild_nick,
    guildAvatarHash: wire.guild_avatar_hash,
    roleIds: wire.roles,
    joinedAt: toMs(wire.joined_at),
    username: wire.discord_username,
    globalName: wire.discord_global_name,
    avatarHash: wire.avatar_hash,
  };
}

/** The announcements of an answer; off and empty when there are none. */
export function announcementsOf({ settings }: Settings): WireAnnouncements {
  return settings?.announcements ?? NO_ANNOUNCEMENTS;
}

export function announcementsFromWire(wire: WireAnnouncements): AnnouncementSettings {
  return {
    enabled: wire.enabled,
    channelId: wire.channel_id,
    notifyWikiCreate: wire.notify_wiki_create,
    notifyWikiEdit: wire.notify_wiki_edit,
    notifyQuoteCreate: wire.notify_quote_create,
  };
}

/** Settings for the wire; those that the port does not know are taken from `known`. */
export function announcementsToWire(settings: AnnouncementSettings, known = NO_ANNOUNCEMENTS): WireAnnouncements {
  return {
    ...known,
    enabled: settings.enabled,
    channel_id: settings.channelId,
    notify_wiki_create: settings.notifyWikiCreate,
    notify_wiki_edit: settings.notifyWikiEdit,
    notify_quote_create: settings.notifyQuoteCreate,
  };
}
