/** What a test may choose about the double, and what holds when it chooses nothing. */

import { GatewayIntentBits } from "discord-api-types/v10";
import { type Clock, systemClock } from "../../../src/clock.ts";

/** Settings of a Discord double; the defaults are Discord's own. */
export interface DoubleOptions {
  /** Time for deadlines, buckets and records; default: the clock of this machine. */
  clock?: Clock;
  /** Address to listen on; default: 127.0.0.1. */
  hostname?: string;
  /** Port to listen on; default: any free one. */
  port?: number;
  /** The bot's token, without `Bot `. */
  token?: string;
  /** The application's id, which is the bot's user id too. */
  applicationId?: string;
  /** Privileged intents that the developer portal grants; default: GuildMembers alone. */
  grantedIntents?: number;
  /** Shards that `GET /gateway/bot` recommends. */
  shards?: number;
  /** IDENTIFYs per bucket and window; Discord's is 1 per 5 s. */
  maxConcurrency?: number;
  /** Length of an IDENTIFY bucket; 0 turns it off, so that several clients log in at once. */
  identifyWindowMs?: number;
  /** IDENTIFYs per 24 h; with the next one Discord resets the token. */
  identifiesPerDay?: number;
  /** What HELLO asks for; a session that is silent for longer than one and a half of it is closed as a zombie. */
  heartbeatIntervalMs?: number;
  /** How long a dropped session can be resumed. */
  resumableMs?: number;
  /** Requests per second and token, interaction routes excepted; `Infinity` turns the limit off. */
  globalRequestsPerSecond?: number;
  /** Requests per route bucket and second. */
  routeRequestsPerSecond?: number;
  /** What the second callback of an interaction gets: 40060 (HTTP 400) or 10062 (HTTP 404). */
  lostClaimCode?: 40060 | 10062;
  /** Time to the first answer of an interaction. */
  firstAnswerMs?: number;
  /** Lifetime of an interaction's token. */
  interactionTokenMs?: number;
  /** Refuse to invoke commands that the application has not registered. */
  strictCommands?: boolean;
}

/** All settings, chosen. */
export type Settings = Readonly<Required<Omit<DoubleOptions, "port">>> & { readonly port: number };

/** Completes what a test chose. */
export function settle(options: DoubleOptions): Settings {
  return {
    clock: systemClock,
    hostname: "127.0.0.1",
    port: 0,
    token: "double.of.a-bot-token",
    applicationId: "100000000000000001",
    grantedIntents: GatewayIntentBits.GuildMembers,
    shards: 1,
    maxConcurrency: 1,
    identifyWindowMs: 5_000,
    identifiesPerDay: 1_000,
    heartbeatIntervalMs: 41_250,
    resumableMs: 180_000,
    globalRequestsPerSecond: 50,
    routeRequestsPerSecond: 50,
    lostClaimCode: 40060,
    firstAnswerMs: 3_000,
    interactionTokenMs: 15 * 60_000,
    strictCommands: false,
    ...options,
  };
}
