/** The world that a test builds: guilds, channels, people, messages. */

import type {
  APIApplicationCommand,
  APIAttachment,
  APIEmbed,
  APIGuildMember,
  APIMessage,
  APINewsChannel,
  APITextChannel,
  APIUser,
  ChannelType,
} from "discord-api-types/v10";

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
