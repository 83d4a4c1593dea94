/**
 * The bot as a whole: builds every part from the configuration, starts them in order and stops them in order.
 *
 * Start: health → backend → gateway → election. Whatever cannot be reached is tried again and holds up nobody else; what can never work
 * ends the process. Stop: not ready → no new interactions → running ones finish → the term ends → gateway, backend, health.
 */
import type { Interaction } from "discord.js";
import { awaitBackend } from "./backend/await_backend.ts";
import type { Backend } from "./backend/backend.ts";
import { openBackend } from "./backend/open_backend.ts";
import { aborted, type Clock, sleep, systemClock } from "./clock.ts";
import { definitions } from "./commands/definitions.ts";
import { createRouter } from "./commands/router.ts";
import type { Reaction } from "./commands/services.ts";
import type { BotConfig, KubernetesConfig } from "./config.ts";
import { announce } from "./discord/announce.ts";
import { createGateway, type Gateway } from "./discord/client.ts";
import { createMemberPages } from "./discord/members.ts";
import { react } from "./discord/react.ts";
import { autoRegister } from "./discord/register.ts";
import { type ElectionEvent, Elector } from "./election/elector.ts";
import { LeaseApi } from "./election/lease_api.ts";
import { findNamespace } from "./election/service_account.ts";
import { standaloneTerm, type Term } from "./election/term.ts";
import { explain, toFailure } from "./failure.ts";
import { type Complaint, startHealthServer } from "./health.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { listenForStop, stopInOrder } from "./shutdown.ts";
import { createMemberSync, type MemberSync } from "./sync/leader_sync.ts";
import { textsFor } from "./texts/texts.ts";

/** The one Lease that decides who syncs. */
const LEASE_NAME = "hivemind-bot-sync-leader";
/** What the bot is seen doing. */
const PRESENCE = "/wiki • /quote";
/** How long the start waits for the backend; after that commands say that it cannot be reached. */
const BACKEND_PATIENCE_MS = 15_000;
/** Between logins that Discord refuses, in Kubernetes: a restart by the kubelet would use up the day's IDENTIFYs. */
const REFUSED_RETRY_MS = 10 * 60_000;

/**
 * Runs the bot until SIGTERM or SIGINT.
 *
 * @throws {Failure} when it cannot work as it is configured
 */
export async function runBot(config: BotConfig): Promise<void> {
  const log = createLog({ ...config.log, secrets: secretsOf(config) });
  using stop = listenForStop(log, () => Deno.exit(1));
  using _survival = surviveRejections(log);
  await new Bot(config, { clock: systemClock, log }).run(stop.signal);
}

/** Libraries have promises that nobody awaits; one that rejects must not end a replica that answers people. */
function surviveRejections(log: Log): Disposable {
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    log.error("a promise that nobody awaits was rejected", { error: explain(event.reason) });
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return { [Symbol.dispose]: () => globalThis.removeEventListener("unhandledrejection", listener) };
}

class Bot {
  readonly #config: BotConfig;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics = createMetrics();
  readonly #backend: Backend;
  readonly #gateway: Gateway;
  readonly #sync: MemberSync;
  /** Interactions being worked on. */
  readonly #interactions = new Set<Promise<void>>();
  /** Ends the election, or the sync of a replica that stands alone. */
  readonly #resigning = new AbortController();
  #elector: Elector | undefined;
  #electing: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(config: BotConfig, { clock, log }: { clock: Clock; log: Log }) {
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    const parts = { clock, log, metrics: this.#metrics, random: Math.random };
    this.#backend = openBackend(config.backend, parts);
    this.#gateway = createGateway({
      ...parts,
      ...config.discord,
      presence: PRESENCE,
      onInteraction: (interaction) => this.#interact(interaction),
      onMemberEvent: (event) => this.#sync.observe(event),
      onEventsMissed: () => this.#sync.missedEvents(),
    });
    this.#sync = createMemberSync({
      ...parts,
      pages: createMemberPages(() => this.#gateway.rest),
      sink: this.#backend,
      guilds: () => this.#gateway.guilds(),
      intervalMs: config.memberSyncIntervalMs,
    });
    this.#route = createRouter({
      ...parts,
      backend: this.#backend,
      textsFor,
      ...(config.webBaseUrl !== undefined && { webBaseUrl: config.webBaseUrl }),
      describeReplica: () => this.#describe(),
      announce: (announcement) => announce(this.#gateway.rest, announcement),
      react: (reaction) => this.#react(reaction),
    });
  }

  readonly #route: (interaction: Interaction) => Promise<void>;

  async run(stop: AbortSignal): Promise<void> {
    const { metricsPort: port } = this.#config;
    const health = startHealthServer({
      port,
      log: this.#log,
      metrics: this.#metrics,
      unhealthy: () => this.#unhealthy(),
      unready: () => this.#unready(),
      state: () => this.#state(),
    });
    const failure = await Promise.race([aborted(stop), this.#start(stop)]).then(() => undefined, toFailure);
    this.#stopping = true;
    await stopInOrder([
      { name: "interactions", boundMs: 10_000, run: () => this.#drain() },
      { name: "election", boundMs: 6_000, run: () => this.#resign() },
      { name: "gateway", boundMs: 2_000, run: () => this.#gateway.close() },
      { name: "backend", boundMs: 1_000, run: () => this.#backend.close() },
      { name: "health", boundMs: 500, run: () => health.close() },
    ], { clock: this.#clock, log: this.#log });
    if (failure !== undefined) throw failure;
    this.#log.info("stopped");
  }

  /** Resolves when the signal has aborted; rejects when the bot cannot work as it is configured. */
  async #start(stop: AbortSignal): Promise<void> {
    const { kubernetes, replica } = this.#config;
    this.#log.info("hivemind-bot starts", { replica, backend: this.#config.backend.kind });
    this.#log.info(
      kubernetes === undefined
        ? "detected standalone environment, running syncs directly"
        : "detected Kubernetes environment, using leader election for syncs",
    );
    await awaitBackend(this.#backend, {
      clock: this.#clock,
      log: this.#log,
      patienceMs: BACKEND_PATIENCE_MS,
      signal: stop,
    });
    await this.#connect(stop);
    if (stop.aborted) return;
    this.#electing = kubernetes === undefined
      ? this.#lead(standaloneTerm(this.#resigning.signal))
      : this.#elect(kubernetes);
    await this.#electing;
    await aborted(stop);
  }

  async #connect(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        await this.#gateway.connect();
        return this.#log.info("connected to Discord", { guilds: this.#gateway.guilds().length });
      } catch (thrown) {
        if (stop.aborted) return;
        if (this.#config.kubernetes === undefined) throw thrown;
        this.#log.error("Discord refuses the bot, trying again later", {
          error: explain(thrown),
          retryMs: REFUSED_RETRY_MS,
        });
        await sleep(this.#clock, REFUSED_RETRY_MS, stop).catch(() => {});
      }
    }
  }

  async #elect(kubernetes: KubernetesConfig): Promise<void> {
    const { identity, serviceAccountDir, apiHost: host, apiPort: port, podNamespace } = kubernetes;
    const { clock, log, metrics } = { clock: this.#clock, log: this.#log, metrics: this.#metrics };
    const namespace = await findNamespace(log, { podNamespace, serviceAccountDir });
    if (identity === undefined) {
      log.error("cannot take part in the election without an identity; set HOSTNAME to the pod's name");
      return;
    }
    const store = new LeaseApi({
      clock,
      host,
      port,
      namespace,
      name: LEASE_NAME,
      serviceAccountDir,
      onRequest: (verb, code) => metrics.leaseRequests.inc({ verb, code }),
    });
    this.#elector = new Elector({
      clock,
      log,
      random: Math.random,
      store,
      leaseName: LEASE_NAME,
      identity,
      namespace,
      timing: this.#config.leaseTiming,
      lead: (term) => this.#lead(term),
      annotations: () => this.#sync.annotations(),
      onEvent: (event) => this.#countElection(event),
    });
    this.#metrics.leaderStatus.set({ name: LEASE_NAME }, 0);
    await this.#elector.run(this.#resigning.signal);
    store.close();
  }

  /** The leader's work, until the term ends. */
  async #lead(term: Term): Promise<void> {
    await Promise.all([this.#sync.lead(term), this.#register(term)]);
  }

  async #register(term: Term): Promise<void> {
    const applicationId = this.#config.discord.applicationId ?? this.#gateway.applicationId;
    if (this.#config.registerCommands === "never" || applicationId === null) return;
    try {
      const { rest } = this.#gateway;
      await autoRegister({ rest, applicationId, definitions, log: this.#log, assertHeld: () => term.assertHeld() });
    } catch (thrown) {
      if (!term.signal.aborted) this.#log.warn("could not register the commands", { error: explain(thrown) });
    }
  }

  #countElection(event: ElectionEvent): void {
    const { leaderStatus, leaderTransitions, leaseRenewedAt } = this.#metrics;
    if (event.type === "renewed" || event.type === "elected") leaseRenewedAt.set(this.#clock.wallMs() / 1000);
    if (event.type === "renewed") return;
    leaderStatus.set({ name: LEASE_NAME }, event.type === "elected" ? 1 : 0);
    leaderTransitions.inc({ event: event.type });
  }

  #interact(interaction: Interaction): void {
    const work = this.#route(interaction).finally(() => this.#interactions.delete(work));
    this.#interactions.add(work);
  }

  async #drain(): Promise<void> {
    this.#gateway.drain();
    await Promise.all(this.#interactions);
  }

  async #resign(): Promise<void> {
    this.#resigning.abort(new DOMException("the bot is stopping", "AbortError"));
    await this.#electing;
  }

  async #react({ channelId, messageId, emoji }: Reaction): Promise<void> {
    const emojiId = this.#config.reactions?.[`${emoji}EmojiId`];
    if (emojiId !== undefined) await react(this.#gateway.rest, { channelId, messageId, emojiId });
  }

  #describe() {
    const { kubernetes, replica } = this.#config;
    const syncLeader = kubernetes === undefined ? replica : this.#elector?.snapshot().leader || undefined;
    return { replica, syncLeader, gatewayLatencyMs: this.#gateway.state().latencyMs ?? undefined };
  }

  /** Standing by is healthy; only a leader that is stuck past its lease is not. */
  #unhealthy(): Complaint {
    const { renewedAgoMs = 0 } = this.#elector?.snapshot() ?? {};
    if (renewedAgoMs <= this.#config.leaseTiming.leaseDurationMs) return undefined;
    return `leads, but has not renewed its lease for ${Math.round(renewedAgoMs / 1000)} s`;
  }

  #unready(): Complaint {
    if (this.#stopping) return "stopping";
    const { ready, refusal } = this.#gateway.state();
    return ready ? undefined : refusal?.message ?? "the gateway is not connected";
  }

  #state(): unknown {
    const { backend, kubernetes, replica } = this.#config;
    const gateway = this.#gateway.state();
    return {
      replica,
      ready: this.#unready() ?? true,
      gateway: { ...gateway, refusal: gateway.refusal?.message ?? null },
      election: kubernetes === undefined ? "standalone" : this.#elector?.snapshot() ?? "not started",
      sync: this.#sync.progress(),
      backend: backend.kind,
      interactionsRunning: this.#interactions.size,
    };
  }
}

function secretsOf({ discord, backend }: BotConfig): string[] {
  return backend.kind === "grpc" ? [discord.token, backend.serviceToken()] : [discord.token];
}
