/** The backend is away, silent, cut off or refuses the bot: the log says what to do, and people get a sentence within Discord's times. */
import { assert, assertEquals, assertLess, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { en } from "../../src/texts/en.ts";
import { startTcpProxy } from "../doubles/tcp_proxy.ts";
import type { BotProcess } from "./bot_process.ts";
import { freePort } from "./free_port.ts";
import { type Address, Surroundings } from "./surroundings.ts";
import { until } from "./until.ts";

/** A person asks twice: `/ping` says what is wrong, `/wiki edit` that it cannot look. The double refuses answers that come too late. */
async function assertPeopleAreTold({ discord }: Surroundings): Promise<void> {
  const [ping, edit] = [discord.interact.slash("ping"), discord.interact.slash("wiki edit", { title: "Bees" })];
  const [pong, refusal] = await Promise.all([ping.answer(), edit.answer()]);
  assertMatch(pong.text, /Pong[^]*Backend: ⚠️ does not answer/);
  assertStringIncludes(refusal.text, en.failed.unreachable);
}

/** At once, or within the second for which a backend that did not answer is spared. */
async function assertPeopleAreServed({ discord }: Surroundings): Promise<void> {
  const sees = async (path: string, options: Record<string, string>, sentence: RegExp) =>
    await until(`/${path} says ${sentence}`, async () => {
      return sentence.test((await discord.interact.slash(path, options).answer()).text);
    }, { withinMs: 3_000 });
  await Promise.all([sees("ping", {}, /Backend: \d+ ms/), sees("wiki search", { query: "bees" }, /No page matches/)]);
}

function startBot(around: Surroundings, backend: Address): BotProcess {
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), ...around.withBackend(backend) } });
  return bot;
}

/** A backend that is not there at all, and comes up later. */
async function comesLater(): Promise<void> {
  await using around = await Surroundings.open();
  around.discord.world.addGuild({ memberCount: 30 });
  const port = freePort();
  const bot = startBot(around, { hostname: "127.0.0.1", port });
  const { error } = await bot.line("waiting for the backend");
  assertMatch(String(error), new RegExp(`127\\.0\\.0\\.1:${port}`));
  await bot.line("the backend cannot be reached; commands will say so until it can");
  await bot.line("connected to Discord");
  await assertPeopleAreTold(around);
  const said = bot.lines.filter(({ msg }) => msg === "waiting for the backend").map(({ error }) => String(error));
  assertLess(said.length, 4, "what stays the same is not said again");
  await around.startBackend({ port });
  await assertPeopleAreServed(around);
  assertEquals((await bot.end("SIGTERM")).code, 0);
}

/** A backend that takes connections and never answers. */
async function neverAnswers(): Promise<void> {
  await using around = await Surroundings.open();
  around.discord.world.addGuild();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const bot = startBot(around, { hostname: "127.0.0.1", port: silent.addr.port });
  await bot.line("the backend cannot be reached; commands will say so until it can");
  await bot.line("connected to Discord");
  await assertPeopleAreTold(around);
  assertEquals((await bot.end("SIGTERM")).code, 0);
}

// Side by side, because most of it is the bot's patience of 15 s.
Deno.test("a backend that is down or silent at the start holds nobody up for ever; when it comes, commands work", async () => {
  await Promise.all([comesLater(), neverAnswers()]);
});

Deno.test("a backend that refuses the service token is said at once, with the variable to mend", async () => {
  await using around = await Surroundings.open();
  around.discord.world.addGuild();
  const backend = await around.startBackend();
  const tokenFile = `${around.dir}/service-token`;
  await Deno.writeTextFile(tokenFile, "another-service-token\n");
  const { BACKEND_SERVICE_TOKEN, ...address } = around.withBackend(backend);
  const env = { ...around.standalone("bot"), ...address, BACKEND_SERVICE_TOKEN_FILE: tokenFile };
  const bot = around.start({ name: "bot", env });
  const { error, time } = await bot.line("the backend refuses the bot");
  assertStringIncludes(String(error), "BACKEND_SERVICE_TOKEN");
  const connected = await bot.line("connected to Discord");
  assertLess(Date.parse(connected.time) - Date.parse(time), 5_000);
  const found = await around.discord.interact.slash("wiki search", { query: "bees" }).answer();
  assertStringIncludes(found.text, en.failed.refused_token);
  assertNotMatch(found.text, /UNAUTHENTICATED|token/i);
  await Deno.writeTextFile(tokenFile, `${BACKEND_SERVICE_TOKEN}\n`);
  await assertPeopleAreServed(around);
  assertEquals(bot.output.filter((line) => line.includes("another-service-token")), []);
});

Deno.test("a backend whose connection is black-holed costs people one sentence, and the next command works after it", async () => {
  await using around = await Surroundings.open();
  around.discord.world.addGuild();
  await using proxy = startTcpProxy({ target: await around.startBackend() });
  const bot = startBot(around, proxy);
  await bot.line("connected to Discord");
  await assertPeopleAreServed(around);
  proxy.stall();
  await assertPeopleAreTold(around);
  proxy.cut();
  proxy.heal();
  await assertPeopleAreServed(around);
  const complaint = bot.lines.find(({ msg, level }) => level !== "info" && /failed|could not/.test(msg));
  assert(complaint !== undefined, bot.output.join("\n"));
});

Deno.test("a backend that is stopped in order and comes back ends no bot, even one that heard its goodbye late", async () => {
  await using around = await Surroundings.open();
  around.discord.world.addGuild();
  const port = freePort();
  let backend = await around.startBackend({ port });
  const bot = startBot(around, backend);
  await bot.line("member sync finished");
  for (let time = 0; time < 4; time++) {
    await assertPeopleAreServed(around);
    bot.signal("SIGSTOP");
    backend.signal("SIGTERM");
    await backend.line("stopping");
    bot.signal("SIGCONT");
    await backend.status;
    backend = await around.startBackend({ port });
  }
  await assertPeopleAreServed(around);
  assertEquals((await bot.end("SIGTERM")).code, 0);
});
