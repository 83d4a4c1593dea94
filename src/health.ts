/** What the process says of itself over HTTP: `/metrics` for Prometheus, `/health` and `/ready` for probes, `/state` for people. */
import { explain, Failure } from "./failure.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** `undefined` is well; a sentence says what is wrong. */
export type Complaint = string | undefined;

export interface HealthOptions {
  /** 0 lets the system choose. */
  port: number;
  log: Log;
  metrics: Metrics;
  /** Whether the process must be restarted: only for what a restart can mend. */
  unhealthy(): Complaint;
  /** Whether interactions should not be expected to be answered now. */
  unready(): Complaint;
  /** One answer to "what is this replica doing, who leads, and why"; anything that JSON can hold. */
  state(): unknown;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws {Failure} `bad_input` when the port cannot be had */
export function startHealthServer(options: HealthOptions): HealthServer {
  const server = listen(options.port, (request) => answer(request, options));
  options.log.info("serving health and metrics", { port: server.addr.port });
  return { port: server.addr.port, close: () => server.shutdown() };
}

type Handler = (request: Request) => Promise<Response>;

/** On every address of this machine: clusters with IPv6 alone probe pods by it, and some kernels have none. */
function listen(port: number, handler: Handler): Deno.HttpServer<Deno.NetAddr> {
  const on = (hostname: string) => Deno.serve({ port, hostname, onListen: () => {} }, handler);
  try {
    try {
      return on("::");
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) throw error;
      return on("0.0.0.0");
    }
  } catch (cause) {
    const reason = cause instanceof Deno.errors.AddrInUse ? "another process has it" : explain(cause);
    throw new Failure(
      "bad_input",
      `Cannot listen on METRICS_PORT ${port}: ${reason}; set METRICS_PORT to a free port, or 0 for any.`,
      { cause },
    );
  }
}

async function answer(request: Request, options: HealthOptions): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") return text("only GET is served here", 405);
  switch (new URL(request.url).pathname) {
    case "/metrics": {
      const { registry } = options.metrics;
      return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
    }
    case "/health":
      return verdict(options.unhealthy());
    case "/ready":
      return verdict(options.unready());
    case "/state":
      return new Response(`${JSON.stringify(options.state(), null, 2)}\n`, {
        headers: { "content-type": "application/json" },
      });
    default:
      return text("served here: /metrics /health /ready /state", 404);
  }
}

function verdict(complaint: Complaint): Response {
  return complaint === undefined ? text("ok", 200) : text(complaint, 503);
}

function text(body: string, status: number): Response {
  return new Response(`${body}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}

/**
 * Asks the process on this machine for its `/health`.
 *
 * @returns what is wrong with it, or `undefined`
 */
export async function askHealth(port: number, signal: AbortSignal): Promise<Complaint> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal });
    const body = (await response.text()).trim();
    return response.ok ? undefined : `unhealthy: ${body}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Nothing answers at http://127.0.0.1:${port}/health: ${reason}; is the bot running, and is METRICS_PORT the same here as there?`;
  }
}
