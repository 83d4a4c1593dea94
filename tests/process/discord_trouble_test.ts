/** Discord stumbles: refused and slow requests, broken and ended sessions. The process lives, comes back, and misses nobody. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { BotProcess } from "./bot_process.ts";
import { Surroundings } from "./surroundings.ts";
import { until } from "./until.ts";

const MEMBERS = "GET /guilds/:id/members";

Deno.test("a member sync goes on through errors, broken connections and rate limits of Discord", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  const guild = discord.world.addGuild({ memberCount: 4_500 });
  discord.fault({ route: MEMBERS, times: 2 }, { kind: "status", status: 500 });
  discord.fault({ route: MEMBERS, skip: 1 }, { kind: "rate-limit", scope: "user", retryAfterMs: 300 });
  discord.fault({ route: MEMBERS, skip: 2 }, { kind: "cut", when: "after" });
  discord.fault({ route: MEMBERS, skip: 3 }, { kind: "rate-limit", scope: "shared", retryAfterMs: 200 });
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  const { members, failed } = await bot.line("member sync finished");
  assertEquals([members, failed], [4_500, 0]);
  const [row] = around.rows("data", "SELECT count(*) AS count FROM members WHERE guild_id = ?", guild.id);
  assertEquals(row?.count, 4_500);
});

Deno.test("a guild whose members Discord refuses does not hold up the others", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  const [refused, fine] = [discord.world.addGuild({ memberCount: 10 }), discord.world.addGuild({ memberCount: 20 })];
  discord.fault({ route: `GET /guilds/${refused.id}/members`, times: 99 }, {
    kind: "status",
    status: 403,
    code: 50001,
    message: "Missing Access",
  });
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  const { failed, guilds } = await bot.line("member sync finished");
  assertEquals([guilds, failed], [1, 1]);
  const { guild, reason } = await bot.line("cannot sync the members of a guild");
  assertEquals(guild, refused.id);
  assertStringIncludes(String(reason), "Missing Access");
  const rows = around.rows("data", "SELECT guild_id, count(*) AS count FROM members GROUP BY guild_id");
  assert(rows.some((row) => row.guild_id === fine.id && row.count === 20), JSON.stringify(rows));
});

Deno.test("whatever ends a gateway session, the bot is ready again and misses nobody who joined meanwhile", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  const guild = discord.world.addGuild({ memberCount: 10 });
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  await bot.line("member sync finished");
  const troubles: readonly { what: string; session: "resumed" | "ready"; happens(): void }[] = [
    { what: "op 7", session: "resumed", happens: () => discord.gateway.reconnect() },
    { what: "a broken connection", session: "resumed", happens: () => discord.gateway.cut() },
    { what: "close code 4000", session: "resumed", happens: () => discord.gateway.close(4000) },
    { what: "op 9", session: "ready", happens: () => discord.gateway.invalidate() },
  ];
  for (const { what, session, happens } of troubles) {
    const after = bot.lines.length;
    happens();
    discord.world.addMember(guild.id, { username: `joined during ${what}` });
    await bot.line(`gateway session ${session}`, { after });
    await until(`ready after ${what}`, () => isReady(bot));
    assertStringIncludes((await discord.interact.slash("ping").answer()).text, "Pong");
  }
  await until("everyone who joined meanwhile is a member", () => {
    const [row] = around.rows("data", "SELECT count(*) AS count FROM members WHERE guild_id = ?", guild.id);
    return row?.count === 10 + troubles.length;
  });
  assertEquals(discord.gateway.identifies, 2);
});

async function isReady(bot: BotProcess): Promise<boolean> {
  const answer = await bot.get("/ready");
  await answer.text();
  return answer.ok;
}
