/** A Discord on a real port, as strict as the real one, that any number of clients can join. */

import type { DiscordDouble } from "./contract.ts";
import { type DoubleOptions, settle } from "./options.ts";

export type * from "./contract.ts";
export type { DoubleOptions } from "./options.ts";
export type * from "./effects.ts";
export type * from "./faults.ts";

/** Starts a Discord on 127.0.0.1; close it, or use `await using`. */
export function startDiscordDouble(options: DoubleOptions = {}): Promise<DiscordDouble> {
  return Promise.reject(new Error(`the Discord double on port ${settle(options).port} is being built`));
}
