/** A filled-in modal as Discord sends it: every input, in its label, with what was typed, chosen or uploaded. */

import { type APIAttachment, ComponentType } from "discord-api-types/v10";
import type { InputValue, ShownInput, ShownModal, Upload } from "./contract.ts";
import type { Json } from "./json.ts";

/**
 * The data of a modal's submission.
 *
 * @throws an `Error` when nobody could send that: an unknown input, a missing or too long text.
 */
export function filledModal(
  modal: ShownModal,
  values: Readonly<Record<string, InputValue>>,
  upload: (file: Upload) => APIAttachment,
): Json {
  for (const key of Object.keys(values)) {
    if (modal.inputs.some((input) => isNamed(input, key))) continue;
    const known = modal.inputs.map(({ customId, label }) => `${customId} ("${label}")`).join(", ");
    throw new Error(`Discord double: "${modal.title}" has no input ${key}; it has ${known}`);
  }
  const attachments: Record<string, APIAttachment> = {};
  const components = modal.inputs.map((input, index) => {
    const given = Object.entries(values).find(([key]) => isNamed(input, key))?.[1];
    const component = filled(input, given, (file) => {
      const attachment = upload(file);
      attachments[attachment.id] = attachment;
      return attachment.id;
    });
    return { type: ComponentType.Label, id: 2 * index + 1, component: { ...component, id: 2 * index + 2 } };
  });
  const resolved = Object.keys(attachments).length > 0 ? { resolved: { attachments } } : {};
  return { custom_id: modal.customId, components, ...resolved };
}

function isNamed(input: ShownInput, key: string): boolean {
  return input.customId === key || input.label === key;
}

function filled(input: ShownInput, given: InputValue | undefined, upload: (file: Upload) => string): Json {
  const base = { type: input.type, custom_id: input.customId };
  if (input.type === ComponentType.TextInput) {
    const value = typeof given === "string" ? given : input.value;
    checkText(input, value);
    return { ...base, value };
  }
  if (input.type === ComponentType.FileUpload) {
    const isFile = typeof given === "object" && "content" in given;
    if (!isFile && input.required) throw new Error(`Discord double: "${input.label}" needs a file`);
    return { ...base, values: isFile ? [upload(given)] : [] };
  }
  const chosen = typeof given === "string" ? [given] : Array.isArray(given) ? given : [];
  const values = chosen.map((each) => input.options.find(({ label }) => label === each)?.value ?? each);
  if (values.length === 0 && input.required) throw new Error(`Discord double: "${input.label}" needs a choice`);
  if (input.type === ComponentType.RadioGroup) return { ...base, value: values[0] ?? null };
  return { ...base, values };
}

function checkText(input: ShownInput, value: string): void {
  const refuse = (why: string): never => {
    throw new Error(`Discord double: nobody can send "${input.label}" like this: ${why}`);
  };
  if (value === "" && input.required) refuse("it is required");
  if (value !== "" && value.length < (input.minLength ?? 0)) refuse(`at least ${input.minLength} characters`);
  if (value.length > (input.maxLength ?? 4_000)) {
    refuse(`${value.length} characters, at most ${input.maxLength ?? 4_000}`);
  }
}
