import { assertEquals, assertRejects } from "@std/assert";
import { react } from "../../src/discord/react.ts";
import { createRest } from "../../src/discord/rest.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";

const EMOJI = "500000000000000001";

function restOf(discord: DiscordDouble) {
  const log = createLog({ level: "error", format: "text", write: () => {} });
  return createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
}

Deno.test("a message gets the application's emoji", async () => {
  await using discord = await startDiscordDouble();
  const { channelId } = discord.world.addGuild();
  const { id } = discord.world.addMessage({ channelId, content: "wise words" });
  await react(restOf(discord), { channelId, messageId: id, emojiId: EMOJI });
  assertEquals(
    discord.effects.of("reaction").map(({ messageId, emoji }) => [messageId, emoji.split(":").at(-1)]),
    [[id, EMOJI]],
  );
});

Deno.test("a message that is gone is a failure that names it", async () => {
  await using discord = await startDiscordDouble();
  const { channelId } = discord.world.addGuild();
  const gone = react(restOf(discord), { channelId, messageId: "400000000000000001", emojiId: EMOJI });
  const failure = await assertRejects(() => gone, Failure, "400000000000000001");
  assertEquals(failure.kind, "not_found");
});
