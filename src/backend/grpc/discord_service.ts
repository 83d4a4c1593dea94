/** Serves the calls for guilds and members from a backend. They come with the bot's own rights. */
import type { Backend } from "../backend.ts";
import {
  announcementsFromWire,
  announcementsOf,
  announcementsToWire,
  DISCORD,
  guildFromWire,
  guildToWire,
  memberFromWire,
} from "./discord_wire.ts";
import type { Services } from "./served_call.ts";

export function serveDiscord(services: Services, backend: Backend): void {
  serveGuilds(services, backend);
  serveMembers(services, backend);
}

function serveGuilds(services: Services, backend: Backend): void {
  services.on(DISCORD.upsertGuild, async (request, { options }) => {
    await backend.upsertGuild(guildFromWire(request), options);
    return { guild: { ...request, enabled: true } };
  });
  services.on(DISCORD.disableGuild, async ({ guild_id }, { options }) => {
    await backend.disableGuild(guild_id, options);
    return { success: true };
  });
  services.on(DISCORD.getGuild, async ({ guild_id }, { options }) => {
    const { enabled, ...guild } = await backend.getGuild(guild_id, options);
    return { guild: { ...guildToWire(guild), enabled } };
  });
  services.on(DISCORD.getSettings, async ({ guild_id }, { options }) => {
    return { settings: { announcements: announcementsToWire(await backend.getAnnouncements(guild_id, options)) } };
  });
  services.on(DISCORD.updateSettings, async ({ guild_id, ...wanted }, { options }) => {
    const change = announcementsFromWire(announcementsOf(wanted));
    const settings = await backend.updateAnnouncements(guild_id, change, options);
    return { settings: { announcements: announcementsToWire(settings) } };
  });
}

function serveMembers(services: Services, backend: Backend): void {
  services.on(DISCORD.upsertMember, async (request, { fenced }) => {
    await backend.upsertMembers([memberFromWire(request)], fenced);
    return { success: true };
  });
  services.on(DISCORD.upsertMembers, async ({ members }, { fenced }) => {
    return { count: await backend.upsertMembers(members.map(memberFromWire), fenced) };
  });
  services.on(DISCORD.removeMember, async ({ guild_id, discord_id }, { fenced }) => {
    await backend.removeMember(guild_id, discord_id, fenced);
    return { success: true };
  });
  services.on(DISCORD.checkMembership, async ({ guild_id, discord_id }, { options }) => {
    return { is_member: await backend.isMember(guild_id, discord_id, options) };
  });
  services.on(DISCORD.listGuilds, async ({ discord_id }, { options }) => {
    return { guild_ids: await backend.listGuildsOf(discord_id, options) };
  });
}
