/** A guild of the fake Discord and what Discord tells a bot about it. */

import {
  type APINewsChannel,
  type APIRole,
  type APITextChannel,
  ChannelType,
  GuildNSFWLevel,
} from "discord-api-types/v10";
import type { ChannelOptions, DoubleGuild, GuildOptions } from "./contract.ts";
import { makeMember, makeUser, Members, NO_FLAGS } from "./members.ts";

/** What everyone may by default: view, send, react, embed, attach, read history, use commands. */
export const EVERYONE_PERMISSIONS = (1n << 6n) | (1n << 10n) | (1n << 11n) | (1n << 14n) | (1n << 15n) | (1n << 16n) |
  (1n << 31n);
/** What the bot may where it may write: the above and mentioning everyone, so that only `allowed_mentions` holds it back. */
export const BOT_PERMISSIONS = EVERYONE_PERMISSIONS | (1n << 17n) | (1n << 18n) | (1n << 13n);

/** A channel and whether the bot may write there. */
export interface GuildChannel {
  readonly channel: APITextChannel | APINewsChannel;
  readonly botMayWrite: boolean;
}

/** A guild that the bot is in. */
export class Guild implements DoubleGuild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly locale: string;
  readonly channelId: string;
  readonly members: Members;
  readonly channels = new Map<string, GuildChannel>();
  readonly roles: readonly APIRole[];
  readonly #joinedAt: string;

  constructor(
    options: Required<Omit<GuildOptions, "silently">>,
    make: { index: number; botId: string; id: () => string; joinedMs: number },
  ) {
    this.id = options.id;
    this.name = options.name;
    this.ownerId = options.ownerId;
    this.locale = options.locale;
    this.#joinedAt = new Date(make.joinedMs).toISOString();
    const [first, second] = [make.id(), make.id()];
    this.roles = [
      role(this.id, "@everyone", EVERYONE_PERMISSIONS),
      role(first, "Reader", EVERYONE_PERMISSIONS),
      role(second, "Librarian", EVERYONE_PERMISSIONS),
    ];
    this.members = new Members(make.index, {
      count: Math.max(0, options.memberCount - 2),
      roleIds: [first, second],
    });
    this.members.set(
      makeMember(makeUser(make.botId, { username: "hivemind", bot: true }), { joined_at: this.#joinedAt }),
    );
    if (!this.members.get(this.ownerId)) {
      this.members.set(makeMember(makeUser(this.ownerId, { username: `owner_${make.index}` })));
    }
    this.channelId = this.addChannel({ id: make.id(), name: "general" }).id;
  }

  get memberCount(): number {
    return this.members.size;
  }

  addChannel(options: ChannelOptions & { id: string }): APITextChannel | APINewsChannel {
    const { id, name = `channel-${this.channels.size}`, type = ChannelType.GuildText, botMayWrite = true } = options;
    const channel: APITextChannel | APINewsChannel = {
      id,
      name,
      type,
      guild_id: this.id,
      position: this.channels.size,
      parent_id: null,
      permission_overwrites: [],
      nsfw: false,
      topic: null,
      last_message_id: null,
      rate_limit_per_user: 0,
    };
    this.channels.set(id, { channel, botMayWrite });
    return channel;
  }

  /** The guild's own fields, as `GET /guilds/:id` has them. */
  describe() {
    return {
      id: this.id,
      name: this.name,
      icon: null,
      splash: null,
      discovery_splash: null,
      owner_id: this.ownerId,
      region: "",
      afk_channel_id: null,
      afk_timeout: 300,
      verification_level: 0,
      default_message_notifications: 0,
      explicit_content_filter: 0,
      roles: [...this.roles],
      emojis: [],
      features: [],
      mfa_level: 0,
      application_id: null,
      system_channel_id: null,
      system_channel_flags: NO_FLAGS,
      rules_channel_id: null,
      vanity_url_code: null,
      description: null,
      banner: null,
      premium_tier: 0,
      premium_subscription_count: 0,
      preferred_locale: this.locale,
      public_updates_channel_id: null,
      nsfw_level: GuildNSFWLevel.Default,
      stickers: [],
      premium_progress_bar_enabled: false,
      safety_alerts_channel_id: null,
      hub_type: null,
      max_video_channel_users: 25,
      max_stage_video_channel_users: 50,
      incidents_data: null,
    } as const;
  }

  /** GUILD_CREATE for a session: without the presence intent its only member is the bot. */
  created(options: { botId: string; largeThreshold: number }) {
    const bot = this.members.get(options.botId);
    return {
      ...this.describe(),
      joined_at: this.#joinedAt,
      large: this.memberCount > options.largeThreshold,
      unavailable: false,
      member_count: this.memberCount,
      voice_states: [],
      members: bot ? [bot] : [],
      channels: [...this.channels.values()].map(({ channel }) => channel),
      threads: [],
      presences: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
    };
  }
}

function role(id: string, name: string, permissions: bigint): APIRole {
  return {
    id,
    name,
    permissions: String(permissions),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: name === "@everyone" ? 0 : 1,
    managed: false,
    mentionable: false,
    flags: NO_FLAGS,
  };
}
