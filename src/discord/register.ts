/**
 * How Discord gets to know the commands. Nothing is written when nothing differs: Discord allows 200 creates a day and guild, and
 * every overwrite makes people's apps load the list anew.
 */
import type { REST } from "discord.js";
import { type APIApplicationCommand, Routes } from "discord-api-types/v10";
import type { Log } from "../log.ts";
import {
  type CommandChanges,
  type CommandDefinition,
  commandKey,
  commandName,
  type CommandScope,
  compareCommands,
  definitionOf,
  hasChanges,
} from "./command_changes.ts";
import { listGuildIds } from "./guilds.ts";
import { discordFailure } from "./rest.ts";

export interface RegistrationOptions {
  rest: REST;
  applicationId: string;
  scope: CommandScope;
  definitions: readonly CommandDefinition[];
  /** Also remove our commands from the other scope, where they would show up twice. */
  cleanup?: boolean;
}

interface Leftover extends CommandScope {
  names: string[];
  keep: Record<string, unknown>[];
}

/** What a registration will do. */
export interface RegistrationPlan extends RegistrationOptions {
  changes: CommandChanges;
  /** Where else our commands are registered: how they are called, and what is to be kept there. */
  leftovers: Leftover[];
}

/** Reads what is registered and compares; writes nothing. @throws {Failure} */
export async function planRegistration(options: RegistrationOptions): Promise<RegistrationPlan> {
  const { scope, definitions, cleanup = false } = options;
  const changes = compareCommands(await readCommands(options, scope), definitions, scope);
  return { ...options, changes, leftovers: cleanup ? await findLeftovers(options) : [] };
}

/** The plan as lines for operators. */
export function describePlan({ scope, changes, leftovers }: RegistrationPlan): string[] {
  return [
    `Commands ${placeOf(scope)}: ${hasChanges(changes) ? "will be overwritten" : "are up to date"}`,
    ...changes.added.map((name) => `  + ${name}`),
    ...changes.changed.map((name) => `  ~ ${name}`),
    ...changes.removed.map((name) => `  - ${name}`),
    ...leftovers.flatMap((leftover) => leftover.names.map((name) => `  - ${name} ${placeOf(leftover)}`)),
    `  ${changes.unchanged.length} unchanged`,
  ];
}

/** Does what the plan says; a bulk overwrite only if something differs. @throws {Failure} */
export async function applyRegistration(plan: RegistrationPlan): Promise<void> {
  const { rest, applicationId, scope, definitions, changes, leftovers } = plan;
  if (hasChanges(changes)) {
    await rest.put(commandsRoute(applicationId, scope), { body: definitions })
      .catch(failing(`register ${definitions.length} commands ${placeOf(scope)}`));
  }
  for (const leftover of leftovers) {
    await rest.put(commandsRoute(applicationId, leftover), { body: leftover.keep })
      .catch(failing(`remove ${leftover.names.join(", ")} ${placeOf(leftover)}`));
  }
}

export interface AutoRegistrationOptions extends Omit<RegistrationOptions, "scope" | "cleanup"> {
  log: Log;
  /** Called right before the write; throwing prevents it. */
  assertHeld(): void;
}

/**
 * Registers the commands everywhere if that changes anything and takes nothing away: commands that are not ours were made by someone
 * else, so an operator has to decide.
 *
 * @throws {Failure}, and whatever `assertHeld` throws
 */
export async function autoRegister(
  options: AutoRegistrationOptions,
): Promise<"unchanged" | "registered" | "left_alone"> {
  const { log, assertHeld } = options;
  const plan = await planRegistration({ ...options, scope: { guildId: null } });
  const { added, changed, removed } = plan.changes;
  if (removed.length > 0) {
    log.warn("the application has commands that are not ours; leaving all as they are", {
      foreign: removed,
      remedy: "`register --global` shows the difference and replaces all; REGISTER_COMMANDS=never ends this message",
    });
    return "left_alone";
  }
  if (!hasChanges(plan.changes)) return "unchanged";
  assertHeld();
  await applyRegistration(plan);
  log.info("registered commands", { added, changed });
  return "registered";
}

async function findLeftovers(options: RegistrationOptions): Promise<Leftover[]> {
  const { rest, scope, definitions } = options;
  const ours = new Set(definitions.map(commandKey));
  const others = scope.guildId === null ? await listGuildIds(rest) : [null];
  const leftovers: Leftover[] = [];
  for (const guildId of others) {
    const registered = await readCommands(options, { guildId });
    const names = registered.filter((command) => ours.has(commandKey(command))).map(commandName);
    const keep = registered.filter((command) => !ours.has(commandKey(command))).map(definitionOf);
    if (names.length > 0) leftovers.push({ guildId, names, keep });
  }
  return leftovers;
}

async function readCommands(
  { rest, applicationId }: RegistrationOptions,
  scope: CommandScope,
): Promise<APIApplicationCommand[]> {
  const query = new URLSearchParams({ with_localizations: "true" });
  const attempted = `read the commands ${placeOf(scope)}`;
  const answer = await rest.get(commandsRoute(applicationId, scope), { query }).catch(failing(attempted));
  return Array.isArray(answer) ? answer : [];
}

function commandsRoute(applicationId: string, { guildId }: CommandScope): `/${string}` {
  return guildId === null
    ? Routes.applicationCommands(applicationId)
    : Routes.applicationGuildCommands(applicationId, guildId);
}

function placeOf({ guildId }: CommandScope): string {
  return guildId === null ? "everywhere" : `in guild ${guildId}`;
}

function failing(attempted: string): (thrown: unknown) => never {
  return (thrown) => {
    throw discordFailure(thrown, attempted);
  };
}
