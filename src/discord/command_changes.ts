/** What registering would change: two sets of commands compared, whatever Discord has added to those it keeps. */
import {
  type APIApplicationCommand,
  ApplicationCommandType,
  type RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";

export type CommandDefinition = RESTPostAPIApplicationCommandsJSONBody;

/** Where commands are registered: in one guild, or everywhere. */
export interface CommandScope {
  guildId: string | null;
}

/** Commands by what registering would do to them, as people see them: `/wiki`, `Save as Quote (message menu)`. */
export interface CommandChanges {
  added: string[];
  changed: string[];
  removed: string[];
  unchanged: string[];
}

/** Compares what is registered with what should be. */
export function compareCommands(
  registered: readonly APIApplicationCommand[],
  definitions: readonly CommandDefinition[],
  { guildId }: CommandScope,
): CommandChanges {
  const before = new Map(registered.map((command) => [commandKey(command), command]));
  const after = new Map(definitions.map((command) => [commandKey(command), command]));
  const changes: CommandChanges = { added: [], changed: [], removed: [], unchanged: [] };
  for (const [key, command] of after) {
    const old = before.get(key);
    if (old === undefined) changes.added.push(commandName(command));
    else if (canonical(old, guildId) === canonical(command, guildId)) changes.unchanged.push(commandName(command));
    else changes.changed.push(commandName(command));
  }
  for (const [key, command] of before) if (!after.has(key)) changes.removed.push(commandName(command));
  return changes;
}

/** True when registering would change anything. */
export function hasChanges({ added, changed, removed }: CommandChanges): boolean {
  return added.length + changed.length + removed.length > 0;
}

/** Within a scope, commands are one when type and name are. */
export function commandKey({ type, name }: { type?: ApplicationCommandType | undefined; name: string }): string {
  return `${type ?? ApplicationCommandType.ChatInput} ${name}`;
}

/** A command as people see it. */
export function commandName({ type, name }: { type?: ApplicationCommandType | undefined; name: string }): string {
  if (type === ApplicationCommandType.Message) return `${name} (message menu)`;
  return type === ApplicationCommandType.User ? `${name} (user menu)` : `/${name}`;
}

/** A registered command as it can be registered again. */
export function definitionOf(command: APIApplicationCommand): Record<string, unknown> {
  return without(NOT_DEFINED_BY_US, withoutEmpty(command));
}

/** What only Discord says of a command, and the option that `contexts` has replaced. */
const NOT_DEFINED_BY_US = ["id", "application_id", "guild_id", "version", "dm_permission", "handler"];
/** What Discord ignores for commands of a guild. */
const ONLY_GLOBAL = ["contexts", "integration_types"];
/** Lists whose order says nothing. */
const SETS = new Set(["contexts", "integration_types", "channel_types"]);
/** What Discord fills in. */
const DEFAULTS = { type: ApplicationCommandType.ChatInput, integration_types: [0] };

/** A text that is the same for commands that mean the same. */
function canonical(command: object, guildId: string | null): string {
  const ignored = guildId === null ? NOT_DEFINED_BY_US : [...NOT_DEFINED_BY_US, ...ONLY_GLOBAL];
  return JSON.stringify(ordered(without(ignored, { ...DEFAULTS, ...withoutEmpty(command) })));
}

function without(keys: readonly string[], value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Leaving something out, and saying no, nothing or an empty list, are the same to Discord. */
function withoutEmpty(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => !isEmpty(part)));
}

function ordered(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return SETS.has(key) ? value.toSorted() : value.map((part) => ordered(part));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(withoutEmpty(value)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(parts.map(([name, part]) => [name, ordered(part, name)]));
}
