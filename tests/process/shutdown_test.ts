/** SIGTERM at any moment: the process ends within 20 s with exit code 0, and owes nobody anything. A second signal ends it at once. */
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { startTcpProxy } from "../doubles/tcp_proxy.ts";
import type { BotProcess } from "./bot_process.ts";
import { freePort } from "./free_port.ts";
import { Surroundings } from "./surroundings.ts";
import { until } from "./until.ts";

const ELECTED = "elected as sync leader, starting member sync job";

/** Asks it to stop. */
async function assertStops(bot: BotProcess, { withinMs = 20_000 } = {}): Promise<void> {
  const askedAtMs = performance.now();
  const { code } = await bot.end("SIGTERM");
  assertEquals([code, bot.complaints], [0, []], bot.output.join("\n"));
  assertLess(performance.now() - askedAtMs, withinMs);
  assert(bot.lines.some(({ msg }) => msg === "stopped"), bot.output.join("\n"));
}

Deno.test("SIGTERM while the bot waits for its backend ends it", async () => {
  await using around = await Surroundings.open();
  const backend = { hostname: "127.0.0.1", port: freePort() };
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), ...around.withBackend(backend) } });
  await bot.line("waiting for the backend");
  await assertStops(bot, { withinMs: 5_000 });
  assertEquals(around.discord.requests, []);
});

Deno.test("SIGTERM while Discord cannot be reached ends the bot", async () => {
  await using around = await Surroundings.open();
  const env = { ...around.standalone("bot"), DISCORD_API_BASE: `http://127.0.0.1:${freePort()}/api` };
  const bot = around.start({ name: "bot", env });
  await bot.line("cannot connect to Discord, trying again");
  await assertStops(bot, { withinMs: 5_000 });
});

Deno.test("SIGTERM while Discord does not answer the login ends the bot", async () => {
  await using around = await Surroundings.open();
  const silence = around.discord.fault({ route: "GET /gateway/bot" }, { kind: "stall", forMs: Infinity });
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  await until("the bot asks for the gateway", () => silence.hits > 0);
  await assertStops(bot, { withinMs: 8_000 });
  assertEquals(around.discord.gateway.identifies, 0);
});

Deno.test("SIGTERM while the bot waits for its turn to identify ends it without one more IDENTIFY", async () => {
  await using around = await Surroundings.open({ identifyWindowMs: 60_000 });
  const { gateway } = around.discord;
  const first = around.start({ name: "first", env: around.standalone("first") });
  await first.line("connected to Discord");
  const second = around.start({
    name: "second",
    env: { ...around.standalone("second"), HIVEMIND_DATA_DIR: `${around.dir}/2` },
  });
  await until("its first IDENTIFY is refused", () => gateway.identifiesRefused === 1);
  await assertStops(second, { withinMs: 8_000 });
  assertEquals(gateway.identifies, 2);
});

Deno.test("SIGTERM in the middle of a member sync stops the sync first, then releases the lease", async () => {
  await using around = await Surroundings.open();
  const guild = around.discord.world.addGuild({ memberCount: 5_000 });
  const stalled = around.discord.fault(
    { route: "GET /guilds/:id/members", skip: 2, times: 99 },
    { kind: "stall", forMs: Infinity },
  );
  const bot = around.start({ name: "bot-a", env: await around.pod("bot-a") });
  await bot.line(ELECTED);
  await until("the sync is held up", () => stalled.hits > 0);
  await assertStops(bot);
  const said = bot.lines.map(({ msg }) => msg);
  assert(said.indexOf("member sync interrupted, the next leader goes on") < said.indexOf("released sync leadership"));
  assertEquals(around.lease?.spec.holderIdentity, "");
  assertEquals(around.lease?.spec.leaseDurationSeconds, 1);

  around.discord.clearFaults();
  const next = around.start({
    name: "bot-b",
    env: { ...await around.pod("bot-b"), HIVEMIND_DATA_DIR: `${around.dir}/data-of-bot-a` },
  });
  const { resumed } = await next.line("member sync started");
  assertEquals(resumed, true, "the next leader goes on where this one stopped");
  await next.line("member sync finished");
  const [row] = around.rows("data-of-bot-a", "SELECT count(*) AS count FROM members WHERE guild_id = ?", guild.id);
  assertEquals(row?.count, 5_000);
});

Deno.test("SIGTERM while an interaction is worked on: it gets its answer, and new ones are left to others", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  discord.world.addGuild();
  await using proxy = startTcpProxy({ target: await around.startBackend() });
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), ...around.withBackend(proxy) } });
  await bot.line("member sync finished");
  proxy.stall();
  const running = discord.interact.slash("wiki search", { query: "bees" });
  await running.firstAnswer();
  const ending = assertStops(bot);
  await bot.line("stopping");
  assertEquals(await (await bot.get("/ready")).text(), "stopping\n");
  const later = discord.interact.slash("ping");
  proxy.heal();
  assertStringIncludes((await running.answer()).text, "No page matches");
  await ending;
  assertEquals(later.attempts, []);
});

Deno.test("a second signal ends the bot at once, whatever it waits for", async () => {
  await using around = await Surroundings.open();
  around.discord.world.addGuild();
  await using proxy = startTcpProxy({ target: await around.startBackend() });
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), ...around.withBackend(proxy) } });
  await bot.line("member sync finished");
  proxy.stall();
  await around.discord.interact.slash("wiki search", { query: "bees" }).firstAnswer();
  bot.signal("SIGTERM");
  await bot.line("stopping");
  const askedAtMs = performance.now();
  assertEquals((await bot.end("SIGINT")).code, 1);
  assertLess(performance.now() - askedAtMs, 1_000);
  await bot.line("second signal, ending at once");
});

Deno.test("SIGTERM ends the backend's process, with connected clients", async () => {
  await using around = await Surroundings.open();
  const backend = await around.startBackend();
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), ...around.withBackend(backend) } });
  await bot.line("connected to Discord");
  assertEquals((await backend.end("SIGTERM")).code, 0);
  await assertStops(bot);
});
