import { assertEquals, assertRejects } from "@std/assert";
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  SlashCommandBuilder,
} from "discord.js";
import type { CommandDefinition } from "../../src/discord/command_changes.ts";
import { applyRegistration, autoRegister, describePlan, planRegistration } from "../../src/discord/register.ts";
import { createRest } from "../../src/discord/rest.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";

/** One of each kind, with everything that Discord fills in or turns round. */
const OURS: CommandDefinition[] = [
  new SlashCommandBuilder().setName("wiki").setDescription("The wiki")
    .setContexts(InteractionContextType.Guild)
    .addSubcommand((sub) =>
      sub.setName("view").setDescription("Shows a page")
        .addStringOption((option) =>
          option.setName("title").setDescription("Which").setRequired(true).setAutocomplete(true)
        )
        .addIntegerOption((option) => option.setName("limit").setDescription("How many").setMinValue(0))
    ).toJSON(),
  new SlashCommandBuilder().setName("hivemind").setDescription("Settings")
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild).toJSON(),
  { type: ApplicationCommandType.Message, name: "Save as Quote" },
];

const FOREIGN: CommandDefinition = {
  name: "music",
  description: "Plays",
  integration_types: [ApplicationIntegrationType.GuildInstall],
};

const EVERYWHERE = { guildId: null };

function registry(discord: DiscordDouble) {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "text", write: (line) => lines.push(line) });
  const rest = createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
  const common = { rest, applicationId: discord.applicationId };
  return {
    lines,
    plan: (definitions: CommandDefinition[], scope: { guildId: string | null } = EVERYWHERE, cleanup = false) =>
      planRegistration({ ...common, scope, definitions, cleanup }),
    put: async (definitions: CommandDefinition[], scope: { guildId: string | null } = EVERYWHERE) => {
      await applyRegistration(await planRegistration({ ...common, scope, definitions }));
    },
    auto: (definitions: CommandDefinition[], assertHeld = () => {}) =>
      autoRegister({ ...common, definitions, log, assertHeld }),
    writes: () => discord.effects.of("commands"),
  };
}

Deno.test("new commands are shown first and registered then", async () => {
  await using discord = await startDiscordDouble();
  const { plan, writes } = registry(discord);
  const planned = await plan(OURS);
  assertEquals(describePlan(planned), [
    "Commands everywhere: will be overwritten",
    "  + /wiki",
    "  + /hivemind",
    "  + Save as Quote (message menu)",
    "  0 unchanged",
  ]);
  assertEquals(writes().length, 0);
  await applyRegistration(planned);
  assertEquals(discord.world.commands().map(({ name }) => name), ["wiki", "hivemind", "Save as Quote"]);
});

Deno.test("commands that Discord gives back with its own defaults count as unchanged and are not written", async () => {
  await using discord = await startDiscordDouble();
  const guild = discord.world.addGuild();
  const { plan, put, writes } = registry(discord);
  for (const scope of [EVERYWHERE, { guildId: guild.id }]) {
    await put(OURS, scope);
    const before = writes().length;
    const planned = await plan(OURS.toReversed(), scope);
    assertEquals([planned.changes.unchanged.length, planned.changes.changed], [3, []]);
    await applyRegistration(planned);
    assertEquals(writes().length, before);
  }
});

Deno.test("added, changed and removed commands are told apart", async () => {
  await using discord = await startDiscordDouble();
  const { plan, put } = registry(discord);
  await put([...OURS, FOREIGN]);
  const changed: CommandDefinition = { name: "hivemind", description: "Settings of this server" };
  const menu: CommandDefinition = { type: ApplicationCommandType.User, name: "Save as Quote" };
  const { changes } = await plan([...OURS.filter(({ name }) => name !== "hivemind"), changed, menu]);
  assertEquals(changes, {
    added: ["Save as Quote (user menu)"],
    changed: ["/hivemind"],
    removed: ["/music"],
    unchanged: ["/wiki", "Save as Quote (message menu)"],
  });
});

Deno.test("cleaning up takes our commands out of the other scope and leaves those of others", async () => {
  await using discord = await startDiscordDouble();
  const [one, two] = [discord.world.addGuild(), discord.world.addGuild()];
  const { plan, put } = registry(discord);
  await put([...OURS, FOREIGN], { guildId: one.id });
  await put([FOREIGN], { guildId: two.id });
  const planned = await plan(OURS, EVERYWHERE, true);
  assertEquals(planned.leftovers.map(({ guildId, names }) => [guildId, names.length]), [[one.id, 3]]);
  await applyRegistration(planned);
  for (const guild of [one, two]) assertEquals(discord.world.commands(guild.id).map(({ name }) => name), ["music"]);

  const back = await plan(OURS, { guildId: one.id }, true);
  await applyRegistration(back);
  assertEquals(discord.world.commands(), []);
  assertEquals(discord.world.commands(one.id).length, 3);
});

Deno.test("on its own the bot registers once, and then only when something differs", async () => {
  await using discord = await startDiscordDouble();
  const { auto, writes } = registry(discord);
  assertEquals(await auto(OURS), "registered");
  assertEquals(await auto(OURS), "unchanged");
  assertEquals(await auto([...OURS, FOREIGN]), "registered");
  assertEquals(writes().length, 2);
});

Deno.test("on its own the bot never removes commands that are not its own, and says how to register", async () => {
  await using discord = await startDiscordDouble();
  const { auto, put, writes, lines } = registry(discord);
  await put([FOREIGN]);
  assertEquals(await auto(OURS), "left_alone");
  assertEquals(writes().length, 1);
  assertEquals(lines.filter((line) => line.includes("music") && line.includes("register --global")).length, 1);
});

Deno.test("nothing is registered when leadership has ended meanwhile", async () => {
  await using discord = await startDiscordDouble();
  const { auto, writes } = registry(discord);
  const ended = () => {
    throw new Failure("stale_term", "ended");
  };
  await assertRejects(() => auto(OURS, ended), Failure, "ended");
  assertEquals(writes().length, 0);
});

Deno.test("a refusal says what was attempted", async () => {
  await using discord = await startDiscordDouble();
  const { plan } = registry(discord);
  discord.fault({ route: "GET /applications/:application/commands" }, { kind: "status", status: 403, code: 50001 });
  const failure = await assertRejects(() => plan(OURS), Failure, "read the commands everywhere");
  assertEquals(failure.kind, "not_yours");
});
