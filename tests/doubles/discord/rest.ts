/** The REST API: what every request goes through before and after its route. */

import type { Clock } from "../../../src/clock.ts";
import { sleep } from "../../../src/clock.ts";
import type { SeenRequest, Violation } from "./contract.ts";
import type { SentFile } from "./effects.ts";
import { ApiError } from "./errors.ts";
import type { FaultKind, Faults } from "./faults.ts";
import type { Portal } from "./portal.ts";
import type { RateLimits } from "./rate_limits.ts";
import { bucketOf, type Call, findRoute, type Reply, type Route } from "./routes.ts";

/** A request as the listener hands it over. */
export interface Arrival {
  readonly replica: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Aborts when the client has gone or the double closes. */
  readonly signal: AbortSignal;
}

/** An answer with its headers; undefined: break the connection. */
export type Departure = Answered | undefined;

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Parts {
  readonly clock: Clock;
  readonly portal: Portal;
  readonly faults: Faults;
  readonly limits: RateLimits;
  readonly routes: readonly Route[];
  readonly violate: (violation: Violation) => void;
  /** A request has met a fault, or has ended. */
  readonly served: () => void;
  /** A fault hit this request, so that its sender cannot know what came of it. */
  readonly disturbed: (path: string) => void;
}

/** The REST API of a double. */
export class Rest {
  readonly requests: SeenRequest[] = [];
  /** 401, 403 and 429 without scope `shared`. */
  invalidRequests = 0;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Serves one request. */
  async serve(arrival: Arrival): Promise<Departure> {
    const departure = await this.#throughFaults(arrival);
    const { replica, method, path, query } = arrival;
    const status = departure?.status ?? 0;
    const atMs = this.#parts.clock.monotonicMs();
    this.requests.push({ replica, method, path, query: query.toString(), status, atMs });
    const isShared = departure?.headers["x-ratelimit-scope"] === "shared";
    if (status === 401 || status === 403 || (status === 429 && !isShared)) this.invalidRequests++;
    this.#parts.served();
    return departure;
  }

  async #throughFaults(arrival: Arrival): Promise<Departure> {
    const { method, path, replica, signal } = arrival;
    const fault = this.#parts.faults.meet(method, path, replica);
    if (!fault) return await this.#answer(arrival);
    this.#parts.disturbed(path);
    this.#parts.served();
    const { what, released } = fault;
    switch (what.kind) {
      case "rate-limit":
        return tooMany(what.scope, what.retryAfterMs, {});
      case "status":
        return json(what.status, { message: what.message ?? `${what.status}`, code: what.code ?? 0 });
      case "cut":
        if (what.when === "after") await this.#answer(arrival);
        return undefined;
      case "stall": {
        const departure = what.when === "after" ? await this.#answer(arrival) : undefined;
        if (!await this.#hold(what, released, signal)) return undefined;
        return departure ?? await this.#answer(arrival);
      }
    }
  }

  /** Waits as long as a stall lasts; false when the client has gone meanwhile. */
  async #hold(what: FaultKind & { kind: "stall" }, released: Promise<void>, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const waits = [released, sleep(this.#parts.clock, what.forMs, either)];
    await Promise.race(waits).catch(() => {});
    over.abort();
    await Promise.allSettled(waits.slice(1));
    return !signal.aborted;
  }

  async #answer(arrival: Arrival): Promise<Departure> {
    const { method, path, replica } = arrival;
    let headers: Record<string, string> = {};
    try {
      const found = findRoute(this.#parts.routes, method, path);
      if (!found) throw new ApiError(404, 0, { message: "404: Not Found", violation: true });
      const { route, params } = found;
      if (route.proof === "bot" && !this.#isAuthorized(arrival)) {
        throw new ApiError(401, 0, { message: "401: Unauthorized" });
      }
      const exemptFromGlobal = route.proof === "token";
      const verdict = this.#parts.limits.take(bucketOf(route, params), { exemptFromGlobal });
      headers = { ...verdict.headers };
      if (verdict.exceeded) return tooMany(verdict.exceeded.scope, verdict.exceeded.retryAfterMs, headers);
      const { body, files } = await readBody(arrival);
      const call: Call = { replica, route: `${method} ${path}`, params, query: arrival.query, body, files };
      return withHeaders(route.handle(call), headers);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.violation) this.#report(error, arrival);
      return json(error.status, error.body(), headers);
    }
  }

  #isAuthorized({ headers }: Arrival): boolean {
    const [scheme, token = ""] = (headers.get("authorization") ?? "").split(" ");
    return scheme === "Bot" && this.#parts.portal.accepts(token);
  }

  #report(error: ApiError, { method, path, replica }: Arrival): void {
    const route = `${method} ${path}`;
    const at = error.at.length > 0 ? error.at : [{ path: [], message: error.message }];
    for (const each of at) {
      this.#parts.violate({ replica, route, code: error.code, path: each.path.join("."), message: each.message });
    }
  }
}

/** @throws 400/50109 for what is no JSON. */
async function readBody({ headers, body }: Arrival): Promise<{ body: unknown; files: SentFile[] }> {
  if (body.length === 0) return { body: undefined, files: [] };
  const type = headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return { body: parse(new TextDecoder().decode(body)), files: [] };
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  const files: SentFile[] = [];
  for (const value of form.values()) {
    if (typeof value === "string") continue;
    const bytes = new Uint8Array(await value.arrayBuffer());
    files.push({ name: value.name, bytes, text: new TextDecoder().decode(bytes) });
  }
  const payload = form.get("payload_json");
  return { body: typeof payload === "string" ? parse(payload) : undefined, files };
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new ApiError(400, 50109, { message: "The request body contains invalid JSON.", violation: true });
  }
}

function withHeaders({ status, body }: Reply, headers: Record<string, string>): Departure {
  return body === undefined ? { status, headers, body: "" } : json(status, body, headers);
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answered {
  return { status, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
}

function tooMany(
  scope: "user" | "shared" | "global",
  retryAfterMs: number,
  headers: Record<string, string>,
): Departure {
  const seconds = Math.ceil(retryAfterMs) / 1_000;
  const isGlobal = scope === "global";
  const body = { message: "You are being rate limited.", retry_after: seconds, global: isGlobal };
  return json(429, body, {
    ...headers,
    "retry-after": String(seconds),
    "x-ratelimit-scope": scope,
    ...(isGlobal ? { "x-ratelimit-global": "true" } : {}),
  });
}
