/** Request limits per route bucket and per token, as fixed windows of a second, and the headers that tell of them. */

import type { Clock } from "../../../src/clock.ts";

const WINDOW_MS = 1_000;

/** What a request finds: the headers for its answer and, when it is too much, how to refuse it. */
export interface Verdict {
  readonly headers: Readonly<Record<string, string>>;
  readonly exceeded: { readonly scope: "user" | "global"; readonly retryAfterMs: number } | undefined;
}

interface Window {
  startMs: number;
  used: number;
}

/** The limits of one token. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #perRoute: number;
  readonly #global: number;
  readonly #windows = new Map<string, Window>();
  readonly #everything: Window = { startMs: -Infinity, used: 0 };

  constructor(clock: Clock, options: { perRoute: number; global: number }) {
    this.#clock = clock;
    this.#perRoute = options.perRoute;
    this.#global = options.global;
  }

  /** Counts a request to `bucket`; interaction routes are exempt from the global limit. */
  take(bucket: string, options: { exemptFromGlobal: boolean }): Verdict {
    const nowMs = this.#clock.monotonicMs();
    const window = this.#window(bucket, nowMs);
    const overGlobal = !options.exemptFromGlobal && this.#exceeds(this.#everything, this.#global, nowMs);
    const over = this.#exceeds(window, this.#perRoute, nowMs);
    const resetAfterMs = window.startMs + WINDOW_MS - nowMs;
    const headers = Number.isFinite(this.#perRoute) ? this.#headers(bucket, window, resetAfterMs) : {};
    if (overGlobal) {
      const retryAfterMs = this.#everything.startMs + WINDOW_MS - nowMs;
      return { headers, exceeded: { scope: "global", retryAfterMs } };
    }
    return { headers, exceeded: over ? { scope: "user", retryAfterMs: resetAfterMs } : undefined };
  }

  #window(bucket: string, nowMs: number): Window {
    for (const [key, { startMs }] of this.#windows) {
      if (nowMs - startMs < WINDOW_MS) break;
      this.#windows.delete(key);
    }
    const existing = this.#windows.get(bucket);
    if (existing) return existing;
    const fresh = { startMs: nowMs, used: 0 };
    this.#windows.set(bucket, fresh);
    return fresh;
  }

  #exceeds(window: Window, limit: number, nowMs: number): boolean {
    if (nowMs - window.startMs >= WINDOW_MS) Object.assign(window, { startMs: nowMs, used: 0 });
    window.used++;
    return window.used > limit;
  }

  #headers(bucket: string, window: Window, resetAfterMs: number): Record<string, string> {
    return {
      "x-ratelimit-bucket": bucketHash(bucket),
      "x-ratelimit-limit": String(this.#perRoute),
      "x-ratelimit-remaining": String(Math.max(0, this.#perRoute - window.used)),
      "x-ratelimit-reset": String((this.#clock.wallMs() + resetAfterMs) / 1_000),
      "x-ratelimit-reset-after": String(resetAfterMs / 1_000),
    };
  }
}

/** A name for a bucket that is the same for all its resources, like Discord's hash of the route. */
function bucketHash(bucket: string): string {
  const route = bucket.split("|")[0] ?? bucket;
  let hash = 0x811c9dc5;
  for (const char of route) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
