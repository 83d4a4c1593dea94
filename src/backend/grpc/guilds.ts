/** Guilds and their settings on a gRPC server, called with the bot's own rights. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { AnnouncementSettings, CallOptions, GuildStore } from "../backend.ts";
import type { Channel } from "../channel.ts";
import { guildIdOf } from "../texts.ts";
import { Bounds, READ_DEADLINE_MS, WRITE_DEADLINE_MS } from "./bounds.ts";
import {
  announcementsFromWire,
  announcementsOf,
  announcementsToWire,
  DISCORD,
  guildFromWire,
  type WireAnnouncements,
} from "./discord_wire.ts";
import type { KnownGuilds } from "./known_guilds.ts";

export interface GrpcGuildsOptions {
  guilds: KnownGuilds;
  clock: Clock;
}

/** The guilds of a server. */
export function grpcGuilds(channel: Channel, { guilds, clock }: GrpcGuildsOptions): GuildStore {
  const reading = (options: CallOptions | undefined) => new Bounds(clock, options, READ_DEADLINE_MS);
  const writing = (options: CallOptions | undefined) => new Bounds(clock, options, WRITE_DEADLINE_MS);
  return {
    async upsertGuild(guild, options) {
      await guilds.upsert({ ...guild, id: guildIdOf(guild.id) }, writing(options));
    },
    async getGuild(guildId, options) {
      const request = { guild_id: guildIdOf(guildId) };
      const { guild } = await channel.read(DISCORD.getGuild, request, { bounds: reading(options) });
      if (guild === null) throw new Failure("not_found", `There is no guild with id ${guildId}`);
      return { ...guildFromWire(guild), enabled: guild.enabled };
    },
    async disableGuild(guildId, options) {
      const request = { guild_id: guildIdOf(guildId) };
      await orIfUnknown(channel.call(DISCORD.disableGuild, request, { bounds: writing(options) }), undefined);
    },
    async getAnnouncements(guildId, options) {
      return announcementsFromWire(await settingsOf(channel, guildIdOf(guildId), reading(options)));
    },
    async updateAnnouncements(guildId, change, options) {
      const bounds = writing(options);
      await guilds.ensure(guildIdOf(guildId), bounds);
      const known = await settingsOf(channel, guildId, bounds);
      const wanted = announcementsToWire({ ...announcementsFromWire(known), ...given(change) }, known);
      const request = { guild_id: guildId, settings: { announcements: wanted } };
      return announcementsFromWire(announcementsOf(await channel.call(DISCORD.updateSettings, request, { bounds })));
    },
  };
}

/** Settings of a guild; off and empty when the server has never seen it, which it calls an internal error. */
function settingsOf(channel: Channel, guildId: string, bounds: Bounds): Promise<WireAnnouncements> {
  const answer = channel.read(DISCORD.getSettings, { guild_id: guildId }, { bounds });
  return orIfUnknown(answer.then(announcementsOf), announcementsOf({ settings: null }));
}

async function orIfUnknown<T, Otherwise>(answer: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return otherwise;
    throw error;
  }
}

/** A field that is given as `undefined` is one that was not given. */
function given(change: Partial<AnnouncementSettings>): Partial<AnnouncementSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
