/**
 * Custom ids: what a button, select or modal does and to what, readable by any replica. They carry ids and short state, never what
 * people wrote; the leading version lets a later program tell its own from those on old messages.
 */
import { LIMITS } from "./limits.ts";

const VERSION = "h1";

/** What a custom id says. */
export interface CustomId {
  /** Names the handler: `page-edit`. */
  action: string;
  args: string[];
}

/**
 * The custom id of an action with its arguments: `h1:page-edit:0198…:m3x0k2`.
 *
 * @throws {RangeError} over 100 characters: an argument is no id
 */
export function customId(action: string, ...args: (string | number)[]): string {
  const id = [VERSION, action, ...args.map((arg) => encodeURIComponent(arg))].join(":");
  if (id.length > LIMITS.customId) throw new RangeError(`Custom id over ${LIMITS.customId} characters: ${id}`);
  return id;
}

/** What a custom id says; undefined for one that this program did not make. */
export function parseCustomId(id: string): CustomId | undefined {
  const [version, action, ...args] = id.split(":");
  if (version !== VERSION || !action) return undefined;
  try {
    return { action, args: args.map(decodeURIComponent) };
  } catch {
    return undefined;
  }
}
