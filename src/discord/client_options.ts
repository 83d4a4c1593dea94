/** How discord.js is set up: the intents and caches that the bot needs, and no more. */
import { ActivityType, type ClientOptions, GatewayIntentBits, Options } from "discord.js";
import type { Metrics } from "../metrics.ts";
import { restOptions } from "./rest.ts";

type Throttle = { waitForIdentify(shardId: number, signal: AbortSignal): Promise<void> };

export interface ClientSetup {
  apiBase: string;
  metrics: Metrics;
  /** Ends all requests when it aborts. */
  ending: AbortSignal;
  presence: string;
  buildThrottle(maxConcurrency: number): Throttle;
}

/** Guilds, channels and roles are always kept, because permissions are computed from them; of everything else nothing is read again. */
const CACHES = Options.cacheWithLimits({
  ApplicationCommandManager: 0,
  ApplicationEmojiManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  UserManager: { maxSize: 0, keepOverLimit: (user) => user.id === user.client.user.id },
  VoiceStateManager: 0,
});

/** The options of a client that connects all its shards in this process. */
export function clientOptions({ apiBase, metrics, ending, presence, buildThrottle }: ClientSetup): ClientOptions {
  return {
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
    shards: "auto",
    makeCache: CACHES,
    allowedMentions: { parse: [] },
    presence: { activities: [{ type: ActivityType.Custom, name: "Custom Status", state: presence }] },
    rest: restOptions({ apiBase, metrics, ending }),
    ws: {
      buildIdentifyThrottler: async (manager) => {
        const { session_start_limit } = await manager.fetchGatewayInformation();
        return buildThrottle(session_start_limit.max_concurrency);
      },
    },
  };
}
