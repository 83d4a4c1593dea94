/** The rules for a bulk overwrite of commands, schemas and all that they leave out. */

import { ApplicationCommandOptionType, ApplicationCommandType } from "discord-api-types/v10";
import { ApiError, type Fieldwise, invalidForm } from "./errors.ts";
import { type Json, object, objects, text } from "./json.ts";
import { checkSchema } from "./schemas.ts";

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const TEXT_TOTAL = 8_000;
const MOST: Readonly<Record<number, number>> = {
  [ApplicationCommandType.ChatInput]: 100,
  [ApplicationCommandType.User]: 15,
  [ApplicationCommandType.Message]: 15,
};
const NESTS: ReadonlySet<unknown> = new Set([
  ApplicationCommandOptionType.Subcommand,
  ApplicationCommandOptionType.SubcommandGroup,
]);
const COMPLETES: ReadonlySet<unknown> = new Set([
  ApplicationCommandOptionType.String,
  ApplicationCommandOptionType.Integer,
  ApplicationCommandOptionType.Number,
]);

type Path = readonly (string | number)[];

/** The type of a command as sent; none means a slash command. */
export function commandType(command: Json): number {
  return typeof command.type === "number" ? command.type : ApplicationCommandType.ChatInput;
}

/**
 * Checks the body of a bulk overwrite.
 *
 * @throws 400/50035, or 400/30032 for too many commands.
 */
export function checkCommands(body: unknown): readonly Json[] {
  if (!Array.isArray(body)) throw invalidForm([{ path: [], message: "Must be a list of commands" }]);
  const commands = body.map(object);
  const found: Fieldwise[] = [];
  const names = new Set<string>();
  commands.forEach((command, index) => {
    checkSchema("command", normalised(command), [index]);
    checkCommand(command, [index], found);
    const key = `${commandType(command)}/${text(command.name)}`;
    if (names.has(key)) {
      found.push({ path: [index], message: `Application command names must be unique: ${text(command.name)}` });
    }
    names.add(key);
  });
  if (found.length > 0) throw invalidForm(found);
  for (const [type, most] of Object.entries(MOST)) {
    const count = commands.filter((command) => commandType(command) === Number(type)).length;
    if (count <= most) continue;
    throw new ApiError(400, 30032, {
      message: `Maximum number of application commands reached (${most}); ${count} of type ${type}`,
      violation: true,
    });
  }
  return commands;
}

/** Permissions travel as decimal strings, which the schema calls numbers. */
function normalised(command: Json): Json {
  const permissions = command.default_member_permissions;
  if (typeof permissions !== "string" || !/^\d+$/.test(permissions)) return command;
  return { ...command, default_member_permissions: Number(permissions) };
}

function checkCommand(command: Json, path: Path, found: Fieldwise[]): void {
  const isSlash = commandType(command) === ApplicationCommandType.ChatInput;
  if (isSlash) {
    checkName(command, path, found);
    if (text(command.description) === "") {
      found.push({ path: [...path, "description"], message: "This field is required" });
    }
  } else {
    if (text(command.description) !== "") {
      found.push({ path: [...path, "description"], message: "Context menu commands cannot have description" });
    }
    if (objects(command.options).length > 0) {
      found.push({ path: [...path, "options"], message: "Context menu commands cannot have options" });
    }
  }
  checkOptions(command, path, found);
  const length = textLength(command);
  if (length > TEXT_TOTAL) found.push({ path, message: `Command exceeds maximum size (${TEXT_TOTAL}): ${length}` });
}

function checkName(named: Json, path: Path, found: Fieldwise[]): void {
  const names = [text(named.name), ...Object.values(object(named.name_localizations)).map(text)];
  for (const name of names) {
    if (!NAME.test(name) || name !== name.toLowerCase()) {
      found.push({ path: [...path, "name"], message: `Command name is invalid: "${name}"` });
    }
  }
}

function checkOptions(parent: Json, path: Path, found: Fieldwise[]): void {
  const options = objects(parent.options);
  const names = new Set<string>();
  let optionalSeen = false;
  options.forEach((option, index) => {
    const at: Path = [...path, "options", index];
    checkName(option, at, found);
    const name = text(option.name);
    if (names.has(name)) found.push({ path: at, message: `Option name ${name} already exists` });
    names.add(name);
    if (NESTS.has(option.type) !== NESTS.has(options[0]?.type)) {
      found.push({ path: at, message: "Sub-command and option cannot stand side by side" });
    }
    if (!NESTS.has(option.type)) {
      if (option.required === true && optionalSeen) {
        found.push({ path: at, message: "Required options must be placed before non-required options" });
      }
      optionalSeen ||= option.required !== true;
    }
    checkChoices(option, at, found);
    checkOptions(option, at, found);
  });
}

function checkChoices(option: Json, path: Path, found: Fieldwise[]): void {
  const choices = objects(option.choices);
  if (option.autocomplete === true && choices.length > 0) {
    found.push({ path, message: "Autocomplete and choices exclude each other" });
  }
  if (option.autocomplete === true && !COMPLETES.has(option.type)) {
    found.push({ path: [...path, "autocomplete"], message: "This option type has no autocomplete" });
  }
  const values = choices.map(({ value }) => value);
  const names = choices.map(({ name }) => name);
  if (new Set(values).size < values.length || new Set(names).size < names.length) {
    found.push({ path: [...path, "choices"], message: "Choices must be unique" });
  }
  for (const [low, high] of [["min_length", "max_length"], ["min_value", "max_value"]] as const) {
    const [min, max] = [option[low], option[high]];
    if (typeof min === "number" && typeof max === "number" && min > max) {
      found.push({ path: [...path, low], message: `${low} exceeds ${high}` });
    }
  }
}

/** Characters of names, descriptions and choice values of a command and all its options; localizations count by their longest. */
function textLength(node: Json): number {
  const longest = (key: string) =>
    Math.max(
      text(node[key]).length,
      ...Object.values(object(node[`${key}_localizations`])).map((each) => text(each).length),
    );
  const own = longest("name") + longest("description") + text(node.value).length;
  return [...objects(node.options), ...objects(node.choices)].reduce((sum, each) => sum + textLength(each), own);
}
