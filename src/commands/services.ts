/** What the commands need of the rest of the program; the composition root joins it. */
import type { CallOptions, GuildStore, QuoteStore, WikiStore } from "../backend/backend.ts";
import type { Clock } from "../clock.ts";
import type { Card } from "../discord/reply.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Texts } from "../texts/texts.ts";

export interface CommandServices {
  readonly backend: WikiStore & QuoteStore & GuildStore & { ping(options?: CallOptions): Promise<number> };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The language for a locale such as `en-US`. */
  readonly textsFor: (locale: string) => Texts;
  /** Where the web interface is; without it there are no links to it. */
  readonly webBaseUrl?: string;
  readonly describeReplica: () => ReplicaDescription;
  /** Posts a card to a channel. A rejection is logged and changes nothing else. */
  readonly announce: (announcement: { channelId: string; card: Card }) => Promise<void>;
  /** Reacts to a message with one of the configured emoji. A rejection is logged and changes nothing else. */
  readonly react: (reaction: Reaction) => Promise<void>;
}

export interface ReplicaDescription {
  replica: string;
  /** Who leads the member sync, as far as this replica knows. */
  syncLeader: string | undefined;
  gatewayLatencyMs: number | undefined;
}

export interface Reaction {
  channelId: string;
  messageId: string;
  emoji: "quote" | "wiki" | "hivemind";
}
