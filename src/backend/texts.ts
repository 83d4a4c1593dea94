/** What texts are taken: cleaned of what a database cannot keep, and refused with a sentence when empty or over a limit. */
import { Failure } from "../failure.ts";
import type { Caller, Paging } from "./backend.ts";

/** In characters as people count code points; Discord's own titles end at 256. */
const TITLE_LIMIT = 200;
/** Of a page's or a quote's text, in bytes of UTF-8. */
const BODY_LIMIT_BYTES = 256 * 1024;
const TAGS_LIMIT = 500;
const TAG_LIMIT = 100;
const PAGE_LIMIT = 100;

/** A word as people see it: a run of letters and digits with the marks on them. */
export const WORD = /[\p{L}\p{N}\p{M}]+/gu;

const encoder = new TextEncoder();

/** Without NUL, which would end the text early, and without halves of characters. */
export function clean(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** The form in which words are compared: without case and accents. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** A page's title. @throws {Failure} `bad_input`, `too_large` */
export function titleOf(text: string): string {
  const title = clean(text).replace(/\s+/g, " ").trim();
  if (title === "") throw new Failure("bad_input", "The title is empty; it needs a letter or a digit");
  const length = Array.from(title).length;
  if (length > TITLE_LIMIT) {
    throw new Failure("too_large", `The title has ${length} characters; ${TITLE_LIMIT} are allowed`);
  }
  return title;
}

/** The text of a page or a quote, as it was given. @throws {Failure} `bad_input`, `too_large` */
export function bodyOf(text: string): string {
  const body = clean(text);
  if (body.trim() === "") throw new Failure("bad_input", "The text is empty");
  const bytes = encoder.encode(body).length;
  if (bytes > BODY_LIMIT_BYTES) {
    throw new Failure("too_large", `The text has ${bytes} bytes; ${BODY_LIMIT_BYTES} are allowed`);
  }
  return body;
}

/** The text of two pages that become one. @throws {Failure} `too_large` */
export function mergedBody(target: string, source: string): string {
  return bodyOf(`${target}\n\n---\n\n${source}`);
}

/** Tags in the form they are kept in: lower case, sorted, each once. @throws {Failure} `too_large` */
export function tagsOf(tags: readonly string[]): string[] {
  const kept = new Set(tags.map((tag) => clean(tag).trim().toLowerCase()));
  kept.delete("");
  if (kept.size > TAGS_LIMIT) throw new Failure("too_large", `There are ${kept.size} tags; ${TAGS_LIMIT} are allowed`);
  for (const tag of kept) {
    const length = Array.from(tag).length;
    if (length > TAG_LIMIT) throw new Failure("too_large", `A tag has ${length} characters; ${TAG_LIMIT} are allowed`);
  }
  return [...kept].sort();
}

/** Who asks, in which guild. @throws {Failure} `bad_input` */
export function callerInGuild(caller: Caller): { userId: string; guildId: string; username: string } {
  if (caller.userId === "") throw new Failure("bad_input", "A call for a user needs the user's id");
  if (caller.guildId === null || caller.guildId === "") {
    throw new Failure("bad_input", "Pages and quotes belong to a guild; this call names none");
  }
  return { userId: caller.userId, guildId: caller.guildId, username: clean(caller.username) };
}

/** A guild's id. @throws {Failure} `bad_input` */
export function guildIdOf(guildId: string): string {
  if (guildId === "") throw new Failure("bad_input", "A call for a guild needs the guild's id");
  return guildId;
}

/** @throws {Failure} `bad_input` unless 1 ≤ limit ≤ 100 and 0 ≤ offset */
export function checkPaging({ limit, offset }: Paging): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT) {
    throw new Failure("bad_input", `The limit is ${limit}; 1 to ${PAGE_LIMIT} are allowed`);
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new Failure("bad_input", `The offset is ${offset}; 0 and more are allowed`);
  }
}
