/** The text of the file that came with a modal. */
import type { ModalSubmitInteraction } from "discord.js";
import type { Clock } from "../clock.ts";
import { readTextFile, TEXT_FILE_BYTES } from "../discord/text_file.ts";
import { Refusal } from "./refusal.ts";
import type { Turn } from "./route.ts";

/** @throws {Refusal} when it is no text. @throws {Failure} when Discord does not give it */
export async function uploadedText(turn: Turn<ModalSubmitInteraction>, clock: Clock): Promise<string> {
  const upload = turn.interaction.fields.getUploadedFiles("file", true).first();
  if (upload === undefined) throw new Refusal(turn.texts.file.empty);
  return await textAt(upload, turn, clock);
}

/** The text of any attachment. @throws as {@linkcode uploadedText} */
export async function textAt(file: { url: string; size: number }, turn: Turn<unknown>, clock: Clock): Promise<string> {
  const read = await readTextFile(file, clock);
  if ("text" in read) return read.text;
  const { file: sentences } = turn.texts;
  throw new Refusal(
    read.problem === "tooLarge" ? sentences.tooLarge(TEXT_FILE_BYTES / 1000) : sentences[read.problem],
  );
}
