/** What the tests of the gRPC backend start from: a client of some port, people, and lines of a log. */
import { surviveGoaway } from "../../src/backend/grpc/goaway.ts";
import type { Backend, Caller, GuildMember } from "../../src/backend/backend.ts";
import { createGrpcBackend, type GrpcBackendOptions } from "../../src/backend/grpc_backend.ts";
import { sleep, systemClock } from "../../src/clock.ts";
import type { Log } from "../../src/log.ts";

surviveGoaway(); // or a client that leaves could end the tests

export const GUILD = "200000000000000001";

export const ALICE: Caller = { userId: "100000000000000001", guildId: GUILD, username: "alice" };

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Attempts to connect follow each other quickly, so that a backend that comes back is found at once. */
const RECONNECT_DELAY_MS = 15;

/** A closed channel of the library keeps a timer of 250 ms from its last attempt to connect; nothing ends it but waiting. */
export const LIBRARY_TIMER_MS = 280;

/** A client that closes itself. */
export function clientOf(port: number, options: Partial<GrpcBackendOptions> = {}): Backend & AsyncDisposable {
  const backend = createGrpcBackend({
    host: "127.0.0.1",
    port,
    serviceToken: () => "s3cret",
    clock: systemClock,
    log: SILENT,
    reconnectDelayMs: RECONNECT_DELAY_MS,
    ...options,
  });
  return {
    ...backend,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await sleep(systemClock, LIBRARY_TIMER_MS);
    },
  };
}

export function memberOf(userId: string, change: Partial<GuildMember> = {}): GuildMember {
  return {
    guildId: GUILD,
    userId,
    username: `user${userId}`,
    globalName: "",
    nickname: "",
    guildAvatarHash: "",
    avatarHash: "",
    roleIds: [],
    joinedAt: 1_700_000_000_000,
    ...change,
  };
}

/** A page as it goes over the wire. */
export function wirePage(change: Record<string, unknown> = {}) {
  const moment = { seconds: 1_700_000_000, nanos: 0 };
  const page = { id: "p1", title: "Title", slug: "title", body: "text", guild_id: GUILD, tags: [] };
  return { ...page, created_at: moment, updated_at: moment, ...change };
}

/** A quote as it goes over the wire. */
export function wireQuote(change: Record<string, unknown> = {}) {
  const moment = { seconds: 1_700_000_000, nanos: 0 };
  const quote = { id: "q1", body: "words", guild_id: GUILD, author_discord_id: ALICE.userId, tags: [] };
  return { ...quote, created_at: moment, source_msg_timestamp: { seconds: 0, nanos: 0 }, ...change };
}
