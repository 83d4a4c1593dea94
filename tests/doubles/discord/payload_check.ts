/** The rules for messages and modals that Discord enforces and its schemas leave out. */

import { ButtonStyle, ComponentType, MessageFlags } from "discord-api-types/v10";
import { type Fieldwise, invalidForm } from "./errors.ts";
import { type Json, number, object, objects, text } from "./json.ts";

const EMBEDS_TOTAL = 6_000;
const CONTENT = 2_000;
const TOP_LEVEL_ROWS = 5;
const COMPONENTS_V2_TOTAL = 40;
const WEB_ADDRESS = /^https?:\/\//;
const LINK_ADDRESS = /^(https?|discord):\/\//;
const SELECTS: ReadonlySet<unknown> = new Set([
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]);

type Path = readonly (string | number)[];

interface Placed {
  readonly component: Json;
  readonly path: Path;
}

/** Collects what is wrong, then refuses all of it at once. */
class Findings {
  readonly #found: Fieldwise[] = [];

  add(path: Path, message: string): void {
    this.#found.push({ path, message });
  }

  refuse(): void {
    if (this.#found.length > 0) throw invalidForm(this.#found);
  }
}

/** Flags that a bot may set on this kind of message. */
const ANSWER_FLAGS = MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2 | MessageFlags.IsVoiceMessage;

/**
 * Checks the data of a message: an answer, a followup, an edit or a message to a channel.
 *
 * @throws 400/50035.
 */
export function checkMessage(data: Json, options: { ephemeralAllowed: boolean; prefix?: Path }): void {
  const findings = new Findings();
  const at = (...path: Path): Path => [...options.prefix ?? [], ...path];
  const flags = number(data.flags, 0);
  const allowed = options.ephemeralAllowed ? ANSWER_FLAGS : ANSWER_FLAGS & ~MessageFlags.Ephemeral;
  if ((flags & ~allowed) !== 0) findings.add(at("flags"), `flags ${flags & ~allowed} cannot be set on this message`);
  if (text(data.content).length > CONTENT) findings.add(at("content"), `Must be ${CONTENT} or fewer in length.`);
  checkEmbeds(data, findings, at);
  checkAllowedMentions(object(data.allowed_mentions), findings, at);
  checkComponents(data, (flags & MessageFlags.IsComponentsV2) !== 0, { findings, at });
  findings.refuse();
}

function checkEmbeds(data: Json, findings: Findings, at: (...path: Path) => Path): void {
  let total = 0;
  objects(data.embeds).forEach((embed, index) => {
    const fields = objects(embed.fields);
    const parts = [embed.title, embed.description, object(embed.footer).text, object(embed.author).name];
    total += [...parts, ...fields.flatMap((field) => [field.name, field.value])].reduce<number>(
      (sum, part) => sum + text(part).length,
      0,
    );
    fields.forEach((field, nth) => {
      for (const key of ["name", "value"]) {
        if (text(field[key]).trim() === "") {
          findings.add(at("embeds", index, "fields", nth, key), "This field is required");
        }
      }
    });
    for (const key of ["image", "thumbnail"]) {
      const url = text(object(embed[key]).url);
      if (url !== "" && !WEB_ADDRESS.test(url) && !url.startsWith("attachment://")) {
        findings.add(at("embeds", index, key, "url"), `Scheme of "${url}" must be one of ('http', 'https').`);
      }
    }
    const url = text(embed.url);
    if (url !== "" && !WEB_ADDRESS.test(url)) findings.add(at("embeds", index, "url"), "Not a well formed URL.");
    const shown = parts.some((part) => text(part) !== "") || fields.length > 0 || embed.image || embed.thumbnail;
    if (!shown) findings.add(at("embeds", index), "An embed must not be empty");
  });
  if (total > EMBEDS_TOTAL) {
    findings.add(at("embeds"), `Embed size exceeds maximum size of ${EMBEDS_TOTAL} (${total} over all embeds)`);
  }
}

function checkAllowedMentions(allowed: Json, findings: Findings, at: (...path: Path) => Path): void {
  const parse = Array.isArray(allowed.parse) ? allowed.parse : [];
  for (const kind of ["users", "roles"]) {
    const list = allowed[kind];
    if (parse.includes(kind) && Array.isArray(list) && list.length > 0) {
      findings.add(at("allowed_mentions"), `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`);
    }
  }
}

interface Checked {
  readonly findings: Findings;
  readonly at: (...path: Path) => Path;
}

function checkComponents(data: Json, componentsV2: boolean, { findings, at }: Checked): void {
  const rows = objects(data.components);
  const placed = rows.flatMap((row, index) => walk(row, at("components", index)));
  if (!componentsV2) {
    if (rows.length > TOP_LEVEL_ROWS) findings.add(at("components"), `Must be ${TOP_LEVEL_ROWS} or fewer in length.`);
    rows.forEach((row, index) => {
      if (row.type !== ComponentType.ActionRow) {
        findings.add(
          at("components", index, "type"),
          'Value of field "type" must be one of (1,) without IsComponentsV2.',
        );
      }
    });
  } else {
    for (const key of ["content", "embeds", "poll", "sticker_ids"]) {
      const value = data[key];
      if (Array.isArray(value) ? value.length > 0 : value) {
        findings.add(at(key), `The "${key}" field cannot be used when using MessageFlags.IS_COMPONENTS_V2`);
      }
    }
    if (placed.length > COMPONENTS_V2_TOTAL) {
      findings.add(at("components"), `At most ${COMPONENTS_V2_TOTAL} components.`);
    }
  }
  for (const { component, path } of placed) {
    if (component.type === ComponentType.ActionRow) checkRow(component, path, findings);
    if (component.type === ComponentType.Button) checkButton(component, path, findings);
    if (component.type === ComponentType.StringSelect) checkOptions(component, path, findings);
  }
  checkUnique(placed, findings);
}

/**
 * Checks the data of a modal.
 *
 * @throws 400/50035.
 */
export function checkModal(data: Json, prefix: Path): void {
  const findings = new Findings();
  const tops = objects(data.components);
  if (tops.length > TOP_LEVEL_ROWS) findings.add([...prefix, "components"], "Must be between 1 and 5 in length.");
  const placed = tops.flatMap((top, index) => walk(top, [...prefix, "components", index]));
  for (const { component, path } of placed) {
    if (component.type === ComponentType.ActionRow) {
      if (objects(component.components).length !== 1) findings.add([...path, "components"], "Must be 1 in length.");
      const input = objects(component.components)[0];
      if (input && text(input.label) === "") {
        findings.add([...path, "components", 0, "label"], "This field is required");
      }
    }
    if (component.type === ComponentType.Label && text(object(component.component).label) !== "") {
      findings.add([...path, "component", "label"], "A component in a label cannot have a label of its own.");
    }
    if (component.type === ComponentType.TextInput) checkTextInput(component, path, findings);
    if (component.type === ComponentType.StringSelect) checkOptions(component, path, findings);
  }
  checkUnique(placed, findings);
  findings.refuse();
}

/** A component and all components in it. */
function walk(component: Json, path: Path): Placed[] {
  const inner = objects(component.components).flatMap((child, index) => walk(child, [...path, "components", index]));
  const single = ["component", "accessory"].flatMap((key) =>
    component[key] === undefined ? [] : walk(object(component[key]), [...path, key])
  );
  return [{ component, path }, ...inner, ...single];
}

function checkRow(row: Json, path: Path, findings: Findings): void {
  const children = objects(row.components);
  if (children.some(({ type }) => SELECTS.has(type)) && children.length > 1) {
    findings.add([...path, "components"], "A select menu takes a whole row.");
  }
}

function checkButton(button: Json, path: Path, findings: Findings): void {
  const isLink = button.style === ButtonStyle.Link;
  if (isLink && text(button.url) === "") findings.add([...path, "url"], "A url is required");
  if (isLink && !LINK_ADDRESS.test(text(button.url))) {
    findings.add([...path, "url"], "Scheme must be http, https or discord.");
  }
  if (isLink && button.custom_id) findings.add([...path, "custom_id"], "A link button cannot have a custom id");
  if (!isLink && button.style !== ButtonStyle.Premium) {
    if (text(button.custom_id) === "") findings.add([...path, "custom_id"], "A custom id is required");
    if (button.url) findings.add([...path, "url"], "Only link buttons have a url");
  }
  if (text(button.label).trim() === "" && !button.emoji && button.style !== ButtonStyle.Premium) {
    findings.add([...path, "label"], "A label or an emoji is required");
  }
}

function checkOptions(select: Json, path: Path, findings: Findings): void {
  const options = objects(select.options);
  const [min, max] = [number(select.min_values, 1), number(select.max_values, 1)];
  if (min > max) findings.add([...path, "min_values"], `min_values ${min} exceeds max_values ${max}`);
  if (max > options.length) {
    findings.add([...path, "max_values"], `max_values ${max} exceeds ${options.length} options`);
  }
  const seen = new Set<unknown>();
  options.forEach((option, index) => {
    if (text(option.label).trim() === "") findings.add([...path, "options", index, "label"], "This field is required");
    if (seen.has(option.value)) {
      findings.add([...path, "options", index, "value"], "The specified option value is already used");
    }
    seen.add(option.value);
  });
  if (options.filter((option) => option.default === true).length > max) {
    findings.add([...path, "options"], `More defaults than max_values ${max}`);
  }
}

function checkTextInput(input: Json, path: Path, findings: Findings): void {
  const min = number(input.min_length, 0);
  const max = number(input.max_length, 4_000);
  const value = text(input.value);
  if (min > max) findings.add([...path, "min_length"], `min_length ${min} exceeds max_length ${max}`);
  if (value !== "" && (value.length < min || value.length > max)) {
    findings.add([...path, "value"], `Must be between ${min} and ${max} in length.`);
  }
}

function checkUnique(placed: readonly Placed[], findings: Findings): void {
  const seen = { custom_id: new Set<unknown>(), id: new Set<unknown>() };
  for (const { component, path } of placed) {
    for (const key of ["custom_id", "id"] as const) {
      const value = component[key];
      if (value === undefined || value === null || value === 0) continue;
      if (seen[key].has(value)) findings.add([...path, key], `Component ${key} "${value}" is used twice`);
      seen[key].add(value);
    }
  }
}
