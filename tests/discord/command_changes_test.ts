import { assert, assertEquals } from "@std/assert";
import {
  type APIApplicationCommand,
  ApplicationCommandOptionType,
  ApplicationCommandType,
} from "discord-api-types/v10";
import {
  type CommandDefinition,
  compareCommands,
  definitionOf,
  hasChanges,
} from "../../src/discord/command_changes.ts";

const DEFINED: CommandDefinition = {
  name: "wiki",
  description: "The wiki",
  contexts: [1, 0],
  options: [{ type: ApplicationCommandOptionType.Integer, name: "n", description: "How many", min_value: 0 }],
};

/** As Discord answers it. */
const REGISTERED: APIApplicationCommand = {
  id: "1",
  application_id: "2",
  version: "3",
  type: ApplicationCommandType.ChatInput,
  name: "wiki",
  name_localizations: null,
  description: "The wiki",
  description_localizations: null,
  default_member_permissions: null,
  nsfw: false,
  contexts: [0, 1],
  integration_types: [0],
  options: [
    { type: ApplicationCommandOptionType.Integer, name: "n", description: "How many", min_value: 0, required: false },
  ],
};

const EVERYWHERE = { guildId: null };

Deno.test("what Discord adds by itself is no change", () => {
  assert(!hasChanges(compareCommands([REGISTERED], [DEFINED], EVERYWHERE)));
});

Deno.test("every difference that people could notice is a change", () => {
  const option = { type: ApplicationCommandOptionType.Integer as const, name: "n", description: "How many" };
  const differences: Partial<CommandDefinition & { description: string; options: unknown[] }>[] = [
    { description: "A wiki" },
    { contexts: [0] },
    { default_member_permissions: "0" },
    { nsfw: true },
    { options: [] },
    { options: [{ ...option, min_value: 1 }] },
    { options: [{ ...option, min_value: 0, required: true }] },
    { name_localizations: { de: "wissen" } },
    { integration_types: [0, 1] },
  ];
  for (const difference of differences) {
    const { changed } = compareCommands([REGISTERED], [{ ...DEFINED, ...difference } as CommandDefinition], EVERYWHERE);
    assertEquals(changed, ["/wiki"], JSON.stringify(difference));
  }
});

Deno.test("contexts say nothing for commands of a guild", () => {
  const { contexts: _, ...registered } = { ...REGISTERED, guild_id: "9" };
  assert(!hasChanges(compareCommands([registered], [DEFINED], { guildId: "9" })));
});

Deno.test("a registered command can be registered again as it is", () => {
  const again = definitionOf(REGISTERED);
  assertEquals([again.id, again.name, again.version], [undefined, "wiki", undefined]);
});
