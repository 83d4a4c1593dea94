/** Who people are: remembers those who call, and joins the names to show. */
import type { Database } from "./database.ts";

/**
 * SQL of the name to show: nickname in the guild, else global name, else username, else what was known when the row was written.
 * Both names are SQL expressions.
 */
export function nameToShow(userId: string, otherwise: string): string {
  return `coalesce(
    (SELECT nullif(nickname, '') FROM members WHERE guild_id = entry.guild_id AND user_id = ${userId}),
    (SELECT coalesce(nullif(global_name, ''), nullif(username, '')) FROM users WHERE id = ${userId}),
    ${otherwise})`;
}

/** Makes guild and user known, so that what they write can refer to them; call it inside the transaction that writes. */
export function rememberCaller(database: Database, who: { userId: string; guildId: string; username: string }): void {
  rememberGuild(database, who.guildId);
  rememberUser(database, who);
}

/** A user by the name of the call; the last one counts. */
export function rememberUser(database: Database, { userId, username }: { userId: string; username: string }): void {
  database.run(
    `INSERT INTO users (id, username) VALUES (?, ?)
     ON CONFLICT (id) DO UPDATE SET username = excluded.username
     WHERE excluded.username <> '' AND excluded.username <> username`,
    userId,
    username,
  );
}

/** A guild that nobody has named yet; its name comes later. */
export function rememberGuild(database: Database, guildId: string): void {
  database.run("INSERT INTO guilds (id) VALUES (?) ON CONFLICT (id) DO NOTHING", guildId);
}
