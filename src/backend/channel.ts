/**
 * The connection to the backend's gRPC server: credentials, keepalive, a deadline on every call, reconnecting without a word.
 *
 * A call is sent once. Only a read is sent again, when nobody answered it; a write that went unanswered may have been done, and whoever
 * asked for it has to look first.
 */
import { isIP } from "node:net";
import {
  type ChannelCredentials,
  type ChannelOptions as GrpcOptions,
  Client,
  type ClientUnaryCall,
  credentials,
  type MethodDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { type Clock, sleep } from "../clock.ts";
import { Failure, toFailure } from "../failure.ts";
import type { Metrics } from "../metrics.ts";
import type { Bounds } from "./grpc/bounds.ts";
import { failureOf } from "./grpc/errors.ts";
import { type Headers, metadataOf } from "./grpc/metadata.ts";
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
  /** The longest pause between two attempts to connect. Milliseconds; 5 s when absent. */
  reconnectDelayMs?: number;
}

export interface RpcOptions {
  bounds: Bounds;
  headers?: Headers;
}

/** Twice, so that a server that is being replaced costs nobody an answer. */
const READ_REPEATS = 2;
const FIRST_REPEAT_DELAY_MS = 100;
const FIRST_RECONNECT_DELAY_MS = 100;

const GRPC_OPTIONS: GrpcOptions = {
  // A dead connection is noticed within 25 s, also while nobody asks; a server in use today punishes pings closer than 5 s.
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
  // A page of a hundred long texts is larger than the 4 MiB that gRPC takes by default.
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
  // Whatever this channel opened, closing it closes.
  "grpc.use_local_subchannel_pool": 1,
  // Repeats are decided here, by what a call does.
  "grpc.enable_retries": 0,
};

export class Channel {
  readonly #client: Client;
  readonly #options: ChannelOptions;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** @throws {Failure} `bad_input` for settings that cannot work */
  constructor(options: ChannelOptions) {
    const { host, port, tls, reconnectDelayMs = 5_000 } = options;
    if (tls !== undefined && isIP(host) !== 0) {
      // The runtime checks certificates by name alone.
      throw new Failure("bad_input", `TLS needs the backend's name; BACKEND_GRPC_HOST is the address ${host}`);
    }
    this.#options = options;
    this.#client = new Client(
      `${host.includes(":") ? `[${host}]` : host}:${port}`,
      credentialsOf(tls),
      {
        ...GRPC_OPTIONS,
        "grpc.initial_reconnect_backoff_ms": Math.min(FIRST_RECONNECT_DELAY_MS, reconnectDelayMs),
        "grpc.max_reconnect_backoff_ms": reconnectDelayMs,
      },
    );
  }

  /** Sends a call once. @throws {Failure} */
  call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: RpcOptions,
  ): Promise<Response> {
    const answer = this.#observed(method, request, options);
    this.#running.add(answer);
    const forget = () => this.#running.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  /** Sends a call that changes nothing, and again while nobody answers and time is left. @throws {Failure} */
  async read<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: RpcOptions,
  ): Promise<Response> {
    for (let repeat = 0;; repeat++) {
      try {
        return await this.call(method, request, options);
      } catch (error) {
        const isWorthIt = error instanceof Failure && error.kind === "unreachable" && repeat < READ_REPEATS;
        if (!isWorthIt || !(await this.#pause(repeat, options.bounds))) throw error;
      }
    }
  }

  /** Lets running calls end, takes no new ones and closes the connection. */
  close(): Promise<void> {
    return this.#closing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#client.close();
  }

  /** Waits before a repeat; false when the deadline would come first or the asker is gone. */
  async #pause(repeat: number, bounds: Bounds): Promise<boolean> {
    const { clock, random = Math.random } = this.#options;
    const delayMs = FIRST_REPEAT_DELAY_MS * 2 ** repeat * (0.5 + random());
    try {
      if (bounds.remainingMs() <= delayMs) return false;
      await sleep(clock, delayMs, bounds.signal);
      return true;
    } catch {
      return false;
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
    const metadata = metadataOf(headers, await this.#options.serviceToken());
    // gRPC wants a moment of the wall clock; it is used up at once, so a clock that jumps later does no harm.
    const deadline = this.#options.clock.wallMs() + bounds.remainingMs();
    const { signal } = bounds;
    return await new Promise<Response>((resolve, reject) => {
      const cancel = () => call.cancel();
      const call: ClientUnaryCall = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadata,
        { deadline },
        (error: ServiceError | null, response?: Response) => {
          signal?.removeEventListener("abort", cancel);
          if (signal?.aborted) reject(new Failure("aborted", `${method.path} was given up`, { cause: signal.reason }));
          else if (error !== null) reject(failureOf(error, method.path));
          else if (response === undefined) reject(new Failure("unknown", `${method.path} was answered by nothing`));
          else resolve(response);
        },
      );
      signal?.addEventListener("abort", cancel, { once: true });
    });
  }
}

function credentialsOf(tls: TlsTexts | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { ca, key, cert } = tlsBytes(tls);
  return credentials.createSsl(ca, key, cert);
}
