/**
 * One connection to a server. The library keeps it alive and opens it again when it breaks; what nobody breaks, such as one that a firewall
 * has forgotten, is told by its silence.
 */
import { type CallOptions, type ChannelCredentials, type ChannelOptions, Client } from "@grpc/grpc-js";
import { type ClientUnaryCall, type Metadata, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import type { Clock } from "../../clock.ts";
import { surviveGoaway } from "./goaway.ts";

/** Shorter silence says nothing. */
const SUSPICIOUS_MS = 400;

export interface ConnectionOptions {
  address: string;
  credentials: ChannelCredentials;
  settings: ChannelOptions;
  clock: Clock;
}

export interface Sending<Request, Response> {
  method: MethodDefinition<Request, Response>;
  request: Request;
  metadata: Metadata;
  callOptions: CallOptions;
  signal: AbortSignal | undefined;
}

export class Connection {
  readonly #client: Client;
  readonly #clock: Clock;
  #running = 0;
  #isRetired = false;
  #heardAtMs = -Infinity;

  constructor({ address, credentials, settings, clock }: ConnectionOptions) {
    surviveGoaway();
    this.#clock = clock;
    this.#client = new Client(address, credentials, settings);
  }

  /** Sends a call once; resolves with the answer, or rejects with the library's own error. */
  async send<Request, Response>(
    { method, request, metadata, callOptions, signal }: Sending<Request, Response>,
  ): Promise<Response | undefined> {
    this.#running++;
    try {
      return await new Promise((resolve, reject) => {
        const cancel = () => call.cancel();
        const call: ClientUnaryCall = this.#client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata,
          callOptions,
          (error: ServiceError | null, response?: Response) => {
            signal?.removeEventListener("abort", cancel);
            if (error === null) resolve(response);
            else reject(error);
          },
        );
        signal?.addEventListener("abort", cancel, { once: true });
      });
    } finally {
      this.#running--;
      this.#closeIfDone();
    }
  }

  /** An answer has come. */
  heard(): void {
    this.#heardAtMs = this.#clock.monotonicMs();
  }

  /** Whether nothing at all has come since then, for long enough to wonder. */
  isSilentSince(ms: number): boolean {
    return this.#heardAtMs < ms && this.#clock.monotonicMs() - ms >= SUSPICIOUS_MS;
  }

  /** Closes as soon as its running calls have ended. */
  retire(): void {
    this.#isRetired = true;
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#isRetired && this.#running === 0) this.#client.close();
  }
}
