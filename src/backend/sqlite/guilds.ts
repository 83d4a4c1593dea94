/** Guilds and their settings in the file. */
import { Failure } from "../../failure.ts";
import type { AnnouncementSettings, GuildStore } from "../backend.ts";
import type { Database } from "./database.ts";
import { rememberGuild } from "./people.ts";
import { numberOf, textOf } from "./row.ts";
import { clean, guildIdOf } from "../texts.ts";

const OFF: AnnouncementSettings = {
  enabled: false,
  channelId: "",
  notifyWikiCreate: false,
  notifyWikiEdit: false,
  notifyQuoteCreate: false,
};

/** The guilds of a file. */
export function guildStore(database: Database): GuildStore {
  return {
    upsertGuild: (guild, options) =>
      database.write(options, () => {
        database.run(
          `INSERT INTO guilds (id, name, icon_url, owner_id) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, icon_url = excluded.icon_url, owner_id = excluded.owner_id,
             enabled = 1`,
          ...[guildIdOf(guild.id), clean(guild.name), clean(guild.iconUrl), guild.ownerId],
        );
      }),
    getGuild: (guildId, options) =>
      database.read(options, () => {
        const row = database.first("SELECT * FROM guilds WHERE id = ?", guildIdOf(guildId));
        if (row === undefined) throw new Failure("not_found", `There is no guild with id ${guildId}`);
        return {
          id: textOf(row, "id"),
          name: textOf(row, "name"),
          iconUrl: textOf(row, "icon_url"),
          ownerId: textOf(row, "owner_id"),
          enabled: numberOf(row, "enabled") === 1,
        };
      }),
    disableGuild: (guildId, options) =>
      database.write(options, () => {
        database.run("UPDATE guilds SET enabled = 0 WHERE id = ?", guildIdOf(guildId));
      }),
    getAnnouncements: (guildId, options) => database.read(options, () => announcementsOf(database, guildIdOf(guildId))),
    updateAnnouncements: (guildId, change, options) =>
      database.write(options, () => {
        rememberGuild(database, guildIdOf(guildId));
        const changed = { ...announcementsOf(database, guildId), ...defined(change) };
        saveAnnouncements(database, guildId, changed);
        return changed;
      }),
  };
}

function announcementsOf(database: Database, guildId: string): AnnouncementSettings {
  const row = database.first("SELECT * FROM announcements WHERE guild_id = ?", guildId);
  if (row === undefined) return { ...OFF };
  return {
    enabled: numberOf(row, "enabled") === 1,
    channelId: textOf(row, "channel_id"),
    notifyWikiCreate: numberOf(row, "notify_wiki_create") === 1,
    notifyWikiEdit: numberOf(row, "notify_wiki_edit") === 1,
    notifyQuoteCreate: numberOf(row, "notify_quote_create") === 1,
  };
}

function saveAnnouncements(database: Database, guildId: string, settings: AnnouncementSettings): void {
  database.run(
    `INSERT OR REPLACE INTO announcements
       (guild_id, enabled, channel_id, notify_wiki_create, notify_wiki_edit, notify_quote_create) VALUES (?, ?, ?, ?, ?, ?)`,
    ...[guildId, Number(settings.enabled), clean(settings.channelId)],
    ...[Number(settings.notifyWikiCreate), Number(settings.notifyWikiEdit), Number(settings.notifyQuoteCreate)],
  );
}

/** A field that is given as `undefined` is one that was not given. */
function defined(change: Partial<AnnouncementSettings>): Partial<AnnouncementSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
