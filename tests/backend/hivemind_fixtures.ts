/** What the tests start from that show how the gRPC backend gets on with `hivemind-server`: its double, two members of a guild, a look past the backend. */
import { assertRejects } from "@std/assert";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { Backend, Caller } from "../../src/backend/backend.ts";
import type { GrpcBackendOptions } from "../../src/backend/grpc_backend.ts";
import { sleep, systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { HivemindServerDouble, type HivemindServerOptions } from "../doubles/hivemind_server/double.ts";
import { type Message, services } from "../doubles/hivemind_server/protocol.ts";
import { clientOf, GUILD, memberOf } from "./grpc_fixtures.ts";

export const ANN: Caller = { userId: "100000000000000011", guildId: GUILD, username: "ann" };
export const BEN: Caller = { userId: "100000000000000012", guildId: GUILD, username: "ben" };
/** Nobody has brought them in. */
export const NEWCOMER: Caller = { userId: "100000000000000013", guildId: GUILD, username: "newcomer" };

export interface Stage extends AsyncDisposable {
  server: HivemindServerDouble;
  client: Backend & AsyncDisposable;
  /** Asks the server itself, as another program would. */
  raw(rpc: string, request: object, caller?: Caller): Promise<Message>;
  /** Another replica of the bot. */
  replica(options?: Partial<GrpcBackendOptions>): Backend & AsyncDisposable;
}

/** A server with a guild in which Ann and Ben are members. */
export async function stage(options: HivemindServerOptions = {}): Promise<Stage> {
  const server = await HivemindServerDouble.start(options);
  const client = clientOf(server.port);
  const direct = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  await client.upsertGuild({ id: GUILD, name: "Guild", iconUrl: "", ownerId: "1" });
  await client.upsertMembers([ANN, BEN].map(({ userId, username }) => memberOf(userId, { username })));
  return {
    server,
    client,
    raw: (rpc, request, caller) => ask(direct, rpc, { request, caller }),
    replica: (changed) => clientOf(server.port, changed),
    async [Symbol.asyncDispose]() {
      direct.close();
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await sleep(systemClock, 20);
    },
  };
}

const METHODS = new Map(Object.values(services()).flatMap((service) => Object.entries(service)));

function ask(client: Client, rpc: string, { request, caller }: { request: object; caller: Caller | undefined }) {
  const method = METHODS.get(rpc);
  if (method === undefined) throw new Error(`proto/ declares no ${rpc}`);
  const metadata = new Metadata();
  metadata.set("authorization", "Bearer s3cret");
  if (caller !== undefined) {
    metadata.set("x-discord-user-id", caller.userId);
    metadata.set("x-discord-username", caller.username);
  }
  return new Promise<Message>((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = method;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}

export async function kindOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, Failure)).kind;
}

/** The kinds in which calls made at once fail, each once. */
export async function kindsOf(calls: Promise<unknown>[]): Promise<string[]> {
  return [...new Set(await Promise.all(calls.map(kindOf)))];
}

/** A page's draft. */
export function draftOf(title: string, body = "text", tags: string[] = []) {
  return { title, body, tags, channelId: "300" };
}

/** A whole slice. */
export const ALL = { limit: 100, offset: 0 } as const;
