/** The people that a test plays, and what they see: answers, modals, buttons. */

import type {
  APIApplicationCommandOptionChoice,
  APIEmbed,
  APIInteraction,
  APIMessage,
  APIMessageTopLevelComponent,
  InteractionResponseType,
} from "discord-api-types/v10";
import type { SentFile } from "./effects.ts";

/** Who invokes something, where and with which rights. */
export interface From {
  /** A guild's id, or `dm`; default: the first guild. */
  in?: string;
  channelId?: string;
  /** Default: a member made for this purpose, the same one every time. */
  userId?: string;
  /** The user's permissions in that channel; default: what everyone may. */
  permissions?: bigint;
  /** The user's locale; default `en-US`. */
  locale?: string;
}

/** A file that a person uploads. */
export interface Upload {
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** The value of a slash option: plain, or a reference that is sent with its resolved data. */
export type OptionValue =
  | string
  | number
  | boolean
  | { readonly user: string }
  | { readonly channel: string }
  | { readonly role: string }
  | { readonly file: Upload };

/** What a person puts into an input of a modal: text, chosen values, an upload. */
export type InputValue = string | readonly string[] | Upload;

/** Where a component can be clicked, or a menu be opened: a handle stands for its latest message. */
export type MessageSource = APIMessage | Answer | InteractionHandle;

/** Which component: its custom id, a pattern for it, or the label that people read. */
export type ComponentChoice = string | RegExp | { readonly label: string | RegExp };

/** What people do in Discord. Each gives a handle at once; nothing is awaited. */
export interface People {
  /** A slash command: `slash("wiki search", { query: "x" })`. */
  slash(path: string, options?: Readonly<Record<string, OptionValue>>, from?: From): InteractionHandle;
  /** Typing into option `focused`, as far as `options` has it. */
  autocomplete(
    path: string,
    options: Readonly<Record<string, OptionValue>>,
    from: From & { focused: string },
  ): InteractionHandle;
  /** The message menu's command `name` on a message. */
  messageMenu(name: string, message: MessageSource, from?: From): InteractionHandle;
  /** The user menu's command `name` on a user. */
  userMenu(name: string, targetUserId: string, from?: From): InteractionHandle;
  /** A click; refused (thrown) when there is no such button or it is disabled. */
  button(source: MessageSource, which: ComponentChoice, from?: From): InteractionHandle;
  /** A choice from a select menu: values, or labels of its options. User, role and channel selects take ids. */
  select(
    source: MessageSource,
    which: ComponentChoice,
    values: readonly string[],
    from?: From,
  ): InteractionHandle;
  /** Sends the modal that `shown` got as its answer: texts by custom id or label; the rest stays as prefilled. */
  modal(
    shown: InteractionHandle | Answer,
    values?: Readonly<Record<string, InputValue>>,
    from?: From,
  ): InteractionHandle;
}

/** One attempt to answer an interaction. */
export interface CallbackAttempt {
  readonly replica: string;
  readonly type: InteractionResponseType;
  readonly atMs: number;
  /** Milliseconds since the interaction was sent. */
  readonly afterMs: number;
  readonly accepted: boolean;
  /** Discord's code when it was refused. */
  readonly code: number | undefined;
}

/** An input of a modal that is shown. */
export interface ShownInput {
  readonly customId: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly type: number;
  readonly value: string;
  readonly required: boolean;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  /** Options of a select. */
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

/** A modal that is shown. */
export interface ShownModal {
  readonly customId: string;
  readonly title: string;
  readonly inputs: readonly ShownInput[];
}

/** A button that people see. */
export interface ShownButton {
  readonly label: string;
  readonly customId: string | undefined;
  readonly url: string | undefined;
  readonly style: number;
  readonly disabled: boolean;
}

/** A select menu that people see. */
export interface ShownSelect {
  readonly customId: string;
  readonly type: number;
  readonly placeholder: string;
  readonly options: readonly {
    readonly label: string;
    readonly value: string;
    readonly description: string | undefined;
  }[];
  readonly disabled: boolean;
}

/** What an interaction has led to for the person who started it. Fields that do not apply are empty. */
export interface Answer {
  readonly kind: "message" | "modal" | "choices" | "deleted";
  /** The interaction that it answers. */
  readonly interactionId: string;
  /** The message as it stands. */
  readonly message: APIMessage | undefined;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly buttons: readonly ShownButton[];
  readonly selects: readonly ShownSelect[];
  readonly files: readonly SentFile[];
  readonly flags: number;
  readonly ephemeral: boolean;
  readonly modal: ShownModal | undefined;
  readonly choices: readonly APIApplicationCommandOptionChoice[];
  /** Everything there is to read, each part on lines of its own. */
  readonly text: string;
}

/** How long to wait (default 10 s by the double's clock), and for what. */
export interface Wait {
  withinMs?: number;
}

/** An interaction that was sent to every session. */
export interface InteractionHandle {
  readonly id: string;
  /** As the sessions received it. */
  readonly payload: APIInteraction;
  /** Every callback tried, in order of arrival. */
  readonly attempts: readonly CallbackAttempt[];
  /** The callback that won. */
  readonly accepted: CallbackAttempt | undefined;
  /** Callbacks that were refused. */
  readonly refused: readonly CallbackAttempt[];
  /** The answer as it stands; undefined while there is none, or only "thinking…". */
  readonly current: Answer | undefined;
  /** Followup messages as they stand, in order of sending; deleted ones have kind `deleted`. */
  readonly followups: readonly Answer[];
  /** Resolves with the callback that won. */
  firstAnswer(wait?: Wait): Promise<CallbackAttempt>;
  /** Resolves with the answer as soon as it is more than "thinking…" and satisfies `where`. */
  answer(wait?: Wait & { where?: (answer: Answer) => boolean }): Promise<Answer>;
  /** Resolves with the followup number `index`, from 0. */
  followup(index?: number, wait?: Wait): Promise<Answer>;
  /** Resolves when this many callbacks were tried: three replicas make three attempts. */
  attempted(count: number, wait?: Wait): Promise<readonly CallbackAttempt[]>;
}
