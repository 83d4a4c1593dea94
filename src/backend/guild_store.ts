/** The port's guilds and their settings. */
import type { CallOptions } from "./calls.ts";

export interface Guild {
  id: string;
  name: string;
  /** Empty without one. */
  iconUrl: string;
  ownerId: string;
}

export interface AnnouncementSettings {
  enabled: boolean;
  channelId: string;
  notifyWikiCreate: boolean;
  notifyWikiEdit: boolean;
  notifyQuoteCreate: boolean;
}

/** Guilds and their settings; called with the bot's own rights. */
export interface GuildStore {
  upsertGuild(guild: Guild, options?: CallOptions): Promise<void>;
  /** A guild, and whether the bot is still in it. @throws {Failure} `not_found` */
  getGuild(guildId: string, options?: CallOptions): Promise<Guild & { enabled: boolean }>;
  /** Marks a guild that the bot has left; its pages stay. */
  disableGuild(guildId: string, options?: CallOptions): Promise<void>;
  /** Settings of a guild; those of an unknown guild are off and empty. */
  getAnnouncements(guildId: string, options?: CallOptions): Promise<AnnouncementSettings>;
  /** Changes the given fields and leaves the others. */
  updateAnnouncements(
    guildId: string,
    change: Partial<AnnouncementSettings>,
    options?: CallOptions,
  ): Promise<AnnouncementSettings>;
}
