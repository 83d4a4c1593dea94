/** Discord will not have the bot: it says why in a line, and never uses up the day's IDENTIFYs. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Surroundings } from "./surroundings.ts";
import { until } from "./until.ts";

Deno.test("a refused token ends a bot that stands alone with exit code 2, and no IDENTIFY is used", async () => {
  await using around = await Surroundings.open();
  const env = { ...around.standalone("bot"), DISCORD_BOT_TOKEN: "some.other.token" };
  const bot = around.start({ name: "bot", env });
  assertEquals((await bot.status).code, 2);
  assertEquals(bot.complaints.length, 1, bot.output.join("\n"));
  assertMatch(bot.complaints[0] ?? "", /refuses the bot's token: copy it again .* DISCORD_BOT_TOKEN/);
  assertEquals(around.discord.gateway.identifies, 0);
  assertEquals(bot.output.filter((line) => line.includes("some.other.token")), []);
});

Deno.test("a missing intent ends a bot that stands alone with exit code 2, after one IDENTIFY", async () => {
  await using around = await Surroundings.open({ grantedIntents: 0 });
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  assertEquals((await bot.status).code, 2);
  assertEquals(bot.complaints.length, 1, bot.output.join("\n"));
  assertStringIncludes(bot.complaints[0] ?? "", "Server Members Intent");
  assertEquals(around.discord.gateway.identifies, 1);
});

for (
  const { what, options, env, says, identifies } of [
    { what: "a missing intent", options: { grantedIntents: 0 }, env: {}, says: /Server Members Intent/, identifies: 1 },
    {
      what: "a refused token",
      options: {},
      env: { DISCORD_BOT_TOKEN: "some.other.token" },
      says: /DISCORD_BOT_TOKEN/,
      identifies: 0,
    },
  ]
) {
  Deno.test(`in Kubernetes the bot stays with ${what}, is not ready and says why`, async () => {
    await using around = await Surroundings.open(options);
    const bot = around.start({ name: "bot-a", env: { ...await around.pod("bot-a"), ...env } });
    const { error, retryMs } = await bot.line("Discord refuses the bot, trying again later");
    assertMatch(String(error), says);
    assertEquals(retryMs, 600_000);
    const [ready, health] = await Promise.all([bot.get("/ready"), bot.get("/health")]);
    assertMatch(await ready.text(), says);
    assertEquals([ready.status, health.status, await health.text()], [503, 200, "ok\n"]);
    // Longer than discord.js waits before it would connect again.
    await until("a moment passes", () => Date.now() - Date.parse(bot.lines.at(-1)?.time ?? "") > 1_500);
    assertEquals(around.discord.gateway.identifies, identifies);
    assertEquals((await bot.end("SIGTERM")).code, 0);
    assertEquals(around.leaseApi.requests, [], "a replica that cannot reach Discord leads nobody");
  });
}
