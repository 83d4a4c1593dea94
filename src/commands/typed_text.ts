/** What a person has typed into an interaction, so that it can be returned when it could not be saved. */
import { type BaseInteraction, ComponentType } from "discord.js";

/** Everything typed into the inputs of a modal, or the option `text` of a command; undefined when that is nothing. */
export function typedText(interaction: BaseInteraction): string | undefined {
  const text = interaction.isModalSubmit()
    ? interaction.fields.fields
      .map((field) => field.type === ComponentType.TextInput ? field.value : "")
      .filter((value) => value.trim() !== "")
      .join("\n\n")
    : interaction.isChatInputCommand()
    ? interaction.options.getString("text") ?? ""
    : "";
  return text === "" ? undefined : text;
}
