/** What a test sees of the double: the world it builds, the people it plays, the answers it reads. */

import type {
  APIApplicationCommand,
  APIApplicationCommandOptionChoice,
  APIAttachment,
  APIEmbed,
  APIGuildMember,
  APIInteraction,
  APIMessage,
  APIMessageTopLevelComponent,
  APINewsChannel,
  APITextChannel,
  APIUser,
  ChannelType,
  GatewayPresenceUpdateData,
  InteractionResponseType,
} from "discord-api-types/v10";
import type { EffectLog, SentFile } from "./effects.ts";
import type { Fault, FaultKind, FaultTarget } from "./faults.ts";

/** A change that no session hears of, as if it had happened while the bot was offline. */
export interface Quietly {
  silently?: boolean;
}

/** A guild to build. */
export interface GuildOptions extends Quietly {
  id?: string;
  name?: string;
  ownerId?: string;
  /** Members, the bot and the owner among them; all others are made up when they are read. Default: those two. */
  memberCount?: number;
  /** The guild's preferred locale, `guild_locale` of its interactions; default `en-US`. */
  locale?: string;
}

/** A built guild. */
export interface DoubleGuild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  /** The text channel that every guild begins with. */
  readonly channelId: string;
  readonly memberCount: number;
}

/** A channel to build. */
export interface ChannelOptions {
  id?: string;
  name?: string;
  type?: ChannelType.GuildText | ChannelType.GuildAnnouncement;
  /** Whether the bot may read and write there; default true. Otherwise it gets 403/50013. */
  botMayWrite?: boolean;
}

/** A person, or a bot. */
export interface UserOptions {
  id?: string;
  username?: string;
  globalName?: string | null;
  bot?: boolean;
}

/** A member to add or change. */
export interface MemberOptions extends UserOptions, Quietly {
  nick?: string | null;
  roles?: readonly string[];
  joinedAt?: string;
}

/** A message that somebody wrote. */
export interface MessageOptions extends Quietly {
  id?: string;
  channelId: string;
  authorId?: string;
  content?: string;
  embeds?: APIEmbed[];
  attachments?: APIAttachment[];
  timestamp?: string;
}

/** The state of the fake Discord. A change is heard by every session of its shard that asked for it. */
export interface World {
  /** Ids of guilds that the bot is in. */
  readonly guildIds: readonly string[];
  addGuild(options?: GuildOptions): DoubleGuild;
  /** The bot leaves the guild or, when `unavailable`, Discord has an outage there. */
  removeGuild(guildId: string, options?: Quietly & { unavailable?: boolean }): void;
  guild(guildId: string): DoubleGuild;
  addChannel(guildId: string, options?: ChannelOptions): APITextChannel | APINewsChannel;
  addUser(options?: UserOptions): APIUser;
  user(userId: string): APIUser;
  /** Adds a member: GUILD_MEMBER_ADD. */
  addMember(guildId: string, options?: MemberOptions): APIGuildMember;
  /** Changes a member, a made-up one too: GUILD_MEMBER_UPDATE. */
  updateMember(guildId: string, userId: string, change: Omit<MemberOptions, "id">): APIGuildMember;
  /** A member leaves: GUILD_MEMBER_REMOVE. */
  removeMember(guildId: string, userId: string, options?: Quietly): void;
  member(guildId: string, userId: string): APIGuildMember | undefined;
  /** Ids of all members, ascending, made up as they are read. */
  memberIds(guildId: string): IterableIterator<string>;
  /** Somebody writes: MESSAGE_CREATE. */
  addMessage(options: MessageOptions): APIMessage;
  message(channelId: string, messageId: string): APIMessage | undefined;
  /** Commands as registered, global or of a guild. */
  commands(guildId?: string): readonly APIApplicationCommand[];
}

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

/** A gateway session. */
export interface SessionView {
  readonly sessionId: string;
  readonly replica: string;
  readonly shard: number;
  readonly intents: number;
  readonly connected: boolean;
  /** Sequence number of the last event. */
  readonly sequence: number;
  readonly resumes: number;
  readonly presence: GatewayPresenceUpdateData | undefined;
  /** Heartbeats received. */
  readonly heartbeats: number;
}

/** Whom a gateway fault hits; nothing: every session. */
export interface SessionFilter {
  replica?: string;
  shard?: number;
}

/** The gateway, and what can go wrong with it. */
export interface GatewayControl {
  readonly sessions: readonly SessionView[];
  /** IDENTIFYs received, refused ones too. */
  readonly identifies: number;
  /** IDENTIFYs refused by the bucket (op 9). */
  readonly identifiesRefused: number;
  /** Codes that the gateway closed connections with, in order. */
  readonly closeCodes: readonly number[];
  /** Resolves when this many sessions are connected and have had READY (of one replica, if named). */
  ready(count: number, wait?: Wait & SessionFilter): Promise<void>;
  /** Op 7. */
  reconnect(filter?: SessionFilter): void;
  /** Op 9; unless `resumable` the session is gone. */
  invalidate(filter?: SessionFilter & { resumable?: boolean }): void;
  /** Closes with a code. */
  close(code: number, filter?: SessionFilter): void;
  /** Breaks the connections without a word (1006 at the client). */
  cut(filter?: SessionFilter): void;
  /** While silent the gateway answers no heartbeat and sends no event (they are kept for a resume); connections stay open. */
  silence(silent: boolean, filter?: SessionFilter): void;
  /** While refused, new connections are not accepted. */
  refuse(refused: boolean, filter?: SessionFilter): void;
  /** Sends an event that nothing else here makes. */
  dispatch(event: string, data: unknown, options?: { guildId?: string; intent?: number }): void;
}

/** A request that Discord would not have accepted, or that no correct bot sends. */
export interface Violation {
  readonly replica: string;
  /** `METHOD /path`. */
  readonly route: string;
  /** Discord's error code; 0 where Discord has none. */
  readonly code: number;
  /** Where in the body: `data.embeds.0.title`. */
  readonly path: string;
  readonly message: string;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly replica: string;
  readonly method: string;
  /** Without base path and query. */
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly atMs: number;
}

/** A running double. */
export interface DiscordDouble extends AsyncDisposable {
  readonly port: number;
  readonly token: string;
  readonly applicationId: string;
  readonly world: World;
  readonly interact: People;
  readonly gateway: GatewayControl;
  readonly effects: EffectLog;
  /** Every REST request, answered or cut (status 0), in order of its end. */
  readonly requests: readonly SeenRequest[];
  readonly violations: readonly Violation[];
  /** Requests that count towards Discord's ban: 401, 403 and 429 without scope `shared`. */
  readonly invalidRequests: number;
  /** `rest.api` / `DISCORD_API_BASE` for one replica: its requests and its gateway carry the name. */
  apiBase(replica?: string): string;
  /** Makes requests fail. */
  fault(target: FaultTarget, fault: FaultKind): Fault;
  /** Ends all faults. */
  clearFaults(): void;
  /** The portal's switch for privileged intents. */
  grantIntents(intents: number): void;
  /** Declares violations expected so far; gives them. */
  takeViolations(): readonly Violation[];
  /** @throws when there are violations, with all of them. */
  assertNoViolations(): void;
  /** Closes every connection. @throws when there are violations that nobody took. */
  close(): Promise<void>;
}
