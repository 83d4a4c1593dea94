import { assertEquals, assertRejects } from "@std/assert";
import { listGuildIds, readGuild } from "../../src/discord/guilds.ts";
import { createRest } from "../../src/discord/rest.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";

function restOf(discord: DiscordDouble) {
  const log = createLog({ level: "error", format: "text", write: () => {} });
  return createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
}

Deno.test("all guilds are listed, and each can be read", async () => {
  await using discord = await startDiscordDouble();
  const [one, two] = [discord.world.addGuild({ name: "Library" }), discord.world.addGuild()];
  const rest = restOf(discord);
  assertEquals((await listGuildIds(rest)).toSorted(), [one.id, two.id].toSorted());
  assertEquals(await readGuild(rest, one.id), { id: one.id, name: "Library", iconUrl: "", ownerId: one.ownerId });
});

Deno.test("a guild that the bot is not in is a failure that names it", async () => {
  await using discord = await startDiscordDouble();
  await assertRejects(() => readGuild(restOf(discord), "400000000000000001"), Failure, "400000000000000001");
});
