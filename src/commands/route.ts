/**
 * What a handler is: a function from one interaction to what is to be shown. It does not talk to Discord itself; `perform.ts` claims the
 * interaction in the way that the route names, before any handler that writes is run, and shows what it gives.
 */
import type {
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  ModalSubmitInteraction,
  StringSelectMenuInteraction,
} from "discord.js";
import type { Caller, CallOptions } from "../backend/backend.ts";
import type { Card, Modal } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import type { Choice } from "./titles.ts";

/** One interaction being worked on. */
export interface Turn<I> {
  readonly interaction: I;
  readonly caller: Caller;
  readonly texts: Texts;
  /** What the custom id carries; empty for commands. */
  readonly args: readonly string[];
  /** Options of the next call of the backend, so that all calls together end in time for an answer. */
  readonly call: () => CallOptions;
}

/** What becomes of an interaction that was claimed. */
export type Answer =
  & (
    /** Takes the place of the reply, or of the message that was clicked on. */
    | { readonly show: Card }
    /** A new message for everyone in the channel; the one that was clicked on stays. */
    | { readonly post: Card }
    /** The message that was clicked on goes. */
    | { readonly remove: true }
  )
  & {
    /** What is left to do when the person has the answer. Its failure is logged only. */
    readonly afterwards?: () => Promise<void>;
  };

/** A first answer that is the claim itself. */
export type Opening = { readonly modal: Modal } | { readonly show: Card };

export type Route<I> =
  /** Claims with a deferred private reply. */
  | { readonly claimBy: "reply"; readonly inDms?: boolean; readonly run: (turn: Turn<I>) => Promise<Answer> }
  /** Claims with a deferred update of the message that was clicked on. */
  | { readonly claimBy: "update"; readonly inDms?: boolean; readonly run: (turn: Turn<I>) => Promise<Answer> }
  /** Claims with what the handler gives; so the handler only reads, and has less time. */
  | { readonly claimBy: "opening"; readonly inDms?: boolean; readonly run: (turn: Turn<I>) => Promise<Opening> };

export type Suggest = (turn: Turn<AutocompleteInteraction>) => Promise<Choice[]>;

/** Handlers by name: commands by path (`wiki view`), menus by name, components and modals by the action in their custom id. */
export interface Routes {
  readonly slash?: Readonly<Record<string, Route<ChatInputCommandInteraction>>>;
  readonly autocomplete?: Readonly<Record<string, Suggest>>;
  readonly messageMenu?: Readonly<Record<string, Route<MessageContextMenuCommandInteraction>>>;
  readonly button?: Readonly<Record<string, Route<ButtonInteraction>>>;
  readonly select?: Readonly<Record<string, Route<StringSelectMenuInteraction>>>;
  readonly modal?: Readonly<Record<string, Route<ModalSubmitInteraction>>>;
}

/** All of some routes. @throws {TypeError} when two claim one name */
export function mergeRoutes(parts: readonly Routes[]): Required<Routes> {
  return {
    slash: mergeNamed(parts.map(({ slash }) => slash)),
    autocomplete: mergeNamed(parts.map(({ autocomplete }) => autocomplete)),
    messageMenu: mergeNamed(parts.map(({ messageMenu }) => messageMenu)),
    button: mergeNamed(parts.map(({ button }) => button)),
    select: mergeNamed(parts.map(({ select }) => select)),
    modal: mergeNamed(parts.map(({ modal }) => modal)),
  };
}

function mergeNamed<T>(parts: readonly (Readonly<Record<string, T>> | undefined)[]): Readonly<Record<string, T>> {
  const merged = new Map<string, T>();
  for (const [name, handler] of parts.flatMap((part) => Object.entries(part ?? {}))) {
    if (merged.has(name)) throw new TypeError(`Two handlers for ${name}`);
    merged.set(name, handler);
  }
  return Object.assign(Object.create(null), Object.fromEntries(merged));
}
