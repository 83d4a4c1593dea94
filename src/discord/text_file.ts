/** Reads a text that lies at Discord as an attachment: an upload, or a text that the bot handed back. */
import { type Clock, deadline } from "../clock.ts";
import { Failure } from "../failure.ts";

/** A backend refuses a text with more than a megabyte of words; this leaves room for the answer around it. */
export const TEXT_FILE_BYTES = 900_000;

const READ_WITHIN_MS = 8_000;

/** Why a file is no text that can be saved. */
export type FileProblem = "notText" | "empty" | "tooLarge";

/**
 * The text of an attachment with line breaks as `\n`, or why there is none.
 *
 * @throws {Failure} `unreachable` when Discord does not give the file
 */
export async function readTextFile(
  { url, size }: { url: string; size: number },
  clock: Clock,
): Promise<{ text: string } | { problem: FileProblem }> {
  if (size > TEXT_FILE_BYTES) return { problem: "tooLarge" };
  const bytes = await download(url, clock);
  if (bytes.length > TEXT_FILE_BYTES) return { problem: "tooLarge" };
  const text = decode(bytes)?.replace(/\r\n?/g, "\n");
  if (text === undefined || text.includes("\0")) return { problem: "notText" };
  return text.trim() === "" ? { problem: "empty" } : { text };
}

async function download(url: string, clock: Clock): Promise<Uint8Array> {
  using limit = deadline(clock, READ_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: limit.signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    return await response.bytes();
  } catch (error) {
    throw new Failure("unreachable", "Cannot read an attachment from Discord", { cause: error });
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
