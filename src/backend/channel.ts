/**
 * The connection to the backend's gRPC server: credentials, keepalive, a deadline on every call, reconnecting without a word.
 *
 * A call is sent again only when it cannot have been done: a read, or one that never left. A write that went unanswered may have been done,
 * and whoever asked for it has to look first.
 */
import { isIP } from "node:net";
import {
  type ChannelCredentials,
  type ChannelOptions as GrpcOptions,
  credentials,
  Metadata,
  type MethodDefinition,
} from "@grpc/grpc-js";
import type { Clock } from "../clock.ts";
import { Failure, toFailure } from "../failure.ts";
import type { Metrics } from "../metrics.ts";
import type { Bounds } from "./grpc/bounds.ts";
import { Breaker } from "./grpc/breaker.ts";
import { Connection } from "./grpc/connection.ts";
import { failureOf, isServiceError, isTimeout, neverLeft, RECEIVE_LIMIT_BYTES } from "./grpc/errors.ts";
import { CHECK_HEALTH } from "./grpc/health_wire.ts";
import { type Headers, metadataOf } from "./grpc/metadata.ts";
import { Repeats } from "./grpc/repeats.ts";
import { tlsBytes, type TlsTexts } from "./grpc/tls_texts.ts";

export interface ChannelOptions {
  host: string;
  port: number;
  /** Asked for with every call, so that a rotated token is used at once. */
  serviceToken: () => Promise<string> | string;
  /** Plaintext without it. PEM texts; without `ca` the system's roots are trusted. */
  tls?: TlsTexts;
  clock: Clock;
  metrics?: Pick<Metrics, "backendCalls">;
  /** From 0 up to 1; spreads the repeats of many replicas. */
  random?: () => number;
  /** The longest pause between two attempts to connect. Milliseconds; 1 s when absent. */
  reconnectDelayMs?: number;
}

export interface RpcOptions {
  bounds: Bounds;
  headers?: Headers;
}

const FIRST_RECONNECT_DELAY_MS = 100;
/** gRPC makes it up to a fifth longer. */
const LONGEST_RECONNECT_DELAY_MS = 1_000;

/** How long a backend that was away is given to show that it is back. */
const LOOK_MS = 1_000;

const GRPC_OPTIONS: GrpcOptions = {
  // A dead connection is noticed within 25 s, also while nobody asks; a server in use today punishes pings closer than 5 s.
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": RECEIVE_LIMIT_BYTES,
  // Whatever this channel opened, closing it closes.
  "grpc.use_local_subchannel_pool": 1,
  // Repeats are decided here, by what a call does.
  "grpc.enable_retries": 0,
};

export class Channel {
  readonly #options: ChannelOptions;
  readonly #open: () => Connection;
  readonly #breaker: Breaker;
  readonly #repeats: Repeats;
  readonly #running = new Set<Promise<unknown>>();
  #connection: Connection;
  #closing: Promise<void> | undefined;

  /** @throws {Failure} `bad_input` for settings that cannot work */
  constructor(options: ChannelOptions) {
    const { host, port, tls, clock, reconnectDelayMs = LONGEST_RECONNECT_DELAY_MS, random = Math.random } = options;
    if (tls !== undefined && isIP(host) !== 0) {
      // The runtime checks certificates by name alone.
      throw new Failure("bad_input", `TLS needs the backend's name; BACKEND_GRPC_HOST is the address ${host}`);
    }
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const settings = {
      ...GRPC_OPTIONS,
      "grpc.initial_reconnect_backoff_ms": Math.min(FIRST_RECONNECT_DELAY_MS, reconnectDelayMs),
      "grpc.max_reconnect_backoff_ms": reconnectDelayMs,
    };
    const ownCredentials = credentialsOf(tls);
    this.#options = options;
    this.#breaker = new Breaker(clock, () => this.#tracked(this.#look()));
    this.#repeats = new Repeats({ clock, random });
    this.#open = () => new Connection({ address, credentials: ownCredentials, settings, clock });
    this.#connection = this.#open();
  }

  /** Sends a call that may write: once, or until it has left. @throws {Failure} */
  call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: RpcOptions,
  ): Promise<Response> {
    return this.#tracked(this.#repeated(options.bounds, neverLeft, () => this.#observed(method, request, options)));
  }

  /** Sends a call that changes nothing, and again while nobody answers and time is left. @throws {Failure} */
  read<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: RpcOptions,
  ): Promise<Response> {
    const mayRepeat = ({ kind }: Failure) => kind === "unreachable";
    return this.#tracked(this.#repeated(options.bounds, mayRepeat, () => this.#observed(method, request, options)));
  }

  /** Lets running calls end, takes no new ones and closes the connection. */
  close(): Promise<void> {
    return this.#closing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#connection.retire();
  }

  #tracked<T>(answer: Promise<T>): Promise<T> {
    this.#running.add(answer);
    const forget = () => this.#running.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  async #repeated<T>(bounds: Bounds, mayRepeat: (failure: Failure) => boolean, send: () => Promise<T>): Promise<T> {
    for (let repeat = 0;; repeat++) {
      await this.#breaker.enter(bounds.signal);
      try {
        const answer = await send();
        this.#repeats.earn();
        return answer;
      } catch (error) {
        const failure = toFailure(error);
        if (!mayRepeat(failure) || this.#closing || !(await this.#repeats.pause(repeat, bounds))) throw failure;
      }
    }
  }

  async #observed<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: RpcOptions,
  ): Promise<Response> {
    const { clock, metrics } = this.#options;
    const startedMs = clock.monotonicMs();
    const observe = (outcome: string) => {
      const call = method.path.split("/").at(-1) ?? method.path;
      metrics?.backendCalls.observe({ call, outcome }, (clock.monotonicMs() - startedMs) / 1000);
    };
    try {
      const response = await this.#send(method, request, options);
      observe("ok");
      return response;
    } catch (error) {
      const failure = toFailure(error);
      observe(failure.kind);
      throw failure;
    }
  }

  async #send<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    { bounds, headers = {} }: RpcOptions,
  ): Promise<Response> {
    if (this.#closing) throw new Failure("aborted", "The connection to the backend has been closed");
    const { clock, serviceToken } = this.#options;
    const metadata = metadataOf(headers, await serviceToken());
    // gRPC wants a moment of the wall clock; it is used up at once, so a clock that jumps later does no harm.
    const callOptions = { deadline: clock.wallMs() + bounds.remainingMs() };
    const connection = this.#connection;
    const startedMs = clock.monotonicMs();
    const { signal } = bounds;
    try {
      const response = await connection.send({ method, request, metadata, callOptions, signal });
      connection.heard();
      this.#breaker.answered();
      if (response === undefined) throw new Failure("unknown", `${method.path} was answered by nothing`);
      return response;
    } catch (error) {
      if (signal?.aborted) throw new Failure("aborted", `${method.path} was given up`, { cause: signal.reason });
      if (!isServiceError(error)) throw error;
      const failure = failureOf(error, method.path);
      this.#learn(failure, { connection, startedMs, isTimeout: isTimeout(error) });
      throw failure;
    }
  }

  /** Whether the server answers on a new connection, which is then the one in use. */
  async #look(): Promise<boolean> {
    const { clock } = this.#options;
    let connection = this.#open();
    try {
      const callOptions = { deadline: clock.wallMs() + LOOK_MS };
      const metadata = new Metadata();
      await connection.send({
        method: CHECK_HEALTH,
        request: { service: "" },
        metadata,
        callOptions,
        signal: undefined,
      });
      [this.#connection, connection] = [connection, this.#connection];
      return true;
    } catch {
      return false;
    } finally {
      connection.retire();
    }
  }

  /** What a failed call tells of the connection. One that stayed silent for as long as a call waited is given up for a new one. */
  #learn(
    { kind }: Failure,
    { connection, startedMs, isTimeout }: { connection: Connection; startedMs: number; isTimeout: boolean },
  ): void {
    if (kind !== "unreachable") {
      connection.heard();
      this.#breaker.answered();
      return;
    }
    this.#breaker.unanswered();
    if (!isTimeout || this.#closing || connection !== this.#connection || !connection.isSilentSince(startedMs)) return;
    this.#connection = this.#open();
    connection.retire();
  }
}

function credentialsOf(tls: TlsTexts | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { ca, key, cert } = tlsBytes(tls);
  return credentials.createSsl(ca, key, cert);
}
