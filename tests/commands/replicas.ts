/** Three replicas that answer commands in one process: real clients and routers, a Discord double, the embedded backend with faults on demand. */
import { Client, Events } from "discord.js";
import type { Backend, Caller, CallOptions, Quote, WikiPage } from "../../src/backend/backend.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createRouter } from "../../src/commands/router.ts";
import { announce } from "../../src/discord/announce.ts";
import { clientOptions } from "../../src/discord/client_options.ts";
import { react } from "../../src/discord/react.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { textsFor } from "../../src/texts/texts.ts";
import {
  type Answer,
  type DiscordDouble,
  type DoubleGuild,
  type DoubleOptions,
  type InteractionHandle,
  startDiscordDouble,
} from "../doubles/discord/double.ts";

export const WEB = "https://wiki.example.org";
const EMOJI = { quote: "300000000000000001", wiki: "300000000000000002", hivemind: "300000000000000003" };

export interface CommunityOptions
  extends Pick<DoubleOptions, "lostClaimCode" | "globalRequestsPerSecond" | "routeRequestsPerSecond"> {
  replicas?: number;
  /** How much faster the replicas' clocks run, so that a deadline of seconds passes in a moment. */
  speed?: number;
}

/** A log line as it was written. */
export type LogLine = Readonly<Record<string, unknown>> & { level: string; msg: string };

/** Makes calls of the backend fail, for all replicas. */
export interface BackendFaults {
  /** Calls of this method (or of any) give no answer before their deadline. */
  hang(method?: keyof Backend): void;
  /** Calls of this method (or of any) fail at once. */
  fail(failure: Failure, method?: keyof Backend): void;
  mend(): void;
}

/** A guild with its bot. */
export interface Community extends AsyncDisposable {
  readonly discord: DiscordDouble;
  readonly guild: DoubleGuild;
  /** The backend without faults. */
  readonly backend: Backend;
  readonly faults: BackendFaults;
  /** Names of backend calls that write, in order. */
  readonly writes: readonly string[];
  readonly log: readonly LogLine[];
  /** The member who is meant when no other is named, and another one. */
  readonly ada: Caller;
  readonly bob: Caller;
  /** Ends a replica for good. */
  kill(replica: string): Promise<void>;
  /** Waits until every replica that lives has tried to claim the interaction and finished its work. */
  worked(handle: InteractionHandle): Promise<void>;
  /** The same, and gives what people see. */
  answered(handle: InteractionHandle): Promise<Answer>;
  /** How often a command ended so. */
  outcomes(command: string): Promise<Record<string, number>>;
  addPage(title: string, body: string, by?: Caller): Promise<WikiPage>;
  addQuote(body: string, by?: Caller): Promise<Quote>;
}

/** Starts a community; dispose it with `await using`, which fails for requests that Discord would refuse and for crashed replicas. */
export async function startCommunity(options: CommunityOptions = {}): Promise<Community> {
  const { replicas: count = 3, speed = 1, ...doubleOptions } = options;
  const discord = await startDiscordDouble({ identifyWindowMs: 0, ...doubleOptions });
  const guild = discord.world.addGuild({ name: "Readers" });
  const clock = speed === 1 ? systemClock : hasty(speed);
  const log: LogLine[] = [];
  const writeLog = createLog({ level: "debug", format: "json", write: (line) => log.push(JSON.parse(line)) });
  const backend = openSqliteBackend({ path: ":memory:", clock: systemClock, log: writeLog });
  const guarded = guard(backend, clock);
  const running = new Set<Promise<void>>();
  const crashes: unknown[] = [];
  const metrics = createMetrics();

  const clients = await Promise.all(Array.from({ length: count }, async (_, index) => {
    const replica = `r${index + 1}`;
    const client = new Client(clientOptions({
      apiBase: discord.apiBase(replica),
      presence: "",
      metrics,
      ending: new AbortController().signal,
      buildThrottle: () => ({ waitForIdentify: () => Promise.resolve() }),
    }));
    const route = createRouter({
      backend: guarded.backend,
      clock,
      log: writeLog,
      metrics,
      textsFor,
      webBaseUrl: WEB,
      describeReplica: () => ({ replica, syncLeader: "r1", gatewayLatencyMs: 12.4 }),
      announce: (announcement) => announce(client.rest, announcement),
      react: ({ channelId, messageId, emoji }) => react(client.rest, { channelId, messageId, emojiId: EMOJI[emoji] }),
    });
    client.on(Events.InteractionCreate, (interaction) => {
      const work = route(interaction).catch((error) => void crashes.push(error)).finally(() => running.delete(work));
      running.add(work);
    });
    client.on(Events.Error, (error) => crashes.push(error));
    await client.login(discord.token);
    return client;
  }));
  await discord.gateway.ready(count);

  const member = (username: string): Caller => {
    const { user } = discord.world.addMember(guild.id, { username, globalName: username.toUpperCase() });
    return { userId: user.id, guildId: guild.id, username };
  };
  const alive = new Map(clients.map((client, index) => [`r${index + 1}`, client]));
  const worked = async (handle: InteractionHandle) => {
    await handle.attempted(alive.size);
    await Promise.all(running);
  };
  const ada = member("ada");
  const bob = member("bob");
  await backend.upsertGuild({ id: guild.id, name: guild.name, iconUrl: "", ownerId: guild.ownerId });

  return {
    discord,
    guild,
    backend,
    faults: guarded.faults,
    writes: guarded.writes,
    log,
    ada,
    bob,
    async kill(replica) {
      const client = alive.get(replica);
      alive.delete(replica);
      await client?.destroy();
    },
    worked,
    async answered(handle) {
      await worked(handle);
      if (handle.current === undefined) throw new Error("nobody answered");
      return handle.current;
    },
    async outcomes(command) {
      const { values } = await metrics.interactions.get();
      const of = values.filter(({ labels }) => labels.command === command);
      return Object.fromEntries(of.map(({ labels, value }) => [labels.outcome, value]));
    },
    addPage: async (title, body, by = ada) =>
      (await backend.upsertPage(by, { title, body, tags: [], channelId: guild.channelId })).page,
    addQuote: (body, by = ada) => backend.createQuote(by, { body, tags: [], source: null }),
    async [Symbol.asyncDispose]() {
      await Promise.all(running);
      await Promise.all([...alive.values()].map((client) => client.destroy()));
      await backend.close();
      await discord.close();
      if (crashes.length > 0) throw new AggregateError(crashes, "replicas crashed");
    },
  };
}

/** A clock that runs `speed` times as fast as the machine's. */
function hasty(speed: number): Clock {
  return {
    monotonicMs: () => systemClock.monotonicMs() * speed,
    wallMs: systemClock.wallMs,
    after: (delayMs, run) => systemClock.after(delayMs / speed, run),
  };
}

const WRITES: ReadonlySet<string> = new Set<keyof Backend>([
  "addPageReference",
  "createQuote",
  "deleteQuote",
  "updatePage",
  "updateQuote",
  "upsertPage",
]);

/** The backend behind faults; a hanging call rejects at its deadline, as every backend's does. */
function guard(backend: Backend, clock: Clock) {
  let fault: { method: keyof Backend | undefined; failure: Failure | "hang" } | undefined;
  const writes: string[] = [];
  const proxy = new Proxy(backend, {
    get(target, name: keyof Backend) {
      const method = target[name];
      return (...args: unknown[]) => {
        if (WRITES.has(name)) writes.push(name);
        const hit = fault !== undefined && (fault.method === undefined || fault.method === name) ? fault : undefined;
        if (hit?.failure === "hang") return hanging(name, args.at(-1), clock);
        if (hit) return Promise.reject(hit.failure);
        return Reflect.apply(method, target, args);
      };
    },
  });
  const faults: BackendFaults = {
    hang: (method) => void (fault = { method, failure: "hang" }),
    fail: (failure, method) => void (fault = { method, failure: failure as Failure }),
    mend: () => void (fault = undefined),
  };
  return { backend: proxy, faults, writes };
}

function hanging(name: string, options: unknown, clock: Clock): Promise<never> {
  const { deadlineMs } = (options ?? {}) as CallOptions;
  if (deadlineMs === undefined) return Promise.reject(new TypeError(`${name} was called without a deadline`));
  return new Promise((_, reject) => {
    clock.after(deadlineMs, () => reject(new Failure("unreachable", `${name}: no answer within ${deadlineMs} ms`)));
  });
}
