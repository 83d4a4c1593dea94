/**
 * A gRPC server for tests that answers as a test tells it, failures and oddities included; it reads `proto/` by itself. Calls that a test
 * does not name answer `UNIMPLEMENTED`, but for those that every client makes on its way, which answer as a server would that knows
 * everybody.
 */
import { type handleUnaryCall, Server, ServerCredentials, type ServiceDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { surviveGoaway } from "../../src/backend/grpc/goaway.ts";

surviveGoaway(); // or a client that leaves could end the tests

// deno-lint-ignore no-explicit-any -- tests give and read messages as they stand in proto/
type Message = any;

export interface ReceivedCall {
  rpc: string;
  request: Message;
  metadata: Record<string, string>;
}

export type Answer = (request: Message, call: ReceivedCall) => Message;

/** Thrown by an answer: the call fails with this. */
export class Refusal extends Error {
  constructor(readonly code: keyof typeof status, readonly details: string) {
    super(details);
  }
}

export interface StrangeServer extends AsyncDisposable {
  port: number;
  /** Every call in the order in which it came. */
  calls: ReceivedCall[];
  /** The requests of one rpc. */
  requests(rpc: string): Message[];
  /** Replaces or adds an answer. */
  on(rpc: string, answer: Answer): void;
  /** From now on answers every call. */
  onAny(answer: Answer): void;
}

const FILES = ["admin", "discord", "health", "notes", "quotes", "wiki"];

const FRIENDLY: Record<string, Answer> = {
  Check: () => ({ status: "SERVING" }),
  GetGuild: ({ guild_id }) => ({ guild: { guild_id, enabled: true } }),
  CheckGuildMembership: () => ({ is_member: true }),
};

/** The library's own default. */
const FOREVER_MS = ~(1 << 31);

export interface StrangeOptions {
  /** How long a connection lasts. Milliseconds. */
  connectionAgeMs?: number;
  port?: number;
}

export async function startStrangeServer(
  answers: Record<string, Answer> = {},
  options: StrangeOptions = {},
): Promise<StrangeServer> {
  const server = new Server({
    "grpc.max_connection_age_ms": options.connectionAgeMs ?? FOREVER_MS,
    "grpc.max_connection_age_grace_ms": 1_000,
  });
  const calls: ReceivedCall[] = [];
  const known: Record<string, Answer> = { ...FRIENDLY, ...answers };
  let always: Answer | undefined;
  const directory = new URL("../../proto/", import.meta.url).pathname;
  const proto = loadSync(FILES.map((file) => `${file}.proto`), {
    includeDirs: [directory],
    keepCase: true,
    defaults: true,
    longs: Number,
    enums: String,
  });
  for (const definition of Object.values(proto)) {
    if ("format" in definition) continue;
    const service = definition as ServiceDefinition;
    server.addService(service, Object.fromEntries(Object.keys(service).map((rpc) => [rpc, handler(rpc)])));
  }

  function handler(rpc: string): handleUnaryCall<Message, Message> {
    return async (call, callback) => {
      const metadata = Object.fromEntries(Object.entries(call.metadata.getMap()).map(([k, v]) => [k, String(v)]));
      const received = { rpc, request: call.request, metadata };
      calls.push(received);
      try {
        const answer = always ?? known[rpc];
        if (answer === undefined) throw new Refusal("UNIMPLEMENTED", `unknown method ${rpc}`);
        callback(null, await answer(call.request, received));
      } catch (error) {
        const refusal = error instanceof Refusal ? error : new Refusal("INTERNAL", String(error));
        callback({ name: "Error", message: "", code: status[refusal.code], details: refusal.details });
      }
    };
  }

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    calls,
    requests: (rpc) => calls.filter((call) => call.rpc === rpc).map((call) => call.request),
    on(rpc, answer) {
      known[rpc] = answer;
    },
    onAny(answer) {
      always = answer;
    },
    [Symbol.asyncDispose]() {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}
