/** A gRPC server of the contract over any backend, for small deployments, development and tests. */
import { Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Backend } from "./backend.ts";
import { serveAdmin } from "./grpc/admin_service.ts";
import { serveDiscord } from "./grpc/discord_service.ts";
import { surviveGoaway } from "./grpc/goaway.ts";
import { serveNotes } from "./grpc/note_service.ts";
import { serveQuotes } from "./grpc/quote_service.ts";
import { serveReflection } from "./grpc/reflection_service.ts";
import { Services } from "./grpc/served_call.ts";
import { tlsBytes, type TlsTexts } from "./grpc/tls_texts.ts";
import { serveWiki } from "./grpc/wiki_service.ts";

const GRPC_OPTIONS: ServerOptions = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  // Of what one client has running at once, and of one message; every limit of a text is below it.
  "grpc.max_concurrent_streams": 1_000,
  "grpc.max_receive_message_length": 4 * 1024 * 1024,
};

export interface BackendServerOptions {
  /** Stays the caller's: closing the server leaves it open. */
  backend: Backend;
  /** Port 0 takes any that is free. */
  listen: { host: string; port: number };
  /** What clients must bring. Without it everybody is served, which is only allowed on this machine's own addresses. */
  serviceToken?: string;
  /** Plaintext without it. PEM texts; with `ca`, clients need a certificate of it. */
  tls?: TlsTexts;
  log: Log;
  clock: Clock;
  /** How long running calls may go on after the server was told to stop. Milliseconds; 5 s when absent. */
  drainMs?: number;
}

export interface BackendServer {
  /** The port it listens on. */
  port: number;
  /** Takes no new calls, lets running ones end for `drainMs`, then ends them. */
  close(): Promise<void>;
}

/** Starts the server. @throws {Failure} `bad_input` when it cannot listen so */
export async function startBackendServer(options: BackendServerOptions): Promise<BackendServer> {
  const { backend, listen, log, clock, drainMs = 5_000 } = options;
  const serviceToken = options.serviceToken?.trim() || undefined;
  if (serviceToken === undefined && !isLoopback(listen.host)) {
    throw new Failure(
      "bad_input",
      `The backend must not listen on ${listen.host} without a token: everybody could read and write; set BACKEND_SERVICE_TOKEN`,
    );
  }
  const credentials = credentialsOf(options.tls);
  surviveGoaway();
  const server = new Server(GRPC_OPTIONS);
  let closing: Promise<void> | undefined;
  const services = new Services(server, { backend, serviceToken, log, clock });
  serveWiki(services, backend);
  serveNotes(services, backend);
  serveQuotes(services, backend);
  serveDiscord(services, backend);
  serveAdmin(services, backend, { clock, isServing: () => closing === undefined });
  serveReflection(server);
  const port = await bind(server, { credentials, ...listen });
  log.info("backend serves", { host: listen.host, port, tls: options.tls !== undefined });
  return { port, close: () => closing ??= stop(server, clock, drainMs) };
}

function bind(
  server: Server,
  { host, port, credentials }: { host: string; port: number; credentials: ServerCredentials },
): Promise<number> {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const refused = (error: unknown) => {
    server.forceShutdown();
    const why = /EADDRINUSE/.test(String(error))
      ? "another program has this port"
      : "is the address one of this machine?";
    return new Failure("bad_input", `Cannot listen on ${address}: ${why}`, { cause: error });
  };
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(refused(error));
    });
  });
}

function credentialsOf(tls: BackendServerOptions["tls"]): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { ca, cert, key } = tlsBytes(tls);
  if (cert === null || key === null) throw new Failure("bad_input", "A TLS server needs a certificate and its key");
  // Without clients' certificates the root must still be given: the library falls back to a file that an environment variable names.
  return ServerCredentials.createSsl(ca ?? cert, [{ cert_chain: cert, private_key: key }], ca !== null);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function stop(server: Server, clock: Clock, drainMs: number): Promise<void> {
  return new Promise<void>((resolve) => {
    const cancel = clock.after(drainMs, () => {
      server.forceShutdown();
      resolve();
    });
    server.tryShutdown(() => {
      cancel();
      resolve();
    });
  });
}
