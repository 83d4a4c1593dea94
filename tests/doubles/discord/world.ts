/** The state of the fake Discord, and the events that its changes cause. */

import {
  type APIApplicationCommand,
  type APIChannel,
  type APIGuildMember,
  type APIMessage,
  type APINewsChannel,
  type APITextChannel,
  type APIUser,
  ChannelType,
  GatewayIntentBits,
  MessageType,
} from "discord-api-types/v10";
import type {
  ChannelOptions,
  DoubleGuild,
  GuildOptions,
  MemberOptions,
  MessageOptions,
  Quietly,
  UserOptions,
  World,
} from "./contract.ts";
import { Guild } from "./guild.ts";
import { Ids } from "./ids.ts";
import { makeMember, makeUser, NO_FLAGS } from "./members.ts";
import { MessageStore } from "./messages.ts";
import type { Settings } from "./options.ts";

/** An event on its way to the sessions. */
export interface Outgoing {
  readonly event: string;
  readonly data: unknown;
  /** Its guild decides the shard; without one it goes to shard 0. */
  readonly guildId: string | undefined;
  /** The intent that a session needs; 0 for none. */
  readonly intent: number;
}

/** The world of one double. */
export class DoubleWorld implements World {
  readonly bot: APIUser;
  readonly ids: Ids;
  readonly messages = new MessageStore();
  readonly #settings: Settings;
  readonly #emit: (outgoing: Outgoing) => void;
  readonly #guilds = new Map<string, Guild>();
  readonly #unavailable = new Set<string>();
  readonly #users = new Map<string, APIUser>();
  /** DM channels by the id of the other side. */
  readonly #direct = new Map<string, string>();
  readonly #commands = new Map<string, readonly APIApplicationCommand[]>();
  #guildsMade = 0;

  constructor(settings: Settings, emit: (outgoing: Outgoing) => void) {
    this.#settings = settings;
    this.#emit = emit;
    this.ids = new Ids(settings.clock);
    this.bot = makeUser(settings.applicationId, { username: "hivemind", bot: true });
  }

  get guildIds(): readonly string[] {
    return [...this.#guilds.keys()];
  }

  addGuild(options: GuildOptions = {}): DoubleGuild {
    const { id = this.ids.next(), name = `Guild ${this.#guildsMade + 1}`, silently = false } = options;
    const { ownerId = this.ids.next(), memberCount = 2, locale = "en-US" } = options;
    this.#unavailable.delete(id);
    const guild = new Guild({ id, name, ownerId, memberCount, locale }, {
      index: this.#guildsMade++,
      botId: this.bot.id,
      id: () => this.ids.next(),
      joinedMs: this.#settings.clock.wallMs(),
    });
    this.#guilds.set(id, guild);
    if (!silently) this.#send("GUILD_CREATE", guild.created({ botId: this.bot.id, largeThreshold: 50 }), id);
    return guild;
  }

  removeGuild(guildId: string, options: Quietly & { unavailable?: boolean } = {}): void {
    const { unavailable = false, silently = false } = options;
    if (!unavailable) this.#guilds.delete(guildId);
    else this.#unavailable.add(guildId);
    if (!silently) this.#send("GUILD_DELETE", { id: guildId, ...(unavailable ? { unavailable } : {}) }, guildId);
  }

  guild(guildId: string): Guild {
    const guild = this.findGuild(guildId);
    if (!guild) throw new Error(`Discord double: no guild ${guildId}; there are ${this.guildIds.join(", ") || "none"}`);
    return guild;
  }

  findGuild(guildId: string): Guild | undefined {
    return this.#guilds.get(guildId);
  }

  isAvailable(guildId: string): boolean {
    return this.#guilds.has(guildId) && !this.#unavailable.has(guildId);
  }

  addChannel(guildId: string, options: ChannelOptions = {}): APITextChannel | APINewsChannel {
    const channel = this.guild(guildId).addChannel({ id: this.ids.next(), ...options });
    this.#send("CHANNEL_CREATE", channel, guildId);
    return channel;
  }

  /** A channel, its guild and whether the bot may write there. */
  findChannel(channelId: string): { channel: APIChannel; guild: Guild | undefined; botMayWrite: boolean } | undefined {
    for (const guild of this.#guilds.values()) {
      const found = guild.channels.get(channelId);
      if (found) return { ...found, guild };
    }
    const userId = [...this.#direct].find(([, id]) => id === channelId)?.[0];
    if (userId === undefined) return undefined;
    const channel: APIChannel = {
      id: channelId,
      type: ChannelType.DM,
      name: null,
      last_message_id: null,
      recipients: [this.user(userId)],
    };
    return { channel, guild: undefined, botMayWrite: true };
  }

  /** The DM channel between the bot and a user. */
  directChannel(userId: string): string {
    const existing = this.#direct.get(userId);
    if (existing !== undefined) return existing;
    const id = this.ids.next();
    this.#direct.set(userId, id);
    return id;
  }

  addUser(options: UserOptions = {}): APIUser {
    const { id = this.ids.next(), username, globalName, bot } = options;
    const user = makeUser(id, {
      ...this.#users.get(id),
      ...(username === undefined ? {} : { username }),
      ...(globalName === undefined ? {} : { global_name: globalName }),
      ...(bot === undefined ? {} : { bot }),
    });
    this.#users.set(id, user);
    return user;
  }

  user(userId: string): APIUser {
    return this.findUser(userId) ?? this.addUser({ id: userId });
  }

  findUser(userId: string): APIUser | undefined {
    if (userId === this.bot.id) return this.bot;
    const known = this.#users.get(userId);
    if (known) return known;
    for (const guild of this.#guilds.values()) {
      const member = guild.members.get(userId);
      if (member) return member.user;
    }
    return undefined;
  }

  addMember(guildId: string, options: MemberOptions = {}): APIGuildMember {
    const guild = this.guild(guildId);
    const member = makeMember(this.addUser(options), {
      joined_at: options.joinedAt ?? new Date(this.#settings.clock.wallMs()).toISOString(),
      nick: options.nick ?? null,
      roles: [...options.roles ?? []],
    });
    guild.members.set(member);
    if (!options.silently) {
      this.#send("GUILD_MEMBER_ADD", { ...member, guild_id: guildId }, guildId, GatewayIntentBits.GuildMembers);
    }
    return member;
  }

  updateMember(guildId: string, userId: string, change: Omit<MemberOptions, "id">): APIGuildMember {
    const guild = this.guild(guildId);
    const before = guild.members.get(userId);
    if (!before) throw new Error(`Discord double: ${userId} is no member of guild ${guildId}`);
    const { username, globalName, nick, roles, joinedAt } = change;
    const user = {
      ...before.user,
      ...(username === undefined ? {} : { username }),
      ...(globalName === undefined ? {} : { global_name: globalName }),
    };
    const member: APIGuildMember = {
      ...before,
      user,
      ...(nick === undefined ? {} : { nick }),
      ...(roles === undefined ? {} : { roles: [...roles] }),
      ...(joinedAt === undefined ? {} : { joined_at: joinedAt }),
    };
    guild.members.set(member);
    this.#users.set(userId, user);
    if (!change.silently) {
      this.#send("GUILD_MEMBER_UPDATE", { ...member, guild_id: guildId }, guildId, GatewayIntentBits.GuildMembers);
    }
    return member;
  }

  removeMember(guildId: string, userId: string, options: Quietly = {}): void {
    const guild = this.guild(guildId);
    const user = this.user(userId);
    guild.members.delete(userId);
    if (options.silently) return;
    this.#send("GUILD_MEMBER_REMOVE", { guild_id: guildId, user }, guildId, GatewayIntentBits.GuildMembers);
  }

  member(guildId: string, userId: string): APIGuildMember | undefined {
    return this.guild(guildId).members.get(userId);
  }

  memberIds(guildId: string): IterableIterator<string> {
    return this.guild(guildId).members.ids();
  }

  addMessage(options: MessageOptions): APIMessage {
    const found = this.findChannel(options.channelId);
    if (!found) throw new Error(`Discord double: no channel ${options.channelId}`);
    const author = this.user(options.authorId ?? found.guild?.ownerId ?? this.ids.next());
    const message: APIMessage = {
      id: options.id ?? this.ids.next(),
      type: MessageType.Default,
      channel_id: options.channelId,
      author,
      content: options.content ?? "",
      timestamp: options.timestamp ?? new Date(this.#settings.clock.wallMs()).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: options.attachments ?? [],
      embeds: options.embeds ?? [],
      components: [],
      pinned: false,
      flags: NO_FLAGS,
    };
    this.messages.put({ message, files: [], ephemeral: false });
    if (!options.silently) this.announce(message);
    return message;
  }

  /** MESSAGE_CREATE for a message of the store. */
  announce(message: APIMessage): void {
    const guild = this.findChannel(message.channel_id)?.guild;
    const member = guild?.members.get(message.author.id);
    const { user: _, ...withoutUser } = member ?? { user: undefined };
    const data = { ...message, ...(guild ? { guild_id: guild.id, member: withoutUser } : {}) };
    const intent = guild ? GatewayIntentBits.GuildMessages : GatewayIntentBits.DirectMessages;
    this.#send("MESSAGE_CREATE", data, guild?.id, intent);
  }

  message(channelId: string, messageId: string): APIMessage | undefined {
    return this.messages.find(channelId, messageId)?.message;
  }

  commands(guildId?: string): readonly APIApplicationCommand[] {
    return this.#commands.get(guildId ?? "") ?? [];
  }

  setCommands(commands: readonly APIApplicationCommand[], guildId: string | undefined): void {
    this.#commands.set(guildId ?? "", commands);
  }

  #send(event: string, data: unknown, guildId: string | undefined, intent: number = GatewayIntentBits.Guilds): void {
    this.#emit({ event, data, guildId, intent });
  }
}
