import { assertEquals } from "@std/assert";
import { GatewayIntentBits, IntentsBitField } from "discord.js";
import { clientOptions } from "../../src/discord/client_options.ts";
import { createMetrics } from "../../src/metrics.ts";

const options = clientOptions({
  apiBase: "https://discord.com/api",
  metrics: createMetrics(),
  ending: new AbortController().signal,
  presence: "/wiki • /quote",
  buildThrottle: () => ({ waitForIdentify: () => Promise.resolve() }),
});

Deno.test("only guilds and their members are asked for", () => {
  const bits = new IntentsBitField(options.intents).bitfield;
  assertEquals(bits, GatewayIntentBits.Guilds | GatewayIntentBits.GuildMembers);
});

Deno.test("the bot is seen with its commands, and pings nobody unless told to", () => {
  assertEquals(options.presence?.activities?.map(({ state }) => state), ["/wiki • /quote"]);
  assertEquals(options.allowedMentions, { parse: [] });
});
