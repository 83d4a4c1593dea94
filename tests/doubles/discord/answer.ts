/** What a person sees: messages and modals read the way people read them. */

import {
  type APIMessageTopLevelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  MessageFlags,
} from "discord-api-types/v10";
import type { Answer, ShownButton, ShownInput, ShownModal, ShownSelect } from "./contract.ts";
import { type Json, object, objects, text } from "./json.ts";
import type { StoredMessage } from "./messages.ts";

const SELECTS: ReadonlySet<unknown> = new Set([
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]);

/** An answer with nothing in it. */
export function emptyAnswer(kind: Answer["kind"], interactionId: string): Answer {
  return {
    kind,
    interactionId,
    message: undefined,
    content: "",
    embeds: [],
    components: [],
    buttons: [],
    selects: [],
    files: [],
    flags: 0,
    ephemeral: false,
    modal: undefined,
    choices: [],
    text: "",
  };
}

/** A message as an answer; none is a deleted one. */
export function answerOfMessage(stored: StoredMessage | undefined, interactionId: string): Answer {
  if (!stored) return emptyAnswer("deleted", interactionId);
  const { message, files, ephemeral } = stored;
  const { content, embeds, components = [], flags = 0 } = message;
  const buttons = buttonsOf(components);
  const selects = selectsOf(components);
  const shown = [
    content,
    ...embeds.flatMap((embed) => [
      embed.author?.name,
      embed.title,
      embed.description,
      ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
      embed.footer?.text,
    ]),
    ...textsOf(components),
    ...selects.flatMap((
      { placeholder, options },
    ) => [placeholder, ...options.flatMap((each) => [each.label, each.description])]),
    ...buttons.map(({ label }) => label),
  ];
  return {
    ...emptyAnswer("message", interactionId),
    message,
    content,
    embeds,
    components,
    buttons,
    selects,
    files,
    flags,
    ephemeral: ephemeral || (flags & MessageFlags.Ephemeral) !== 0,
    text: shown.filter((part) => part).join("\n"),
  };
}

/** All components, however deep. */
function flatten(components: readonly unknown[]): Json[] {
  return components.map(object).flatMap((component) => [
    component,
    ...flatten(objects(component.components)),
    ...["component", "accessory"].flatMap((key) => component[key] === undefined ? [] : flatten([component[key]])),
  ]);
}

/** The buttons of a message. */
export function buttonsOf(components: readonly APIMessageTopLevelComponent[]): ShownButton[] {
  return flatten(components).filter(({ type }) => type === ComponentType.Button).map((button) => ({
    label: text(button.label),
    customId: typeof button.custom_id === "string" ? button.custom_id : undefined,
    url: typeof button.url === "string" ? button.url : undefined,
    style: Number(button.style),
    disabled: button.disabled === true,
  }));
}

/** The select menus of a message. */
export function selectsOf(components: readonly APIMessageTopLevelComponent[]): ShownSelect[] {
  return flatten(components).filter(({ type }) => SELECTS.has(type)).map((select) => ({
    customId: text(select.custom_id),
    type: Number(select.type),
    placeholder: text(select.placeholder),
    disabled: select.disabled === true,
    options: objects(select.options).map((option) => ({
      label: text(option.label),
      value: text(option.value),
      description: typeof option.description === "string" ? option.description : undefined,
    })),
  }));
}

function textsOf(components: readonly APIMessageTopLevelComponent[]): string[] {
  return flatten(components).filter(({ type }) => type === ComponentType.TextDisplay).map(({ content }) =>
    text(content)
  );
}

/** A modal from the data of its callback. */
export function modalOf(data: APIModalInteractionResponseCallbackData): ShownModal {
  const inputs = data.components.map(object).flatMap((top): ShownInput[] => {
    const label = top.type === ComponentType.Label ? top : {};
    return flatten([top]).filter(({ custom_id }) => typeof custom_id === "string").map((input) =>
      shownInput(input, label)
    );
  });
  return { customId: data.custom_id, title: data.title, inputs };
}

function shownInput(input: Json, label: Json): ShownInput {
  const size = (key: string) => typeof input[key] === "number" ? input[key] : undefined;
  return {
    customId: text(input.custom_id),
    label: text(label.label) || text(input.label),
    description: typeof label.description === "string" ? label.description : undefined,
    type: Number(input.type),
    value: text(input.value),
    required: input.required !== false,
    minLength: size("min_length"),
    maxLength: size("max_length"),
    options: objects(input.options).map((option) => ({ label: text(option.label), value: text(option.value) })),
  };
}
