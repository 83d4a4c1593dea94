/** The list of guild members in the file, written only under the newest term of leadership. */
import { Failure } from "../../failure.ts";
import type { FencedOptions, GuildMember, MemberDirectory, MemberStore } from "../backend.ts";
import type { Database } from "./database.ts";
import { rememberGuild } from "./people.ts";
import { numberOf, textOf } from "./row.ts";
import { nextTurn } from "./turns.ts";
import { clean, guildIdOf } from "../texts.ts";

/** Twice what callers should send: 0.1 s of a blocked event loop, which nobody in Discord notices. */
const BATCH_LIMIT = 10_000;

/** 10 ms of a blocked event loop when all of them go. */
const SWEPT_AT_ONCE = 10_000;

/** The members of a file. */
export function memberStore(database: Database): MemberStore & MemberDirectory {
  const fenced = <T>(options: FencedOptions | undefined, work: () => T) =>
    database.write(options, () => {
      checkFence(database, options?.fencingToken);
      return work();
    });
  return {
    upsertMembers: (members, options) => fenced(options, () => upsertMembers(database, members)),
    removeMember: (guildId, userId, options) =>
      fenced(options, () => {
        database.run("DELETE FROM members WHERE guild_id = ? AND user_id = ?", guildIdOf(guildId), userId);
      }),
    markMemberPass: (guildId, options) => fenced(options, () => String(beginPass(database, guildIdOf(guildId)))),
    removeMembersUnseenSince: async (guildId, mark, options) => {
      let removed = 0;
      // In short transactions, so that people are answered meanwhile; each is right by itself.
      for (let after: string | undefined = ""; after !== undefined; await nextTurn()) {
        const from: string = after;
        const swept = await fenced(options, () => sweep(database, { guildId: guildIdOf(guildId), mark, after: from }));
        removed += swept.removed;
        after = swept.last;
      }
      return removed;
    },
    isMember: (guildId, userId, options) =>
      database.read(options, () => {
        const sql = "SELECT 1 FROM members WHERE guild_id = ? AND user_id = ?";
        return database.first(sql, guildIdOf(guildId), userId) !== undefined;
      }),
    listGuildsOf: (userId, options) =>
      database.read(options, () => {
        // Guild by guild: members are kept in the order of their guilds.
        const member = "SELECT 1 FROM members WHERE guild_id = guilds.id AND user_id = ?";
        const rows = database.all(`SELECT id FROM guilds WHERE EXISTS (${member}) ORDER BY id`, userId);
        return rows.map((row) => textOf(row, "id"));
      }),
  };
}

/** Refuses a term that a newer one has followed, and remembers the newest. Without a token nobody else can be leading. */
function checkFence(database: Database, token: string | undefined): void {
  if (token === undefined) return;
  if (!/^\d+$/.test(token)) throw new Failure("bad_input", `The fencing token "${token}" is not a decimal number`);
  const row = database.first("SELECT token FROM fence");
  const seen = row === undefined ? undefined : BigInt(textOf(row, "token"));
  if (seen !== undefined && BigInt(token) < seen) {
    throw new Failure("stale_term", `The fencing token ${token} is older than ${seen}, which has been seen`);
  }
  if (seen === undefined || BigInt(token) > seen) {
    database.run("INSERT OR REPLACE INTO fence (only, token) VALUES (1, ?)", token);
  }
}

function passOf(database: Database, guildId: string): number {
  const row = database.first("SELECT pass FROM member_passes WHERE guild_id = ?", guildId);
  return row === undefined ? 0 : numberOf(row, "pass");
}

function beginPass(database: Database, guildId: string): number {
  rememberGuild(database, guildId);
  const row = database.first(
    `INSERT INTO member_passes (guild_id, pass) VALUES (?, 1)
     ON CONFLICT (guild_id) DO UPDATE SET pass = pass + 1 RETURNING pass`,
    guildId,
  );
  return numberOf(row ?? {}, "pass");
}

interface Sweep {
  guildId: string;
  mark: string;
  /** Where the last sweep ended. */
  after: string;
}

/** Removes those of the next members who were not seen. `last` is where it ended, nothing at the end of the guild. */
function sweep(database: Database, { guildId, mark, after }: Sweep): { removed: number; last: string | undefined } {
  if (!/^[1-9]\d{0,14}$/.test(mark) || Number(mark) > passOf(database, guildId)) {
    throw new Failure("bad_input", `The mark "${mark}" is none that this database gave for guild ${guildId}`);
  }
  const end = database.first(
    "SELECT user_id FROM members WHERE guild_id = ? AND user_id > ? ORDER BY user_id LIMIT 1 OFFSET ?",
    ...[guildId, after, SWEPT_AT_ONCE - 1],
  );
  const last = end === undefined ? undefined : textOf(end, "user_id");
  const removed = database.run(
    "DELETE FROM members WHERE guild_id = ? AND user_id > ? AND user_id <= coalesce(?, user_id) AND seen_pass < ?",
    ...[guildId, after, last ?? null, Number(mark)],
  );
  return { removed, last };
}

function upsertMembers(database: Database, members: readonly GuildMember[]): number {
  const [first] = members;
  if (first === undefined) return 0;
  checkBatch(members, first.guildId);
  rememberGuild(database, guildIdOf(first.guildId));
  const pass = passOf(database, first.guildId);
  for (const member of members) {
    database.run(UPSERT_USER, ...userValues(member));
    database.run(UPSERT_MEMBER, ...memberValues(member), pass);
  }
  return members.length;
}

const UPSERT_USER = `INSERT INTO users (id, username, global_name, avatar_hash) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET username = coalesce(nullif(excluded.username, ''), username),
    global_name = excluded.global_name, avatar_hash = excluded.avatar_hash
  WHERE (excluded.username, excluded.global_name, excluded.avatar_hash) IS NOT (username, global_name, avatar_hash)`;

const UPSERT_MEMBER = `INSERT INTO members (guild_id, user_id, nickname, avatar_hash, role_ids, joined_at, seen_pass)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (guild_id, user_id) DO UPDATE SET nickname = excluded.nickname, avatar_hash = excluded.avatar_hash,
    role_ids = excluded.role_ids, joined_at = excluded.joined_at, seen_pass = excluded.seen_pass`;

function userValues(member: GuildMember): string[] {
  return [member.userId, clean(member.username), clean(member.globalName), member.avatarHash];
}

function memberValues(member: GuildMember): (string | number)[] {
  const { guildId, userId, guildAvatarHash, roleIds, joinedAt } = member;
  return [guildId, userId, clean(member.nickname), guildAvatarHash, JSON.stringify(roleIds), joinedAt];
}

function checkBatch(members: readonly GuildMember[], guildId: string): void {
  if (members.length > BATCH_LIMIT) {
    throw new Failure("too_large", `The batch has ${members.length} members; ${BATCH_LIMIT} are allowed`);
  }
  for (const member of members) {
    if (member.guildId !== guildId) {
      throw new Failure(
        "bad_input",
        `The batch has members of guilds ${guildId} and ${member.guildId}; one is allowed`,
      );
    }
    if (member.userId === "") throw new Failure("bad_input", `A member of guild ${guildId} has no user id`);
    if (!Number.isSafeInteger(member.joinedAt) || member.joinedAt <= 0) {
      const what = `joined at ${member.joinedAt}`;
      throw new Failure(
        "bad_input",
        `Member ${member.userId} of guild ${guildId} ${what}; a time after 1970 is needed`,
      );
    }
  }
}
