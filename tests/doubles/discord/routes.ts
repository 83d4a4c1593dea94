/** The table of routes: which request leads where, and what a handler is given. */

import type { SentFile } from "./effects.ts";
import { matchesRoute } from "./faults.ts";

/** A request to a route. */
export interface Call {
  readonly replica: string;
  /** `METHOD /path`, for records. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body, or `payload_json` of a multipart one. */
  readonly body: unknown;
  readonly files: readonly SentFile[];
}

/** An answer: no body means 204. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** What a route does. */
export interface Route {
  /** `METHOD /path/:parameter`. */
  readonly pattern: string;
  /** `token`: the interaction's token in the path is the proof; then the global limit does not count either. */
  readonly proof: "bot" | "token";
  readonly handle: (call: Call) => Reply;
}

/** A route of the bot's own token. */
export function botRoute(pattern: string, handle: (call: Call) => Reply): Route {
  return { pattern, proof: "bot", handle };
}

/** A route whose path carries an interaction's token. */
export function tokenRoute(pattern: string, handle: (call: Call) => Reply): Route {
  return { pattern, proof: "token", handle };
}

/** The route of a request, with its parameters; the first that fits. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const route = routes.find(({ pattern }) => matchesRoute(pattern, method, path));
  if (!route) return undefined;
  const names = (route.pattern.split(" ")[1] ?? "").split("/");
  const params: Record<string, string> = {};
  path.split("/").forEach((segment, index) => {
    const name = names[index] ?? "";
    if (name.startsWith(":")) params[name.slice(1)] = decodeURIComponent(segment);
  });
  return { route, params };
}

/** The rate-limit bucket of a request: the route and its major parameter. */
export function bucketOf(route: Route, params: Readonly<Record<string, string>>): string {
  const major = params.guild ?? params.channel ?? params.token ?? "";
  return `${route.pattern}|${major}`;
}
