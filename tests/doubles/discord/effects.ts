/** The record of everything the bot did to Discord, in order, with its time and the replica that did it. */

import type { APIApplicationCommand, APIMessage, InteractionResponseType } from "discord-api-types/v10";
import { type Clock, deadline } from "../../../src/clock.ts";

/** A file that came with a request. */
export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes as UTF-8. */
  readonly text: string;
}

/** Whom a message notifies. */
export interface Pings {
  readonly everyone: boolean;
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

interface Stamp {
  /** Position in the record, from 0. */
  readonly index: number;
  /** Monotonic milliseconds of the double's clock. */
  readonly atMs: number;
  /** Wall milliseconds of the double's clock. */
  readonly wallMs: number;
  /** The replica whose base path carried the request; "" for the common one. */
  readonly replica: string;
}

/** An interaction callback, whether it was the claim or came too late. */
export interface CallbackEffect {
  readonly kind: "callback";
  readonly interactionId: string;
  readonly type: InteractionResponseType;
  readonly accepted: boolean;
  /** Discord's code when it was refused. */
  readonly code: number | undefined;
}

/** A message that the bot wrote: to a channel, as an answer or as a followup. */
export interface MessageEffect {
  readonly kind: "message";
  readonly via: "channel" | "callback" | "followup";
  readonly interactionId: string | undefined;
  readonly channelId: string;
  readonly message: APIMessage;
  readonly files: readonly SentFile[];
  readonly pings: Pings;
  readonly ephemeral: boolean;
}

/** A change of a message; `message` is what it looks like afterwards. */
export interface EditEffect {
  readonly kind: "edit";
  readonly interactionId: string | undefined;
  readonly channelId: string;
  readonly message: APIMessage;
  readonly files: readonly SentFile[];
  readonly pings: Pings;
  readonly ephemeral: boolean;
}

/** A message that the bot took back. */
export interface DeleteEffect {
  readonly kind: "delete";
  readonly interactionId: string | undefined;
  readonly channelId: string;
  readonly messageId: string;
}

/** A reaction of the bot. */
export interface ReactionEffect {
  readonly kind: "reaction";
  readonly channelId: string;
  readonly messageId: string;
  /** The emoji as the path carried it: `💬`, `name:id`. */
  readonly emoji: string;
}

/** A bulk overwrite of commands. */
export interface CommandsEffect {
  readonly kind: "commands";
  /** Without a guild: the global commands. */
  readonly guildId: string | undefined;
  readonly commands: readonly APIApplicationCommand[];
  /** How many of them counted as a create. */
  readonly created: number;
}

/** An effect before it is recorded. */
export type NewEffect =
  | CallbackEffect
  | MessageEffect
  | EditEffect
  | DeleteEffect
  | ReactionEffect
  | CommandsEffect;

/** A recorded effect. */
export type Effect = NewEffect & Stamp;

/** The effects of one kind. */
export type EffectOf<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;

/** The record of effects. */
export class EffectLog {
  readonly #clock: Clock;
  readonly #all: Effect[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Everything so far, oldest first. */
  get all(): readonly Effect[] {
    return this.#all;
  }

  /** Those of one kind so far, oldest first. */
  of<K extends Effect["kind"]>(kind: K): EffectOf<K>[] {
    return this.#all.filter((effect): effect is EffectOf<K> => effect.kind === kind);
  }

  /** Forgets what was recorded so far; positions go on counting. */
  clear(): void {
    this.#offset += this.#all.length;
    this.#all.length = 0;
  }
  #offset = 0;

  /** Records one effect. */
  add(effect: NewEffect, replica: string): void {
    const stamp = {
      index: this.#offset + this.#all.length,
      atMs: this.#clock.monotonicMs(),
      wallMs: this.#clock.wallMs(),
      replica,
    };
    this.#all.push({ ...effect, ...stamp });
    this.changed();
  }

  /** Wakes everyone who waits in {@linkcode until}: something that is no effect has changed. */
  changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /**
   * The first value other than undefined that `find` gives, now or after a later change.
   *
   * @throws an `Error` that names `what` after `withinMs`.
   */
  async until<T>(find: () => T | undefined, options: { what: string; withinMs?: number }): Promise<T> {
    const { what, withinMs = 10_000 } = options;
    const now = find();
    if (now !== undefined) return now;
    using limit = deadline(this.#clock, withinMs);
    return await new Promise<T>((resolve, reject) => {
      const look = () => {
        try {
          const found = find();
          if (found === undefined) return;
          this.#watchers.delete(look);
          resolve(found);
        } catch (error) {
          this.#watchers.delete(look);
          reject(error);
        }
      };
      this.#watchers.add(look);
      limit.signal.addEventListener("abort", () => {
        this.#watchers.delete(look);
        reject(new Error(`Discord double: ${what} did not happen within ${withinMs} ms`));
      }, { once: true });
    });
  }

  /** Waits until `count` effects of `kind` (that satisfy `where`) are recorded, and gives all of them. */
  waitFor<K extends Effect["kind"]>(
    kind: K,
    options: { count?: number; where?: (effect: EffectOf<K>) => boolean; withinMs?: number } = {},
  ): Promise<EffectOf<K>[]> {
    const { count = 1, where = () => true, withinMs } = options;
    const find = () => {
      const found = this.of(kind).filter(where);
      return found.length >= count ? found : undefined;
    };
    return this.until(find, { what: `${count} × ${kind}`, ...(withinMs === undefined ? {} : { withinMs }) });
  }
}
