/**
 * The backend behind a gRPC server: everything the port promises, kept by a server in whose ways nothing above the port has to know.
 * Where that server differs from the promise, the file of the call that meets it makes up for it.
 */
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Backend, WikiTitle } from "./backend.ts";
import { Channel, type ChannelOptions } from "./channel.ts";
import { Bounds, READ_DEADLINE_MS } from "./grpc/bounds.ts";
import { grpcGuilds } from "./grpc/guilds.ts";
import { CHECK_HEALTH } from "./grpc/health_wire.ts";
import { KnownGuilds } from "./grpc/known_guilds.ts";
import { grpcMembers } from "./grpc/members.ts";
import { grpcNotes } from "./grpc/notes.ts";
import { grpcQuotes } from "./grpc/quotes.ts";
import { TitleCache } from "./grpc/title_cache.ts";
import { UserCalls } from "./grpc/user_calls.ts";
import { grpcWiki } from "./grpc/wiki.ts";
import { grpcCurator } from "./grpc/wiki_curator.ts";

export interface GrpcBackendOptions extends ChannelOptions {
  log: Log;
}

/** A backend that connects with its first call, and again whenever it has to. */
export function createGrpcBackend(options: GrpcBackendOptions): Backend {
  const { clock, log, random = Math.random } = options;
  const channel = new Channel(options);
  const guilds = new KnownGuilds(channel);
  const calls = new UserCalls(channel, { guilds, clock });
  const closing = new AbortController();
  const pageTitles = new TitleCache<WikiTitle>(clock, closing.signal);
  return {
    ...grpcWiki(calls, pageTitles),
    ...grpcCurator(calls, pageTitles),
    ...grpcNotes(calls, { clock, titles: new TitleCache(clock, closing.signal) }),
    ...grpcQuotes(calls, { clock, random }),
    ...grpcGuilds(channel, { guilds, clock }),
    ...grpcMembers(channel, {
      guilds,
      clock,
      log,
      onRemoved: (guildId, userId) => calls.forgetMember(guildId, userId),
    }),
    async ping(callOptions) {
      const startMs = clock.monotonicMs();
      const bounds = new Bounds(clock, callOptions, READ_DEADLINE_MS);
      const { status } = await channel.read(CHECK_HEALTH, { service: "" }, { bounds });
      if (status !== "SERVING") throw new Failure("unreachable", `The backend says of itself that it is ${status}`);
      return clock.monotonicMs() - startMs;
    },
    close() {
      closing.abort();
      return channel.close();
    },
  };
}
