/** Discord's REST API: how it is asked, what its refusals mean. */
import { DiscordAPIError, HTTPError, RateLimitError, REST, RESTEvents, type RESTOptions } from "discord.js";
import { Failure, type FailureKind, toFailure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";

export interface RestSetup {
  token: string;
  /** As `https://discord.com/api`, with or without a version. */
  apiBase: string;
  log: Log;
  metrics: Metrics;
}

const API_VERSION = "10";
/** One attempt, up to the head of the answer. */
const ATTEMPT_TIMEOUT_MS = 15_000;
/** For answers 5xx and broken connections. */
const RETRIES = 2;

/** The options with which every part of the program asks Discord. */
export function restOptions(apiBase: string): Partial<RESTOptions> {
  const api = apiBase.replace(/\/+$/, "").replace(/\/v\d+$/, "");
  return { api, version: API_VERSION, timeout: ATTEMPT_TIMEOUT_MS, retries: RETRIES };
}

/** A REST client without a gateway, for subcommands; it keeps no timers, so nothing needs closing. */
export function createRest({ token, apiBase, log, metrics }: RestSetup): REST {
  const rest = new REST({ ...restOptions(apiBase), hashSweepInterval: 0, handlerSweepInterval: 0 }).setToken(token);
  watchRest(rest, { log, metrics });
  return rest;
}

/** Counts rate limits, and warns when refused requests come near Discord's ban of the address. */
export function watchRest(rest: REST, { log, metrics }: Pick<RestSetup, "log" | "metrics">): void {
  rest.on(RESTEvents.RateLimited, ({ scope, route, method, timeToReset }) => {
    metrics.discordRateLimits.inc({ scope });
    log.debug("waiting for a rate limit of Discord", { scope, route, method, waitMs: timeToReset });
  });
  rest.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) => {
    log.warn("Discord refused many requests; at 10,000 it bans this address", { count, remainingMs: remainingTime });
  });
}

/** The answer, or the signal's reason as soon as it aborts: waits for rate limits inside the REST client do not listen to signals. */
export function within<T>(request: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const abandon = () => reject(signal.reason);
    signal.addEventListener("abort", abandon, { once: true });
    request.then(resolve, reject).finally(() => signal.removeEventListener("abort", abandon));
  });
}

/**
 * What Discord's refusal, or its silence, means.
 *
 * @param attempted what was tried, as in `read the members of guild 1`
 */
export function discordFailure(thrown: unknown, attempted: string): Failure {
  if (thrown instanceof Failure) return thrown;
  const kind = kindOf(thrown);
  const reason = thrown instanceof DiscordAPIError
    ? `${thrown.message} (HTTP ${thrown.status}, code ${thrown.code})`
    : thrown instanceof Error
    ? thrown.message
    : String(thrown);
  const remedy = kind === "refused_token" ? "; is DISCORD_BOT_TOKEN the token of the portal's page Bot?" : "";
  return new Failure(kind, `Cannot ${attempted}: ${reason}${remedy}`, { cause: thrown });
}

function kindOf(thrown: unknown): FailureKind {
  if (thrown instanceof DiscordAPIError) {
    const byStatus: Partial<Record<number, FailureKind>> = {
      400: "bad_input",
      401: "refused_token",
      403: "not_yours",
      404: "not_found",
      413: "too_large",
      429: "unreachable",
    };
    return byStatus[thrown.status] ?? "unknown";
  }
  if (thrown instanceof HTTPError || thrown instanceof RateLimitError) return "unreachable";
  // fetch: a TypeError for a connection that failed, an AbortError for an attempt that took too long
  if (thrown instanceof TypeError || (thrown instanceof Error && thrown.name === "AbortError")) return "unreachable";
  return toFailure(thrown).kind;
}
