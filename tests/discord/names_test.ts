import { assertEquals } from "@std/assert";
import { nameOfAuthor } from "../../src/discord/names.ts";
import { systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createRest } from "../../src/discord/rest.ts";
import { startDiscordDouble } from "../doubles/discord/double.ts";

/** The name found for the author of a message, after `change` has happened to the world. */
async function named(
  member: { globalName?: string | null; nick?: string },
  change: (discord: Awaited<ReturnType<typeof startDiscordDouble>>, guildId: string, userId: string) => void = () => {},
): Promise<string> {
  await using discord = await startDiscordDouble();
  const guild = discord.world.addGuild();
  const { user } = discord.world.addMember(guild.id, { username: "ada", ...member });
  const message = discord.world.addMessage({ channelId: guild.channelId, authorId: user.id, content: "x" });
  const log = createLog({ level: "error", format: "json", write: () => {} });
  const rest = createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
  change(discord, guild.id, user.id);
  return await nameOfAuthor(
    { guildId: guild.id, channelId: guild.channelId, messageId: message.id, authorId: user.id },
    { rest, clock: systemClock },
  );
}

Deno.test("a member's nickname comes before the global name, and that before the username", async () => {
  assertEquals(await named({ nick: "Countess", globalName: "Ada L." }), "Countess");
  assertEquals(await named({ globalName: "Ada L." }), "Ada L.");
  assertEquals(await named({ globalName: null }), "ada");
});

Deno.test("who has left keeps the name on the message", async () => {
  const name = await named(
    { globalName: "Ada L." },
    (discord, guildId, userId) => discord.world.removeMember(guildId, userId),
  );
  assertEquals(name, "Ada L.");
});

Deno.test("the name is empty when Discord gives none", async () => {
  const name = await named({}, (discord) => {
    discord.fault({ route: "ANY /guilds/:guild/members/:user" }, { kind: "status", status: 403, code: 50001 });
    discord.fault({ route: "ANY /channels/:channel/messages/:message" }, { kind: "status", status: 403, code: 50001 });
  });
  assertEquals(name, "");
});
