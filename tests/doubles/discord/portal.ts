/** What the developer portal knows of the application: its token, its privileged intents and how often it has identified. */

import { ApplicationFlags, GatewayCloseCodes, GatewayIntentBits } from "discord-api-types/v10";
import type { Settings } from "./options.ts";

const PRIVILEGED = GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
const ALL_INTENTS = Object.values(GatewayIntentBits).reduce<number>(
  (sum, bit) => typeof bit === "number" ? sum | bit : sum,
  0,
);
const DAY_MS = 24 * 3_600_000;

/** The application of a double. */
export class Portal {
  grantedIntents: number;
  /** IDENTIFYs received, refused ones too. */
  identifies = 0;
  identifiesRefused = 0;
  readonly #settings: Settings;
  readonly #bucketStartMs = new Map<number, number>();
  #dayStartMs: number;
  #today = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.grantedIntents = settings.grantedIntents;
    this.#dayStartMs = settings.clock.monotonicMs();
  }

  /** Whether this is the token; it is not any more after too many IDENTIFYs. */
  accepts(token: string): boolean {
    return token === this.#settings.token && this.#today <= this.#settings.identifiesPerDay;
  }

  /** The close code for these intents, if they are not to be had. */
  intentsRefusal(intents: number): number | undefined {
    if (!Number.isInteger(intents) || (intents & ~ALL_INTENTS) !== 0) return GatewayCloseCodes.InvalidIntents;
    return (intents & PRIVILEGED & ~this.grantedIntents) === 0 ? undefined : GatewayCloseCodes.DisallowedIntents;
  }

  grants(intent: GatewayIntentBits): boolean {
    return (this.grantedIntents & intent) !== 0;
  }

  /** Counts an IDENTIFY; false when its bucket is used up. */
  identify(shard: number): boolean {
    const { clock, maxConcurrency, identifyWindowMs } = this.#settings;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#dayStartMs >= DAY_MS) {
      this.#dayStartMs = nowMs;
      this.#today = 0;
    }
    this.identifies++;
    this.#today++;
    const key = shard % maxConcurrency;
    const startMs = this.#bucketStartMs.get(key);
    if (startMs !== undefined && nowMs - startMs < identifyWindowMs) {
      this.identifiesRefused++;
      return false;
    }
    this.#bucketStartMs.set(key, nowMs);
    return true;
  }

  /** `session_start_limit` of `GET /gateway/bot`. */
  startLimit() {
    const { clock, identifiesPerDay, maxConcurrency } = this.#settings;
    return {
      total: identifiesPerDay,
      remaining: Math.max(0, identifiesPerDay - this.#today),
      reset_after: Math.max(0, Math.trunc(this.#dayStartMs + DAY_MS - clock.monotonicMs())),
      max_concurrency: maxConcurrency,
    };
  }

  /** Flags of the application: which privileged intents it has, in the form for bots in fewer than 100 guilds. */
  flags(): number {
    const shown: readonly [GatewayIntentBits, ApplicationFlags][] = [
      [GatewayIntentBits.GuildMembers, ApplicationFlags.GatewayGuildMembersLimited],
      [GatewayIntentBits.GuildPresences, ApplicationFlags.GatewayPresenceLimited],
      [GatewayIntentBits.MessageContent, ApplicationFlags.GatewayMessageContentLimited],
    ];
    return shown.reduce((flags, [intent, flag]) => this.grants(intent) ? flags | flag : flags, 0);
  }
}
