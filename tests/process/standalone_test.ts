/** The shortest way to a running bot: a token and nothing else. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Surroundings } from "./surroundings.ts";

Deno.test("with a token and nothing else the bot stands alone: it syncs, answers and stops", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  const guild = discord.world.addGuild({ name: "Beekeepers", memberCount: 1_234 });
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  await bot.line("detected standalone environment, running syncs directly");
  const { backend } = await bot.line("hivemind-bot starts");
  assertEquals(backend, "embedded");
  const { members } = await bot.line("member sync finished");
  assertEquals(members, 1_234);
  const [row] = around.rows("data", "SELECT count(*) AS count FROM members WHERE guild_id = ?", guild.id);
  assertEquals(row?.count, 1_234);
  assert(discord.world.commands().length > 0, "the commands are registered");

  const pong = await discord.interact.slash("ping").answer();
  assertStringIncludes(pong.text, "Pong");
  assertStringIncludes(pong.text, "led by standalone");
  const { ready, election } = await bot.state();
  assertEquals([ready, election], [true, "standalone"]);
  assertEquals((await (await bot.get("/ready")).text()).trim(), "ok");

  assertEquals((await bot.end("SIGTERM")).code, 0);
  assertEquals(bot.complaints, []);
  assertEquals(around.leaseApi.requests, []);
});

Deno.test("what was saved is there after a restart", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  discord.world.addGuild();
  const env = around.standalone("bot");
  const first = around.start({ name: "bot", env });
  await first.line("connected to Discord");
  await discord.interact.slash("quote add", { text: "The bees know." }).answer();
  assertEquals((await first.end("SIGINT")).code, 0);
  const second = around.start({ name: "bot again", env });
  await second.line("connected to Discord");
  assertStringIncludes((await discord.interact.slash("quote random").answer()).text, "The bees know.");
});

Deno.test("in Kubernetes a bot whose election is turned off runs the syncs directly", async () => {
  await using around = await Surroundings.open();
  around.discord.world.addGuild({ memberCount: 20 });
  const bot = around.start({ name: "bot-a", env: { ...await around.pod("bot-a"), DISABLE_LEADER_ELECTION: "true" } });
  await bot.line("detected standalone environment, running syncs directly");
  await bot.line("member sync finished");
  assertEquals(around.leaseApi.requests, []);
});
