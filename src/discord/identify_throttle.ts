/**
 * Holds IDENTIFYs back. Discord allows one in five seconds and bucket, and 1,000 a day, after which it resets the bot's token: a
 * gateway that takes every IDENTIFY and drops the session again must not use them up.
 */
import { type Clock, sleep } from "../clock.ts";

const BUCKET_MS = 5_000;
/** Several replicas that start together share a bucket and are told to come back: that many times is no reason to worry. */
const CALM_ATTEMPTS = 4;
/** Three replicas that wait as long as this use 860 a day. */
const LONGEST_WAIT_MS = 300_000;

export interface IdentifyThrottleOptions {
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  /** Shards that may identify at once, as the gateway says. */
  maxConcurrency: number;
}

/** An `IIdentifyThrottler` of discord.js that knows which IDENTIFYs led to a session. */
export class IdentifyThrottle {
  readonly #options: IdentifyThrottleOptions;
  /** When the next IDENTIFY of a bucket may be sent. Monotonic milliseconds. */
  readonly #bucketFreeAtMs = new Map<number, number>();
  /** IDENTIFYs since the shard's last session. */
  readonly #attempts = new Map<number, { count: number; nextAtMs: number }>();

  constructor(options: IdentifyThrottleOptions) {
    this.#options = options;
  }

  /** Resolves when the shard may identify. @throws the signal's reason when the connection was closed meanwhile */
  async waitForIdentify(shardId: number, signal: AbortSignal): Promise<void> {
    const { clock, random, maxConcurrency } = this.#options;
    const bucket = shardId % maxConcurrency;
    for (;;) {
      const nowMs = clock.monotonicMs();
      const freeAtMs = Math.max(this.#bucketFreeAtMs.get(bucket) ?? 0, this.#attempts.get(shardId)?.nextAtMs ?? 0);
      if (freeAtMs <= nowMs) break;
      await sleep(clock, freeAtMs - nowMs, signal);
    }
    const nowMs = clock.monotonicMs();
    const count = (this.#attempts.get(shardId)?.count ?? 0) + 1;
    const waitMs = Math.min(LONGEST_WAIT_MS, BUCKET_MS * 2 ** Math.max(0, count - CALM_ATTEMPTS));
    this.#bucketFreeAtMs.set(bucket, nowMs + BUCKET_MS);
    this.#attempts.set(shardId, { count, nextAtMs: nowMs + waitMs * (1 + random() * 0.3) });
  }

  /** The shard has a session. */
  succeeded(shardId: number): void {
    this.#attempts.delete(shardId);
  }
}
