/** What the bot shows, and how it becomes a payload: within Discord's limits, never pinging anyone, replacing all of what stood there before. */
import { Buffer } from "node:buffer";
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  type APIEmbed,
  type APIModalInteractionResponseCallbackData,
  ButtonStyle,
  ComponentType,
  escapeMarkdown,
  TextInputStyle,
} from "discord.js";
import { cut, fitEmbed, LIMITS, oneLine } from "./limits.ts";

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;
export type Modal = APIModalInteractionResponseCallbackData;

/** A text as an attachment. */
export interface TextFile {
  name: string;
  text: string;
}

/** A message to show. What is left out is empty. */
export interface Card {
  content?: string;
  embed?: APIEmbed;
  rows?: Row[];
  files?: TextFile[];
}

/** The payload of a new message. */
export function asMessage(card: Card) {
  return {
    content: cut(card.content ?? "", LIMITS.content),
    embeds: card.embed ? [fitEmbed(card.embed)] : [],
    components: card.rows ?? [],
    files: (card.files ?? []).map(({ name, text }) => ({ name, attachment: Buffer.from(text) })),
    allowedMentions: { parse: [] },
  };
}

/** The payload of an edit: nothing of the old message stays. */
export function asEdit(card: Card) {
  return { ...asMessage(card), attachments: [] };
}

/** A button that an action answers; see `custom_id.ts`. */
export function button(
  label: string,
  id: string,
  style: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success | ButtonStyle.Danger = ButtonStyle.Secondary,
): APIButtonComponent {
  return { type: ComponentType.Button, style, label: cut(label, LIMITS.buttonLabel), custom_id: id };
}

/** A button that opens an address; undefined for an address that Discord would not take. */
export function linkButton(label: string, url: string): APIButtonComponent | undefined {
  if (url.length > LIMITS.buttonUrl) return undefined;
  return { type: ComponentType.Button, style: ButtonStyle.Link, label: cut(label, LIMITS.buttonLabel), url };
}

/** A row of what there is of these; none when there is nothing. */
export function rowsOf(...components: readonly (APIComponentInMessageActionRow | undefined)[]): Row[] {
  const present = components.filter((component) => component !== undefined);
  return present.length === 0 ? [] : [{ type: ComponentType.ActionRow, components: present }];
}

export interface SelectOption {
  label: string;
  value: string;
  description?: string;
}

/** A menu to choose one of up to 25 options from. */
export function selectRow(id: string, placeholder: string, options: readonly SelectOption[]): Row[] {
  if (options.length === 0) return [];
  return rowsOf({
    type: ComponentType.StringSelect,
    custom_id: id,
    placeholder: cut(placeholder, LIMITS.selectPlaceholder),
    options: options.slice(0, LIMITS.selectOptions).map(({ label, value, description }) => ({
      label: cut(oneLine(label), LIMITS.selectText),
      value,
      ...(description ? { description: cut(oneLine(description), LIMITS.selectText) } : {}),
    })),
  });
}

/** One input of a modal. */
export type Input = { id: string; label: string; description?: string } & (TextInput | FileInput);

interface TextInput {
  kind: "line" | "text";
  value?: string;
  placeholder?: string;
  maxLength?: number;
  optional?: boolean;
}

interface FileInput {
  kind: "file";
}

/** A modal whose submission an action answers. A prefilled value must fit: it is never cut, because it would be saved so. */
export function modal(title: string, id: string, inputs: readonly Input[]): Modal {
  return {
    title: cut(oneLine(title), LIMITS.modalTitle),
    custom_id: id,
    components: inputs.map((input) => ({
      type: ComponentType.Label,
      label: cut(input.label, LIMITS.inputLabel),
      ...(input.description ? { description: cut(input.description, LIMITS.inputDescription) } : {}),
      component: input.kind === "file" ? fileInput(input.id) : textInput(input),
    })),
  };
}

function textInput(input: { id: string } & TextInput) {
  return {
    type: ComponentType.TextInput as const,
    custom_id: input.id,
    style: input.kind === "line" ? TextInputStyle.Short : TextInputStyle.Paragraph,
    required: !input.optional,
    max_length: input.maxLength ?? LIMITS.inputValue,
    ...(input.value ? { value: input.value } : {}),
    ...(input.placeholder ? { placeholder: cut(oneLine(input.placeholder), LIMITS.inputPlaceholder) } : {}),
  };
}

function fileInput(id: string) {
  return { type: ComponentType.FileUpload as const, custom_id: id, required: true, min_values: 1, max_values: 1 };
}

/** How much of a text a sentence quotes. */
const QUOTED = 100;

/** A text that somebody wrote, inside a sentence: on one line, short, and without effect on what stands around it. */
export function shown(text: string): string {
  return `“${escapeMarkdown(cut(oneLine(text), QUOTED))}”`;
}
