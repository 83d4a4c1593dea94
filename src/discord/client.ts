/**
 * The connection to Discord's gateway: it comes up when Discord can be reached, stays up, and says how it is.
 *
 * Guarantees: no event can end the process; a session that cannot be resumed is replaced; IDENTIFYs are never used up. It does not
 * decide what interactions and events mean.
 */
import { Client, Events, type Interaction, type REST, Status } from "discord.js";
import { backoffMs } from "../backoff.ts";
import { type Clock, deadline, sleep } from "../clock.ts";
import { explain, Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { clientOptions } from "./client_options.ts";
import { IdentifyThrottle } from "./identify_throttle.ts";
import { loginFailure, refusalOf } from "./login_failure.ts";
import {
  type DiscordGuild,
  guildFrom,
  MEMBER_EVENTS,
  type MemberDispatch,
  type MemberEvent,
  memberEventFrom,
} from "./members.ts";
import { watchRest, within } from "./rest.ts";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Two heartbeats (41.25 s) and some patience. */
const HEARTBEAT_LATE_MS = 90_000;
/** One that waits for its shard instead never ends; nothing comes of it. */
const LOGIN_ENDS_MS = 200;
/** Errors in a row of a shard's connection, after which its session is given up. */
const ERRORS_TO_DROP_SESSION = 3;

export interface GatewayOptions {
  /** The bot's token, without `Bot `. */
  token: string;
  /** As `https://discord.com/api`; the gateway's address comes from it. */
  apiBase: string;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** A number in [0, 1). */
  random: () => number;
  /** What the bot is seen doing, as `/wiki • /quote`. */
  presence: string;
  /** Called for each interaction until {@linkcode Gateway.drain}; what it throws is logged. */
  onInteraction(interaction: Interaction): void;
  /** Called for each change of a member or guild. */
  onMemberEvent(event: MemberEvent): void;
  /** Called when a session begins, the first or one after another that could not be resumed: what changed before is told by no event. */
  onEventsMissed(): void;
}

/** How one shard is. */
export interface ShardState {
  id: number;
  /** discord.js's word for it: `Ready`, `Connecting` … */
  status: string;
  /** Since the last heartbeat that Discord answered, or since the session began. Milliseconds. */
  heartbeatAgeMs: number;
  /** Round trip of the last heartbeat; `null` before the first. */
  latencyMs: number | null;
}

/** How the connection is. */
export interface GatewayState {
  /** Every shard is connected and its heartbeats are answered. */
  ready: boolean;
  shards: ShardState[];
  /** The slowest shard's; `null` before the first heartbeat. */
  latencyMs: number | null;
  /** Why Discord will not have us, with what to do; `null` while that is not so. */
  refusal: Failure | null;
}

export interface Gateway {
  /** The REST client of the connection; it may be another after a failed login, so ask for it each time. */
  readonly rest: REST;
  /** Known once connected. */
  readonly applicationId: string | null;
  /**
   * Connects, and tries as long as Discord cannot be reached. May be called again after a refusal.
   *
   * @throws {Failure} `refused_token`, `bad_input` when Discord refuses us for good; `aborted` after {@linkcode close}
   */
  connect(): Promise<void>;
  state(): GatewayState;
  /** The guilds that the bot is in, without those where Discord has an outage. */
  guilds(): DiscordGuild[];
  /** From now on interactions are left to other replicas. */
  drain(): void;
  /** Ends the session. */
  close(): Promise<void>;
}

/** A gateway connection, not connected yet. */
export function createGateway(options: GatewayOptions): Gateway {
  return new DiscordGateway(options);
}

class DiscordGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #throttles = new Set<IdentifyThrottle>();
  readonly #closing = new AbortController();
  /** When each shard's session began or was resumed, and its connection's errors since. */
  readonly #sessions = new Map<number, { sinceMs: number; errors: number }>();
  #client: Client;
  #loggingIn: Promise<unknown> = Promise.resolve();
  #draining = false;
  #refusal: Failure | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#client = this.#newClient();
  }

  get rest(): REST {
    return this.#client.rest;
  }

  get applicationId(): string | null {
    return this.#client.application?.id ?? null;
  }

  async connect(): Promise<void> {
    const { clock, log, random } = this.#options;
    const { signal } = this.#closing;
    for (let failures = 1;; failures++) {
      try {
        return await this.#login(signal);
      } catch (thrown) {
        if (signal.aborted) throw new Failure("aborted", "The gateway was closed while connecting", { cause: thrown });
        const failure = this.#refusal ?? loginFailure(thrown);
        await retire(this.#client);
        this.#client = this.#newClient();
        if (failure.kind !== "unreachable") throw this.#refusal = failure;
        const waitMs = backoffMs(failures, { firstMs: FIRST_RETRY_MS, longestMs: LONGEST_RETRY_MS, random });
        log.warn("cannot connect to Discord, trying again", { reason: explain(failure), waitMs: Math.round(waitMs) });
        await sleep(clock, waitMs, signal).catch(() => {});
      }
    }
  }

  state(): GatewayState {
    const shards = [...this.#client.ws.shards.values()].map((shard): ShardState => {
      const { clock } = this.#options;
      const aliveAtMs = Math.max(shard.lastPingTimestamp, this.#sessions.get(shard.id)?.sinceMs ?? 0);
      return {
        id: shard.id,
        status: Status[shard.status],
        heartbeatAgeMs: Math.max(0, clock.wallMs() - aliveAtMs),
        latencyMs: shard.ping < 0 ? null : shard.ping,
      };
    });
    const isAlive = ({ status, heartbeatAgeMs }: ShardState) =>
      status === Status[Status.Ready] && heartbeatAgeMs < HEARTBEAT_LATE_MS;
    const ready = shards.length > 0 && this.#client.isReady() && shards.every(isAlive);
    const latencies = shards.flatMap(({ latencyMs }) => latencyMs ?? []);
    this.#options.metrics.gatewayUp.set(ready ? 1 : 0);
    return { ready, shards, latencyMs: latencies.length > 0 ? Math.max(...latencies) : null, refusal: this.#refusal };
  }

  guilds(): DiscordGuild[] {
    const available = this.#client.guilds.cache.filter((guild) => guild.available);
    return available.map(({ id, name, icon, ownerId }) => guildFrom({ id, name, icon, owner_id: ownerId }));
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#draining = true;
    this.#closing.abort(new DOMException("the gateway is being closed", "AbortError"));
    await retire(this.#client);
    // Its requests have been ended, so a login that still asks for the gateway's address is about to give up.
    using patience = deadline(this.#options.clock, LOGIN_ENDS_MS);
    await within(this.#loggingIn, patience.signal).catch(() => {});
    this.#options.metrics.gatewayUp.set(0);
  }

  async #login(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    this.#refusal = null;
    signal.throwIfAborted();
    const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
    this.#loggingIn = client.login(this.#options.token);
    await within(this.#loggingIn, signal);
    await within(ready, signal);
  }

  #newClient(): Client {
    const { apiBase, clock, log, metrics, presence, random } = this.#options;
    const buildThrottle = (maxConcurrency: number) => {
      const throttle = new IdentifyThrottle({ clock, random, maxConcurrency });
      this.#throttles.add(throttle);
      return throttle;
    };
    const client = new Client(
      clientOptions({ apiBase, metrics, ending: this.#closing.signal, presence, buildThrottle }),
    );
    watchRest(client.rest, log);
    this.#watchShards(client);
    client.on(Events.Error, (error) => log.error("discord.js reported an error", { reason: explain(error) }));
    client.on(Events.Warn, (message) => log.warn("discord.js warns", { reason: message }));
    client.on(Events.InteractionCreate, (interaction) => {
      if (this.#draining) return;
      this.#guarded(() => this.#options.onInteraction(interaction));
    });
    for (const t of MEMBER_EVENTS) client.ws.on(t, (d) => this.#guarded(() => this.#tell(client, { t, d })));
    return client;
  }

  #tell(client: Client, dispatch: MemberDispatch): void {
    const event = memberEventFrom(dispatch, client.guilds.cache);
    if (event !== undefined) this.#options.onMemberEvent(event);
  }

  /** A listener that throws would end the process. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.#options.log.error("a Discord event could not be handled", { reason: explain(thrown) });
    }
  }

  #watchShards(client: Client): void {
    const { log } = this.#options;
    client.on(Events.ShardReady, (shard) => this.#sessionBegan(shard, "ready"));
    client.on(Events.ShardResume, (shard) => this.#sessionBegan(shard, "resumed"));
    client.on(Events.ShardReconnecting, (shard) => {
      this.#count("reconnecting");
      log.info("gateway connection lost, reconnecting", { shard });
    });
    client.on(Events.ShardDisconnect, ({ code }, shard) => {
      this.#count("disconnected");
      this.#refusal = refusalOf(code);
      log.error("Discord's gateway refuses us", { shard, code, reason: this.#refusal?.message });
    });
    client.on(Events.ShardError, (error, shard) => this.#shardFailed(client, { error, shard }));
  }

  #sessionBegan(shard: number, event: "ready" | "resumed"): void {
    this.#sessions.set(shard, { sinceMs: this.#options.clock.wallMs(), errors: 0 });
    for (const throttle of this.#throttles) throttle.succeeded(shard);
    this.#count(event);
    this.#options.log.info(`gateway session ${event}`, { shard });
    if (event === "ready") this.#guarded(() => this.#options.onEventsMissed());
  }

  /** Under Deno discord.js tries an unreachable resume host for ever; without a session it goes back to the gateway's own address. */
  #shardFailed(client: Client, { error, shard }: { error: Error; shard: number }): void {
    this.#count("error");
    this.#options.log.warn("gateway connection failed", { shard, reason: explain(error) });
    const session = this.#sessions.get(shard);
    const view = client.ws.shards.get(shard);
    if (session === undefined || view === undefined || ++session.errors < ERRORS_TO_DROP_SESSION) return;
    session.errors = 0;
    Reflect.set(view, "sessionInfo", null);
    this.#count("session_dropped");
  }

  #count(event: string): void {
    this.#options.metrics.gatewayEvents.inc({ event });
    this.state();
  }
}

/**
 * Ends a client for good. One that is destroyed while it connects comes back half a second later, with a session of its own; it asks
 * for the session to resume first, and waits for that answer for ever.
 */
async function retire(client: Client): Promise<void> {
  await client.destroy();
  for (const shard of client.ws.shards.values()) Reflect.set(shard, "sessionInfo", new Promise(() => {}));
}
