/** The subcommand `register`: shows what will change in Discord's list of commands, and writes only when something does. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Surroundings } from "./surroundings.ts";

/** Runs `register` and gives what it says. */
async function register(around: Surroundings, ...args: string[]) {
  const { DISCORD_API_BASE, DISCORD_BOT_TOKEN } = around.standalone("operator");
  const env = { DISCORD_API_BASE: DISCORD_API_BASE ?? "", DISCORD_BOT_TOKEN: DISCORD_BOT_TOKEN ?? "" };
  const process = around.start({ name: args.join(" "), args: ["register", ...args], env });
  const { code } = await process.status;
  return { code, said: process.output };
}

/** Somebody registers a command by hand. */
async function addForeignCommand({ discord }: Surroundings, path: string): Promise<void> {
  const response = await fetch(`${discord.apiBase()}/v10/applications/${discord.applicationId}${path}`, {
    method: "PUT",
    headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
    body: JSON.stringify([{ name: "foreign", description: "From somebody else" }]),
  });
  assert(response.ok, await response.text());
}

Deno.test("register --global shows what it will change, writes once, and writes nothing the second time", async () => {
  await using around = await Surroundings.open();
  await addForeignCommand(around, "/commands");
  const before = around.discord.effects.of("commands").length;
  const first = await register(around, "--global");
  assertEquals(first.code, 0, first.said.join("\n"));
  assertEquals(first.said[0], "Commands everywhere: will be overwritten");
  assert(first.said.includes("  + /wiki") && first.said.includes("  - /foreign"), first.said.join("\n"));
  assertEquals(first.said.at(-1), "done");
  const second = await register(around, "--global");
  assertEquals([second.code, second.said[0], second.said.at(-1)], [0, "Commands everywhere: are up to date", "done"]);
  assertEquals(around.discord.effects.of("commands").length - before, 1);
  const names = around.discord.world.commands().map(({ name }) => name);
  assert(names.includes("wiki") && !names.includes("foreign"), names.join());
  assertEquals(around.discord.gateway.identifies, 0);
});

Deno.test("register --guild --cleanup moves the commands from everywhere to one server, and keeps what is not ours", async () => {
  await using around = await Surroundings.open();
  const { discord } = around;
  const guild = discord.world.addGuild();
  await register(around, "--global");
  const moved = await register(around, "--guild", guild.id, "--cleanup");
  assertEquals(moved.code, 0, moved.said.join("\n"));
  assertEquals(moved.said[0], `Commands in guild ${guild.id}: will be overwritten`);
  assert(moved.said.includes("  - /wiki everywhere"), moved.said.join("\n"));
  assertEquals(discord.world.commands(), []);
  assert(discord.world.commands(guild.id).some(({ name }) => name === "wiki"));

  await addForeignCommand(around, `/guilds/${guild.id}/commands`);
  await register(around, "--guild", guild.id);
  const back = await register(around, "--global", "--cleanup");
  assertEquals(back.code, 0, back.said.join("\n"));
  assertEquals(discord.world.commands(guild.id), []);
  assert(discord.world.commands().some(({ name }) => name === "wiki"));
});

Deno.test("a bot that finds foreign commands leaves all alone and says how to register", async () => {
  await using around = await Surroundings.open();
  around.discord.world.addGuild();
  await addForeignCommand(around, "/commands");
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  const { foreign, remedy } = await bot.line("the application has commands that are not ours; leaving all as they are");
  assertEquals(foreign, ["/foreign"]);
  assertMatch(String(remedy), /register --global/);
  assertEquals(around.discord.world.commands().map(({ name }) => name), ["foreign"]);
});

Deno.test("register ends with 2 when Discord refuses the token, with 1 when it cannot be reached, and says which", async () => {
  await using around = await Surroundings.open();
  const refused = around.start({
    name: "refused",
    args: ["register", "--global"],
    env: { DISCORD_API_BASE: around.discord.apiBase(), DISCORD_BOT_TOKEN: "some.other.token" },
  });
  const unreached = around.start({
    name: "unreached",
    args: ["register", "--global"],
    env: { DISCORD_API_BASE: "http://127.0.0.1:1/api", DISCORD_BOT_TOKEN: "some.other.token" },
  });
  assertEquals([(await refused.status).code, refused.output.length], [2, 1], refused.output.join("\n"));
  assertMatch(refused.output[0] ?? "", /is DISCORD_BOT_TOKEN the token/);
  assertEquals([(await unreached.status).code, unreached.output.length], [1, 1], unreached.output.join("\n"));
});
