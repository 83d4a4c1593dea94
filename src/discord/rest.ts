/** Discord's REST API: how it is asked, what its refusals mean. */
import {
  DefaultRestOptions,
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  RESTEvents,
  type RESTOptions,
} from "discord.js";
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

export interface RestOptionsSetup extends Pick<RestSetup, "apiBase" | "metrics"> {
  /** Aborting it ends every request under way, and all later ones. */
  ending?: AbortSignal;
}

/** The options with which every part of the program asks Discord. */
export function restOptions({ apiBase, metrics, ending }: RestOptionsSetup): Partial<RESTOptions> {
  return {
    api: apiBase.replace(/\/+$/, "").replace(/\/v\d+$/, ""),
    version: API_VERSION,
    timeout: ATTEMPT_TIMEOUT_MS,
    retries: RETRIES,
    invalidRequestWarningInterval: 500,
    async makeRequest(url, init) {
      const signals = [ending, init.signal].filter((signal) => signal instanceof AbortSignal);
      const answer = await DefaultRestOptions.makeRequest(url, { ...init, signal: AbortSignal.any(signals) });
      if (answer.status === 429) {
        metrics.discordRateLimits.inc({ scope: answer.headers.get("x-ratelimit-scope") ?? "unknown" });
      }
      return answer.ok ? answer : await consumed(answer);
    },
  };
}

type Answer = Awaited<ReturnType<RESTOptions["makeRequest"]>>;

/** The answer, read to its end: discord.js leaves the body of many a refusal unread, and each would keep its connection. */
async function consumed(answer: Answer): Promise<Answer> {
  const { headers, ok, status, statusText } = answer;
  const bytes = await answer.arrayBuffer();
  const text = () => Promise.resolve(new TextDecoder().decode(bytes));
  return {
    headers,
    ok,
    status,
    statusText,
    body: null,
    bodyUsed: false,
    arrayBuffer: () => Promise.resolve(bytes),
    text,
    json: () => text().then((json) => JSON.parse(json)),
  };
}

/** A REST client without a gateway, for subcommands; it keeps no timers, so nothing needs closing. */
export function createRest({ token, apiBase, log, metrics }: RestSetup): REST {
  const rest = new REST({ ...restOptions({ apiBase, metrics }), hashSweepInterval: 0, handlerSweepInterval: 0 })
    .setToken(token);
  watchRest(rest, log);
  return rest;
}

/** Tells of waits for rate limits, and warns when refused requests come near Discord's ban of the address. */
export function watchRest(rest: REST, log: Log): void {
  rest.on(RESTEvents.RateLimited, ({ scope, route, method, timeToReset }) => {
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
