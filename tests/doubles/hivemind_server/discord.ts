/** Guilds, their settings and their members; called without a user. */
import { type Message, StatusError } from "./protocol.ts";
import { RowLocks } from "./row_locks.ts";
import { type Guild, type Member, momentOf, type Tables } from "./tables.ts";
import type { Handlers } from "./wiki.ts";

/** How many rows a batch writes before others come in between. */
const ROWS_AT_ONCE = 20;

export function discordHandlers(tables: Tables): Handlers {
  const locks = new RowLocks();
  return {
    UpsertGuild: (request) => upsertGuild(tables, request),
    GetGuild({ guild_id }) {
      const guild = tables.guilds.get(guild_id);
      if (guild === undefined) throw new StatusError("NOT_FOUND", "guild not found");
      return { guild: message(guild) };
    },
    DisableGuild({ guild_id }) {
      known(tables, guild_id).enabled = false;
      return { success: true };
    },
    UpsertGuildMember: async (request) => {
      await upsertMembers(tables, [request], locks);
      return { success: true };
    },
    UpsertGuildMembersBatch: async ({ members }) => {
      await upsertMembers(tables, members, locks);
      return { count: members.length };
    },
    RemoveGuildMember({ guild_id, discord_id }) {
      tables.members.get(guild_id)?.delete(discord_id);
      return { success: true };
    },
    CheckGuildMembership: ({ guild_id, discord_id }) => ({ is_member: tables.isMember(guild_id, discord_id) }),
    ListUserGuilds: ({ discord_id }) => ({
      guild_ids: [...tables.members].filter(([, members]) => members.has(discord_id)).map(([guildId]) => guildId),
    }),
    GetGuildSettings: ({ guild_id }) => ({ settings: known(tables, guild_id).settings }),
    // Row 19: all of it is replaced.
    UpdateGuildSettings({ guild_id, settings }) {
      known(tables, guild_id).settings = settings;
      return { settings };
    },
  };
}

/** Row 19: an unknown guild is an internal error. */
function known(tables: Tables, guildId: string): Guild {
  const guild = tables.guilds.get(guildId);
  if (guild === undefined) throw new StatusError("INTERNAL", "discord guild not found");
  return guild;
}

/** Row 21: looks, then inserts. */
async function upsertGuild(tables: Tables, request: Message): Promise<Message> {
  const { guild_id: id, guild_name: name, icon_url: iconUrl, owner_discord_id: ownerId } = request;
  const existing = tables.guilds.get(id);
  if (existing !== undefined) {
    return { guild: message(Object.assign(existing, { name, iconUrl, ownerId, enabled: true })) };
  }
  await tables.pause();
  if (tables.guilds.has(id)) {
    throw new StatusError("INTERNAL", `pq: duplicate key value violates unique constraint "discord_guilds_pkey"`);
  }
  const guild = { id, name, iconUrl, ownerId, enabled: true, addedAt: tables.now(), settings: null };
  tables.guilds.set(id, guild);
  return { guild: message(guild) };
}

function message({ id, name, iconUrl, ownerId, enabled, addedAt }: Guild): Message {
  const fields = { guild_id: id, guild_name: name, icon_url: iconUrl, owner_discord_id: ownerId };
  return { ...fields, enabled, added_at: momentOf(addedAt) };
}

/**
 * Row 20: users first, each on its own, so they stay when the members' transaction fails for one that breaks a rule. Row 22: the rows of
 * that transaction are locked in the order of the batch.
 */
async function upsertMembers(tables: Tables, members: readonly Message[], locks: RowLocks): Promise<void> {
  for (const member of members) upsertUser(tables, member);
  using transaction = locks.begin();
  const rows: Member[] = [];
  for (const [i, member] of members.entries()) {
    tables.requireGuild(member.guild_id, "guild_members");
    await transaction.lock(`${member.guild_id}/${member.discord_id}`);
    if (i % ROWS_AT_ONCE === 0) await tables.pause();
    rows.push(rowOf(tables, member));
  }
  for (const row of rows) {
    const ofGuild = tables.members.get(row.guildId) ?? new Map<string, Member>();
    tables.members.set(row.guildId, ofGuild.set(row.discordId, row));
  }
  const [first] = rows;
  if (first !== undefined) rewriteNames(tables, first.guildId);
}

function upsertUser(tables: Tables, member: Message): void {
  const { discord_id, discord_username: username, discord_global_name: globalName, avatar_hash: avatarHash } = member;
  if (username !== "") tables.discordUsers.set(discord_id, { username, globalName, avatarHash });
  else if (!tables.discordUsers.has(discord_id)) {
    throw new StatusError("INTERNAL", `pq: null value in column "discord_username" violates not-null constraint`);
  }
}

/** Row 23: the time of joining is that of the first insert; an absent one is 1970. */
function rowOf(tables: Tables, member: Message): Member {
  const existing = tables.members.get(member.guild_id)?.get(member.discord_id);
  return {
    guildId: member.guild_id,
    discordId: member.discord_id,
    nick: member.guild_nick,
    avatarHash: member.guild_avatar_hash,
    roles: member.roles,
    joinedAt: existing?.joinedAt ?? member.joined_at ?? { seconds: 0, nanos: 0 },
  };
}

/** Row 22: of the whole guild, each time; other guilds' names stay as they were. */
function rewriteNames(tables: Tables, guildId: string): void {
  const names = new Map<string, { display: string; nick: string }>();
  for (const { discordId, nick } of tables.members.get(guildId)?.values() ?? []) {
    const user = tables.discordUsers.get(discordId);
    names.set(discordId, { display: nick || user?.globalName || user?.username || "", nick });
  }
  tables.names.set(guildId, names);
}
