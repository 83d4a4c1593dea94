/**
 * A `hivemind-server` on a real port that behaves as the one in use today was measured to, defects included. What each does is said by the
 * number of its row in the list of what that server does. Unlike the real one it can be told to fail, to hang and to be restarted.
 */
import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { discordHandlers } from "./discord.ts";
import { noteHandlers } from "./notes.ts";
import { type Message, services, StatusError } from "./protocol.ts";
import { quoteHandlers } from "./quotes.ts";
import { type Role, signIn } from "./sign_in.ts";
import { Tables, type User } from "./tables.ts";
import { type Handlers, wikiHandlers } from "./wiki.ts";

export interface HivemindServerOptions {
  clock?: Clock;
  /** 0 takes any that is free. */
  port?: number;
  /** Token → role. */
  tokens?: Readonly<Record<string, Role>>;
  /** Row 29: how long a connection lasts. Milliseconds; half an hour when absent. */
  connectionAgeMs?: number;
  /** Row 29: how long one lasts that nobody uses. Milliseconds; a quarter of an hour when absent. */
  connectionIdleMs?: number;
}

export interface ReceivedCall {
  rpc: string;
  request: Message;
  metadata: Record<string, string>;
}

interface Fault {
  rpc: string;
  /** Whether the call is done before it fails. */
  isDone: boolean;
  /** Undefined never answers. */
  error: StatusError | undefined;
}

const TOKENS = { "s3cret": "bot" } as const;
const MINUTE_MS = 60_000;

/** Calls without a token. */
const OPEN = /^\/grpc\./;

export class HivemindServerDouble implements AsyncDisposable {
  readonly tables: Tables;
  /** Every call in the order in which it came. */
  readonly calls: ReceivedCall[] = [];
  readonly #options: HivemindServerOptions;
  readonly #handlers: Handlers;
  readonly #faults: Fault[] = [];
  #server: Server | undefined;
  #port = 0;

  private constructor(options: HivemindServerOptions) {
    this.#options = options;
    this.tables = new Tables(options.clock ?? systemClock);
    this.#handlers = {
      ...wikiHandlers(this.tables),
      ...noteHandlers(this.tables),
      ...quoteHandlers(this.tables, () => this.#die()),
      ...discordHandlers(this.tables),
      // Row 26: constants, and nothing.
      GetSystemInfo: () => ({ version: "1.0.0", database_type: "postgres" }),
      Check({ service }) {
        if (service !== "") throw new StatusError("NOT_FOUND", "unknown service");
        return { status: "SERVING" };
      },
    };
  }

  static async start(options: HivemindServerOptions = {}): Promise<HivemindServerDouble> {
    const double = new HivemindServerDouble(options);
    double.#port = await double.#listen(options.port ?? 0);
    return double;
  }

  get port(): number {
    return this.#port;
  }

  get isRunning(): boolean {
    return this.#server !== undefined;
  }

  /** The requests of one rpc. */
  requests(rpc: string): Message[] {
    return this.calls.filter((call) => call.rpc === rpc).map((call) => call.request);
  }

  /** The next call of an rpc fails, before or after it is done. */
  fail(rpc: string, error: StatusError, { isDone = false } = {}): void {
    this.#faults.push({ rpc, error, isDone });
  }

  /** The next call of an rpc is never answered. */
  hang(rpc: string, { isDone = false } = {}): void {
    this.#faults.push({ rpc, error: undefined, isDone });
  }

  /** The process ends: every connection breaks, what is kept stays. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** The process starts again on its port. */
  async restart(): Promise<void> {
    this.stop();
    await this.#listen(this.#port);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  #die(): Promise<never> {
    this.stop();
    return new Promise(() => {});
  }

  async #listen(port: number): Promise<number> {
    const { connectionAgeMs = 30 * MINUTE_MS, connectionIdleMs = 15 * MINUTE_MS } = this.#options;
    const server = new Server({
      "grpc.max_connection_age_ms": connectionAgeMs,
      "grpc.max_connection_idle_ms": connectionIdleMs,
      "grpc.keepalive_time_ms": 5_000,
      "grpc.keepalive_timeout_ms": 1_000,
    });
    for (const service of Object.values(services())) {
      const rpcs = Object.entries(service).map(([rpc, { path }]) => [rpc, this.#serve(rpc, path)]);
      server.addService(service, Object.fromEntries(rpcs));
    }
    const bound = await new Promise<number>((resolve, reject) => {
      const done = (error: Error | null, bound: number) => error === null ? resolve(bound) : reject(error);
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), done);
    });
    this.#server = server;
    return bound;
  }

  #serve(rpc: string, path: string): handleUnaryCall<Message, Message> {
    return async (call, callback) => {
      const metadata = Object.fromEntries(Object.entries(call.metadata.getMap()).map(([k, v]) => [k, String(v)]));
      this.calls.push({ rpc, request: call.request, metadata });
      try {
        const tokens = new Map(Object.entries(this.#options.tokens ?? TOKENS));
        const who = OPEN.test(path) ? undefined : await signIn(call.metadata, { tables: this.tables, tokens });
        callback(null, await this.#answer(rpc, call.request, who ?? { id: "", discordId: "" }));
      } catch (error) {
        const { code, details } = error instanceof StatusError ? error : new StatusError("INTERNAL", String(error));
        callback({ name: "Error", message: "", code: status[code], details });
      }
    };
  }

  async #answer(rpc: string, request: Message, who: User): Promise<Message> {
    const handler = this.#handlers[rpc];
    if (handler === undefined) throw new StatusError("UNIMPLEMENTED", `method ${rpc} not implemented`);
    const at = this.#faults.findIndex((fault) => fault.rpc === rpc);
    const [fault] = at === -1 ? [] : this.#faults.splice(at, 1);
    if (fault === undefined) return await handler(request, who);
    if (fault.isDone) await handler(request, who);
    if (fault.error !== undefined) throw fault.error;
    return await new Promise(() => {});
  }
}
