/** Three replicas of the bot, real processes on one Lease, each with a network of its own to the Lease API. */
import { startTcpProxy, type TcpProxy } from "../tests/doubles/tcp_proxy.ts";
import type { BotProcess, LogLine } from "../tests/process/bot_process.ts";
import { SERVICE_TOKEN, Surroundings } from "../tests/process/surroundings.ts";
import { until } from "../tests/process/until.ts";
import { type EffectRecorder, startEffectRecorder } from "./effects.ts";

const NAMES = ["bot-a", "bot-b", "bot-c"] as const;
const ELECTED = "elected as sync leader, starting member sync job";
const LOST = "lost sync leadership, stopping sync job";
/** More than are written during any run. */
const ENDLESS_MEMBERS = 10_000_000;

/** The times of the election, in seconds. */
export interface LeaseTimes {
  readonly duration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
}

/** As people write them: `15/10/2`. */
export function nameOf({ duration, renewDeadline, retryPeriod }: LeaseTimes): string {
  return [duration, renewDeadline, retryPeriod].join("/");
}

export class Replicas implements AsyncDisposable {
  readonly times: LeaseTimes;
  readonly recorder: EffectRecorder;
  readonly #around: Surroundings;
  /** Everything that ends with it. */
  #owned: AsyncDisposableStack | undefined;
  readonly #networks = new Map<string, TcpProxy>();
  readonly #running = new Map<string, BotProcess>();

  private constructor(times: LeaseTimes, parts: { around: Surroundings; recorder: EffectRecorder }) {
    this.times = times;
    this.recorder = parts.recorder;
    this.#around = parts.around;
  }

  /** Three that run, of which one leads. `isBusy`: its sync goes on for ever, which gives an effect every 200 ms. */
  static async open(times: LeaseTimes, { isBusy }: { isBusy: boolean }): Promise<Replicas> {
    await using stack = new AsyncDisposableStack();
    const recorder = stack.use(await startEffectRecorder(SERVICE_TOKEN));
    const around = stack.use(await Surroundings.open());
    around.discord.world.addGuild({ memberCount: isBusy ? ENDLESS_MEMBERS : 30 });
    const replicas = new Replicas(times, { around, recorder });
    for (const name of NAMES) {
      replicas.#networks.set(name, stack.use(startTcpProxy({ target: around.leaseApiAddress })));
    }
    for (const name of NAMES) await replicas.start(name);
    replicas.#owned = stack.move();
    return replicas;
  }

  /** Starts a replica; the same name again is the same pod, with its container restarted. */
  async start(name: string): Promise<BotProcess> {
    const { BACKEND_EMBEDDED: _, ...pod } = await this.#around.pod(name, { api: this.network(name) });
    const { duration, renewDeadline, retryPeriod } = this.times;
    const replica = this.#around.start({
      name,
      env: {
        ...pod,
        ...this.#around.withBackend(this.recorder),
        LEASE_DURATION_SECONDS: String(duration),
        LEASE_RENEW_DEADLINE_SECONDS: String(renewDeadline),
        LEASE_RETRY_PERIOD_SECONDS: String(retryPeriod),
      },
    });
    void replica.status; // From now on `ended` tells.
    this.#running.set(name, replica);
    return replica;
  }

  /** Between a replica and the Lease API. */
  network(name: string): TcpProxy {
    const network = this.#networks.get(name);
    if (network === undefined) throw new Error(`there is no replica ${name}`);
    return network;
  }

  /** All but one. */
  others(replica: BotProcess): BotProcess[] {
    return this.#all().filter((other) => other !== replica);
  }

  /** Waits until one leads and the others have seen it and watch. @returns the leader */
  async steady(): Promise<BotProcess> {
    return await until("one leader, two that watch", () => {
      const [leader, ...rivals] = this.#all().filter(leads);
      if (leader === undefined || rivals.length > 0 || leader.name !== this.holder) return undefined;
      return this.others(leader).every((replica) => this.#follows(replica, leader.name)) && leader;
    }, { withinMs: 60_000 });
  }

  /** Waits for the next renewal that the API accepts. */
  async renewal(): Promise<void> {
    const { requests } = this.#around.leaseApi;
    const seen = requests.length;
    await until("a renewal", () => requests.slice(seen).some(({ verb, code }) => verb === "update" && code === 200));
  }

  get holder(): string {
    return this.#around.lease?.spec.holderIdentity ?? "";
  }

  get transitions(): number {
    return this.#around.lease?.spec.leaseTransitions ?? 0;
  }

  /** Every request to the Lease API so far. */
  get requests() {
    return this.#around.leaseApi.requests;
  }

  #all(): BotProcess[] {
    return [...this.#running.values()].filter(({ ended }) => ended === undefined);
  }

  /** Whether it has seen this leader last, and has a watch open. */
  #follows({ name, lines, startedAtMs }: BotProcess, leader: string): boolean {
    const seen = lines.findLast(({ msg }) => msg === "new sync leader elected");
    const sinceMs = startedAtMs - Date.now() + performance.now();
    return seen?.leader === leader &&
      this.requests.some(({ account, atMs, code, verb }) =>
        account === name && verb === "watch" && code === 200 && atMs > sinceMs
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned?.disposeAsync();
  }
}

/** Whether a replica leads, by its own log. */
export function leads(replica: BotProcess): boolean {
  return replica.lines.findLast(({ msg }) => msg === ELECTED || msg === LOST)?.msg === ELECTED;
}

/** When and with which token a replica was elected last. */
export function electionOf(replica: BotProcess): { atMs: number; token: string } {
  const line = lastLine(replica, ELECTED);
  return { atMs: Date.parse(line.time), token: String(line.token) };
}

/** When a replica lost its last term, by the wall clock. */
export function lossOf(replica: BotProcess): number {
  return Date.parse(lastLine(replica, LOST).time);
}

function lastLine({ lines, name }: BotProcess, wanted: string): LogLine {
  const line = lines.findLast(({ msg }) => msg === wanted);
  if (line === undefined) throw new Error(`${name} has not said "${wanted}"`);
  return line;
}
