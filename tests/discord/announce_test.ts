import { assertEquals, assertRejects } from "@std/assert";
import { announce } from "../../src/discord/announce.ts";
import { createRest } from "../../src/discord/rest.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";

function restOf(discord: DiscordDouble) {
  const log = createLog({ level: "error", format: "text", write: () => {} });
  return createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
}

Deno.test("an announcement stands in the channel as it was made, and pings nobody", async () => {
  await using discord = await startDiscordDouble();
  const { channelId } = discord.world.addGuild();
  const card = { content: "Ada wrote to @everyone", embed: { title: "Engines", description: "<@300000000000000001>" } };
  await announce(restOf(discord), { channelId, card });
  const [posted] = discord.effects.of("message");
  assertEquals([posted?.channelId, posted?.message.content], [channelId, "Ada wrote to @everyone"]);
  assertEquals(posted?.message.embeds[0]?.title, "Engines");
  assertEquals(posted?.pings, { everyone: false, users: [], roles: [] });
});

Deno.test("an announcement that Discord failed to take is sent again, and stands there once", async () => {
  await using discord = await startDiscordDouble();
  const { channelId } = discord.world.addGuild();
  discord.fault({ route: "POST /channels/:channel/messages" }, { kind: "status", status: 500 });
  await announce(restOf(discord), { channelId, card: { content: "news" } });
  assertEquals(discord.effects.of("message").length, 1);
});

Deno.test("a channel that is gone is a failure that names it", async () => {
  await using discord = await startDiscordDouble();
  discord.world.addGuild();
  const gone = announce(restOf(discord), { channelId: "400000000000000001", card: { content: "news" } });
  const failure = await assertRejects(() => gone, Failure, "400000000000000001");
  assertEquals(failure.kind, "not_found");
});
