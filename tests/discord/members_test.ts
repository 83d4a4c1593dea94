import { assertEquals, assertRejects } from "@std/assert";
import { createMemberPages, guildFrom, memberFrom } from "../../src/discord/members.ts";
import { createRest } from "../../src/discord/rest.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";

function pagesOf(discord: DiscordDouble) {
  const log = createLog({ level: "error", format: "text", write: () => {} });
  const rest = createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
  return createMemberPages(() => rest);
}

const { signal } = new AbortController();

Deno.test("pages follow each other until the last, and hold every member once in order", async () => {
  await using discord = await startDiscordDouble();
  const guild = discord.world.addGuild({ memberCount: 2_345 });
  const pages = pagesOf(discord);
  const ids: string[] = [];
  for (let after: string | null = "0"; after !== null;) {
    const page: Awaited<ReturnType<typeof pages.list>> = await pages.list(guild.id, { after, limit: 1_000, signal });
    ids.push(...page.members.map(({ userId }) => userId));
    after = page.next;
  }
  assertEquals(ids, [...discord.world.memberIds(guild.id)]);
  assertEquals(discord.requests.length, 3);
});

Deno.test("a member is taken with nickname, roles, pictures and the time of joining", async () => {
  await using discord = await startDiscordDouble();
  const guild = discord.world.addGuild();
  const id = "300000000000000001";
  const names = { username: "ada", globalName: "Ada", nick: "Countess" };
  discord.world.addMember(guild.id, { id, ...names, joinedAt: "2024-05-06T07:08:09.000Z" });
  const { members } = await pagesOf(discord).list(guild.id, { after: "0", limit: 1_000, signal });
  const { guildId, username, globalName, nickname, joinedAt } = members.find(({ userId }) => userId === id) ?? {};
  assertEquals([guildId, username, globalName, nickname, joinedAt], [
    guild.id,
    "ada",
    "Ada",
    "Countess",
    Date.parse("2024-05-06T07:08:09.000Z"),
  ]);
});

Deno.test("a guest, who has no time of joining, is no member", () => {
  const user = { id: "1", username: "a", discriminator: "0", global_name: null, avatar: null };
  assertEquals(memberFrom("9", { user, roles: [], joined_at: null }), undefined);
});

Deno.test("without the members intent the failure says what to switch on", async () => {
  await using discord = await startDiscordDouble({ grantedIntents: 0 });
  const guild = discord.world.addGuild();
  const list = pagesOf(discord).list(guild.id, { after: "0", limit: 1_000, signal });
  const failure = await assertRejects(() => list, Failure, `"Server Members Intent"`);
  assertEquals(failure.kind, "not_yours");
});

Deno.test("a guild's icon is an address, and none is empty", () => {
  const guild = { id: "9", name: "Library", owner_id: "1" };
  assertEquals(guildFrom({ ...guild, icon: "abc" }).iconUrl, "https://cdn.discordapp.com/icons/9/abc.png");
  assertEquals(guildFrom({ ...guild, icon: null }).iconUrl, "");
});
