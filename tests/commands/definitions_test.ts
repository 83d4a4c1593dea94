import { assertEquals } from "@std/assert";
import { Routes } from "discord.js";
import { definitions } from "../../src/commands/definitions.ts";
import { createRest } from "../../src/discord/rest.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { startDiscordDouble } from "../doubles/discord/double.ts";

Deno.test("Discord accepts the commands", async () => {
  await using discord = await startDiscordDouble();
  const log = createLog({ level: "error", format: "json", write: () => {} });
  const rest = createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics: createMetrics() });
  await rest.put(Routes.applicationCommands(discord.applicationId), { body: definitions });
  assertEquals(discord.world.commands().length, definitions.length);
});

Deno.test("names and options are those that servers know", () => {
  const paths = definitions.flatMap((command) => {
    const options = "options" in command ? command.options ?? [] : [];
    const subcommands = options.map((option) => {
      const names = "options" in option
        ? option.options?.map(({ name, required }) => required ? `${name}*` : name)
        : [];
      return `${command.name} ${option.name}(${names?.join(" ")})`;
    });
    return subcommands.length > 0 ? subcommands : [command.name];
  });
  assertEquals(paths, [
    "ping",
    "wiki search(query*)",
    "wiki view(title*)",
    "wiki edit(title)",
    "quote add(text* author tags)",
    "quote random(tags)",
    "Save as Quote",
  ]);
});

Deno.test("only /ping is offered in direct messages", () => {
  const inDms = definitions.filter(({ contexts }) => contexts?.some((context) => context !== 0));
  assertEquals(inDms.map(({ name }) => name), ["ping"]);
});
