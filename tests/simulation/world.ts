/** One run of a scenario: the processes, their electors as they are in src/, the API, the faults, and the oracle that watches. */
import type { ElectionEvent, Elector } from "../../src/election/elector.ts";
import type { LeaseApi } from "../../src/election/lease_api.ts";
import type { begin, step } from "../../src/election/machine.ts";
import { ApiServer, LEASE, NAMESPACE } from "./api_server.ts";
import { Conditions } from "./conditions.ts";
import { ForeignElector } from "./foreign_elector.ts";
import { Process } from "./machine_process.ts";
import { Network } from "./network.ts";
import { Oracle } from "./oracle.ts";
import { type Dice, dice } from "./random.ts";
import type { HandEdit, ReplicaPlan, Scenario } from "./scenario.ts";
import { TrueTime } from "./true_time.ts";
import { Backend, Work } from "./work.ts";

/** What is under test: src/election, or a variant of it. */
export interface ElectionCode {
  readonly Elector: typeof Elector;
  readonly LeaseApi: typeof LeaseApi;
  readonly begin: typeof begin;
  readonly step: typeof step;
}

/** One line of what happened. */
export interface Row {
  readonly atMs: number;
  /** A replica, or another part of the world. */
  readonly who: string;
  readonly what: string;
}

/** A replica: one process after the other, never two at once. */
export interface Replica {
  readonly plan: ReplicaPlan;
  readonly random: Dice;
  live: Live | undefined;
  /** Comes back by itself, later. */
  isAway: boolean;
  /** Does not come back. */
  isGone: boolean;
  wallOffsetMs: number;
}

export interface Live {
  readonly process: Process;
  readonly elector: Elector;
  readonly work: Work;
  readonly stopping: AbortController;
  /** When it first learned something that was sent after everything had healed. */
  reachedAtMs: number | undefined;
}

const FOREIGN = "other";
/** After which a process that was told to end is killed. */
const GRACE_MS = 30_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

export class World {
  readonly time = new TrueTime();
  readonly conditions: Conditions;
  readonly oracle: Oracle;
  readonly server: ApiServer;
  readonly network: Network;
  readonly replicas: readonly Replica[];
  readonly scenario: Scenario;
  readonly #code: ElectionCode;
  readonly #note: (row: Row) => void;
  readonly #backend = new Backend();
  /** Tokens by account: what the API takes, and what the file says. */
  readonly #newest = new Map<string, string>();
  readonly #mounted = new Map<string, string>();
  /** The process whose request the API carries out. */
  readonly #senders = new Map<string, Process>();
  #count = 0;
  #isClosing = false;

  constructor(scenario: Scenario, code: ElectionCode, note: (row: Row) => void) {
    const { healAtMs, seed, timing } = scenario;
    const { time } = this;
    this.scenario = scenario;
    this.#code = code;
    this.#note = note;
    this.conditions = new Conditions(time, healAtMs);
    const { conditions } = this;
    this.oracle = new Oracle(time, { timing, ours: scenario.replicas.map(({ name }) => name) });
    this.server = new ApiServer({
      time,
      conditions,
      random: dice(seed, "server"),
      onWrite: (from, before, after) => this.oracle.accepted(this.#senders.get(from), before, after),
    });
    this.network = new Network({
      time,
      conditions,
      server: this.server,
      random: dice(seed, "network"),
      ear: {
        left: (process, ask) => this.oracle.left(process, ask),
        learned: (process, news) => this.#learned(process, news),
      },
      tokenOf: ({ name }) => this.#mounted.get(name) ?? "",
      arriving: (process) => void this.#senders.set(process.name, process),
      note: (who, what) => this.note(who, what),
    });
    this.replicas = scenario.replicas.map((plan) => ({
      plan,
      random: dice(seed, `replica ${plan.name}`),
      live: undefined,
      isAway: true,
      isGone: false,
      wallOffsetMs: plan.wallOffsetMs,
    }));
    for (const replica of this.replicas) {
      this.replaceToken(replica.plan.name);
      this.mountToken(replica.plan.name);
      time.at(replica.plan.startAtMs, () => this.start(replica));
    }
  }

  note(who: string, what: string): void {
    this.#note({ atMs: this.time.nowMs, who, what });
  }

  /** From now on the API takes a new token of an account. */
  replaceToken(account: string): void {
    this.#newest.set(account, `token-${++this.#count}`);
    this.server.setToken(account, `token-${this.#count}`);
  }

  /** The account's token file has what the API takes. */
  mountToken(account: string): void {
    this.#mounted.set(account, this.#newest.get(account) ?? "");
  }

  /** Nobody starts any more. */
  close(): void {
    this.#isClosing = true;
  }

  /** Whoever holds a term, or else the first that lives. */
  leading(): Replica | undefined {
    const [holder] = this.oracle.holders();
    return this.replicas.find(({ plan }) => plan.name === holder) ?? this.replicas.find(({ live }) => live);
  }

  /** A process for the replica, unless it has one. */
  start(replica: Replica): void {
    if (replica.live !== undefined || this.#isClosing) return;
    const { plan, random } = replica;
    const { LeaseApi, Elector } = this.#code;
    const { conditions, network, oracle, time } = this;
    const note = (who: string, what: string) => this.note(who, what);
    const process = new Process(time, { ...plan, wallOffsetMs: replica.wallOffsetMs, random });
    const work = new Work({ process, time, conditions, oracle, backend: this.#backend, random, note });
    const store = new LeaseApi({
      clock: process.clock,
      host: "api",
      port: 6443,
      namespace: NAMESPACE,
      name: LEASE,
      serviceAccountDir: "/account",
      transport: network.transportOf(process),
    });
    const elector = new Elector({
      clock: process.clock,
      log: silent,
      random,
      store,
      leaseName: LEASE,
      identity: plan.name,
      namespace: NAMESPACE,
      timing: this.scenario.timing,
      lead: (term) => work.lead(term),
      annotations: () => ({ position: String(Math.floor(process.clock.monotonicMs())) }),
      onEvent: (event) => this.#happened(process, event),
    });
    const stopping = new AbortController();
    replica.isAway = false;
    replica.live = { process, elector, work, stopping, reachedAtMs: undefined };
    oracle.add(process);
    note(plan.name, "starts");
    time.stir();
    elector.run(stopping.signal).then(() => {
      if (process.isDead) return;
      note(plan.name, "has ended");
      store.close();
      this.#gone(replica, process);
    });
  }

  /** Ends a replica's process without a word. */
  kill(replica: Replica): void {
    const { live, plan } = replica;
    if (live === undefined) return;
    this.note(plan.name, "dies");
    live.process.kill();
    this.#gone(replica, live.process);
  }

  /** Tells a replica's process to end, and kills it if it takes too long. */
  stop(replica: Replica): void {
    const { live, plan } = replica;
    if (live === undefined) return;
    live.process.deliver(() => {
      this.note(plan.name, "is told to end");
      this.oracle.closing(live.process);
      live.stopping.abort();
    });
    this.time.at(this.time.nowMs + GRACE_MS, () => {
      if (replica.live === live) this.kill(replica);
    });
  }

  /** An elector of another kind, until the returned function ends it, cleanly or not. */
  startForeign({ rate }: { rate: number }): (isClean: boolean) => void {
    const random = dice(this.scenario.seed, "foreign");
    const process = new Process(this.time, { name: FOREIGN, rate, wallOffsetMs: 0, timersFirst: true, random });
    this.server.setToken(FOREIGN, "foreign");
    const url = `https://api:6443/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
    const elector = new ForeignElector({
      clock: process.clock,
      connection: this.network.transportOf(process).connect("CA"),
      url,
      identity: FOREIGN,
      random,
      timing: this.scenario.timing,
      note: (what) => this.note(FOREIGN, what),
    });
    const stopping = new AbortController();
    this.time.stir();
    this.note(FOREIGN, "starts");
    elector.run(stopping.signal).then(() => process.kill());
    return (isClean) => {
      this.note(FOREIGN, isClean ? "is told to end" : "dies");
      if (isClean) process.deliver(() => stopping.abort());
      else process.kill();
    };
  }

  /** The Lease, changed by hand. */
  edit(edit: HandEdit, name: string): void {
    this.note("hand", edit === "delete" || edit === "annotate" || edit === "free" ? edit : `${edit}: ${name}`);
    this.server.edit((lease) => {
      const { metadata, spec } = lease;
      const annotations = metadata.annotations ?? {};
      switch (edit) {
        case "delete":
          return undefined;
        case "free":
          return { ...lease, spec: { ...spec, holderIdentity: "" } };
        case "other holder":
          return { ...lease, spec: { ...spec, holderIdentity: "somebody" } };
        case "annotate":
          return { ...lease, metadata: { ...metadata, annotations: { ...annotations, note: `${this.time.nowMs}` } } };
        case "preferred holder":
          return { ...lease, spec: { ...spec, preferredHolder: name, strategy: "OldestEmulationVersion" } };
        case "twin":
          return {
            ...lease,
            metadata: { ...metadata, annotations: { ...annotations, "hivemind-bot/term-nonce": "by hand" } },
            spec: { ...spec, holderIdentity: name },
          };
      }
    });
  }

  #gone(replica: Replica, process: Process): void {
    process.kill();
    this.oracle.remove(process);
    replica.live = undefined;
  }

  #happened(process: Process, event: ElectionEvent): void {
    if (event.type === "elected") this.note(process.name, `LEADS with token ${event.token}`);
    if (event.type === "lost") {
      this.oracle.ended(process);
      this.note(process.name, `leads no more: ${event.reason}`);
    }
    if (event.type === "released") this.note(process.name, "has released the Lease");
  }

  #learned(process: Process, news: Parameters<Oracle["learned"]>[1] & { leftAtMs: number }): void {
    this.oracle.learned(process, news);
    const live = this.replicas.find(({ live }) => live?.process === process)?.live;
    if (live && news.leftAtMs >= this.scenario.healAtMs) live.reachedAtMs ??= this.time.nowMs;
  }
}
