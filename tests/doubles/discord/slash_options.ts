/** Options of a slash command as Discord sends them: nested below their subcommand, references resolved, checked by the definition. */

import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  type APIAttachment,
  ApplicationCommandOptionType as Type,
} from "discord-api-types/v10";
import type { OptionValue, Upload } from "./contract.ts";
import { type Json, number, object, objects } from "./json.ts";

/** What resolving references needs. */
export interface Resolver {
  user(id: string): Json;
  member(id: string): Json | undefined;
  channel(id: string): Json;
  role(id: string): Json;
  upload(file: Upload): APIAttachment;
}

/** A command as typed. */
export interface Typed {
  readonly name: string;
  readonly options: readonly Json[];
  readonly resolved: Json | undefined;
}

/**
 * Turns `wiki search` and its options into the command's data.
 *
 * @throws an `Error` when the definition, if there is one, does not know or allow what was typed.
 */
export function typedCommand(
  path: string,
  values: Readonly<Record<string, OptionValue>>,
  context: { resolver: Resolver; definition: APIApplicationCommand | undefined; focused?: string },
): Typed {
  const [name = "", ...subcommands] = path.split(" ");
  const { definition, resolver, focused } = context;
  const level = definition && findLevel(definition, subcommands, path);
  if (level) checkValues(path, { level, values, ...(focused === undefined ? {} : { focused }) });
  const resolved = new Map<string, Record<string, unknown>>();
  const leaves = Object.entries(values).map(([option, value]): Json => {
    const { type, plain } = resolve(value, resolver, resolved);
    const defined = level?.find((each) => each.name === option)?.type ?? type;
    return { name: option, type: defined, value: plain, ...(option === focused ? { focused: true } : {}) };
  });
  const options = subcommands.toReversed().reduce<Json[]>((inner, each, depth) => [{
    name: each,
    type: depth === 0 ? Type.Subcommand : Type.SubcommandGroup,
    options: inner,
  }], leaves);
  return { name, options, resolved: resolved.size > 0 ? Object.fromEntries(resolved) : undefined };
}

function resolve(
  value: OptionValue,
  resolver: Resolver,
  resolved: Map<string, Record<string, unknown>>,
): { type: number; plain: string | number | boolean } {
  const put = (kind: string, id: string, entry: unknown) => resolved.set(kind, { ...resolved.get(kind), [id]: entry });
  if (typeof value === "string") return { type: Type.String, plain: value };
  if (typeof value === "boolean") return { type: Type.Boolean, plain: value };
  if (typeof value === "number") return { type: Number.isInteger(value) ? Type.Integer : Type.Number, plain: value };
  if ("user" in value) {
    put("users", value.user, resolver.user(value.user));
    const member = resolver.member(value.user);
    if (member) put("members", value.user, member);
    return { type: Type.User, plain: value.user };
  }
  if ("channel" in value) {
    put("channels", value.channel, resolver.channel(value.channel));
    return { type: Type.Channel, plain: value.channel };
  }
  if ("role" in value) {
    put("roles", value.role, resolver.role(value.role));
    return { type: Type.Role, plain: value.role };
  }
  const attachment = resolver.upload(value.file);
  put("attachments", attachment.id, attachment);
  return { type: Type.Attachment, plain: attachment.id };
}

/** The options that the definition has at the end of a path. */
function findLevel(
  command: APIApplicationCommand,
  subcommands: readonly string[],
  path: string,
): readonly APIApplicationCommandOption[] {
  let level: readonly APIApplicationCommandOption[] = command.options ?? [];
  for (const name of subcommands) {
    const next = level.find((option) => option.name === name);
    if (!next || !("options" in next || next.type === Type.Subcommand)) {
      throw new Error(`Discord double: no command "/${path}"; it has ${level.map((each) => each.name).join(", ")}`);
    }
    level = "options" in next ? next.options ?? [] : [];
  }
  return level;
}

function checkValues(
  path: string,
  { level, values, focused }: {
    level: readonly APIApplicationCommandOption[];
    values: Readonly<Record<string, OptionValue>>;
    focused?: string;
  },
): void {
  const refuse = (why: string): never => {
    throw new Error(`Discord double: nobody can type "/${path}" like this: ${why}`);
  };
  if (level.some(({ type }) => type === Type.Subcommand || type === Type.SubcommandGroup)) {
    refuse("it needs a subcommand");
  }
  for (const [name, value] of Object.entries(values)) {
    const defined = object(level.find((option) => option.name === name));
    if (defined.name === undefined) {
      refuse(`no option ${name}, only ${level.map((option) => option.name).join(", ") || "none"}`);
    }
    if (focused === undefined) checkValue(defined, value, (why) => refuse(`option ${name} ${why}`));
  }
  if (focused !== undefined) {
    if (object(level.find(({ name }) => name === focused)).autocomplete !== true) {
      refuse(`${focused} has no autocomplete`);
    }
    return;
  }
  const missing = level.filter((option) => option.required && values[option.name] === undefined);
  if (missing.length > 0) refuse(`required are ${missing.map(({ name }) => name).join(", ")}`);
}

const FITS: Readonly<Record<number, (value: OptionValue) => boolean>> = {
  [Type.String]: (value) => typeof value === "string",
  [Type.Integer]: (value) => Number.isInteger(value),
  [Type.Number]: (value) => typeof value === "number",
  [Type.Boolean]: (value) => typeof value === "boolean",
  [Type.User]: (value) => typeof value === "object" && "user" in value,
  [Type.Channel]: (value) => typeof value === "object" && "channel" in value,
  [Type.Role]: (value) => typeof value === "object" && "role" in value,
  [Type.Mentionable]: (value) => typeof value === "object" && ("user" in value || "role" in value),
  [Type.Attachment]: (value) => typeof value === "object" && "file" in value,
};

function checkValue(defined: Json, value: OptionValue, refuse: (why: string) => never): void {
  if (FITS[number(defined.type, 0)]?.(value) === false) refuse(`is of another type than ${defined.type}`);
  const choices = objects(defined.choices);
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) refuse("is none of its choices");
  const size = typeof value === "string" ? value.length : value;
  const [low, high] = typeof value === "string" ? ["min_length", "max_length"] : ["min_value", "max_value"];
  if (typeof size !== "number") return;
  if (size < number(defined[low ?? ""], -Infinity)) refuse(`is below ${low}`);
  if (size > number(defined[high ?? ""], Infinity)) refuse(`is above ${high}`);
}
