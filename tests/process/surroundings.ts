/**
 * What processes of the bot live in during a test: a Discord, a Kubernetes API, a folder. All of it ends with the test, whatever
 * happens; and no process may ever have said a secret, nor have asked Discord for what Discord would not accept.
 */
import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import { type DiscordDouble, type DoubleOptions, startDiscordDouble } from "../doubles/discord/double.ts";
import { electorRights, type ServiceAccount } from "../doubles/lease_api/accounts.ts";
import { type LeaseApiDouble, type LeaseApiOptions, startLeaseApi } from "../doubles/lease_api/double.ts";
import { BotProcess, type BotProcessOptions } from "./bot_process.ts";

export const LEASE_NAME = "hivemind-bot-sync-leader";
export const NAMESPACE = "hivemind";
export const SERVICE_TOKEN = "a-service-token-that-nobody-reads";

/** Short, so that nobody waits: duration, renew deadline, retry period. */
export const SHORT_LEASE = {
  LEASE_DURATION_SECONDS: "3",
  LEASE_RENEW_DEADLINE_SECONDS: "2",
  LEASE_RETRY_PERIOD_SECONDS: "0.5",
} as const;

type Environment = Readonly<Record<string, string>>;

/** Where a process finds something that may be a proxy in front of it. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

export class Surroundings implements AsyncDisposable {
  readonly discord: DiscordDouble;
  readonly leaseApi: LeaseApiDouble;
  /** Removed at the end. */
  readonly dir: string;
  readonly #processes: BotProcess[] = [];
  readonly #accounts = new Map<string, ServiceAccount>();
  readonly #owned: AsyncDisposable[] = [];

  private constructor(parts: Pick<Surroundings, "discord" | "leaseApi" | "dir">) {
    this.discord = parts.discord;
    this.leaseApi = parts.leaseApi;
    this.dir = parts.dir;
  }

  /** A Discord where several bots may log in at once, unless the options say otherwise. */
  static async open(options: DoubleOptions = {}, leaseApiOptions: LeaseApiOptions = {}): Promise<Surroundings> {
    const [discord, leaseApi, dir] = await Promise.all([
      startDiscordDouble({ identifyWindowMs: 0, ...options }),
      startLeaseApi(leaseApiOptions),
      Deno.makeTempDir({ prefix: "hivemind-process-" }),
    ]);
    return new Surroundings({ discord, leaseApi, dir });
  }

  /** Any subcommand of `main.ts`, with nothing in its environment that is not given here. */
  start(options: BotProcessOptions): BotProcess {
    const process = new BotProcess(options);
    this.#processes.push(process);
    return process;
  }

  /** Ends with the surroundings. */
  owns<T extends AsyncDisposable>(something: T): T {
    this.#owned.push(something);
    return something;
  }

  /** What a bot needs that stands alone: a token and this machine's Discord; the rest keeps it away from what is none of its business. */
  standalone(name: string): Environment {
    return {
      DISCORD_API_BASE: this.discord.apiBase(name),
      DISCORD_BOT_TOKEN: this.discord.token,
      HIVEMIND_DATA_DIR: `${this.dir}/data`,
      METRICS_PORT: "0",
      SERVICE_ACCOUNT_DIR: `${this.dir}/nothing-is-mounted`,
    };
  }

  /** What a bot needs for a backend that is elsewhere. */
  withBackend({ hostname, port }: Address): Environment {
    return {
      BACKEND_GRPC_HOST: hostname,
      BACKEND_GRPC_PORT: String(port),
      BACKEND_SERVICE_TOKEN: SERVICE_TOKEN,
    };
  }

  /** What a pod needs, with a service account of its own and short lease times; the same name again is the same pod. */
  async pod(name: string, { api = this.leaseApiAddress }: { api?: Address } = {}): Promise<Environment> {
    const account = this.#accounts.get(name) ?? await this.leaseApi.addServiceAccount({
      namespace: NAMESPACE,
      name,
      rights: electorRights(LEASE_NAME),
      dir: `${this.dir}/pods/${name}`,
    });
    this.#accounts.set(name, account);
    return {
      ...this.standalone(name),
      ...SHORT_LEASE,
      BACKEND_EMBEDDED: "true",
      HIVEMIND_DATA_DIR: `${this.dir}/data-of-${name}`,
      HOSTNAME: name,
      KUBERNETES_SERVICE_HOST: api.hostname,
      KUBERNETES_SERVICE_PORT: String(api.port),
      SERVICE_ACCOUNT_DIR: account.dir,
    };
  }

  get leaseApiAddress(): Address {
    return { hostname: this.leaseApi.host, port: this.leaseApi.port };
  }

  /** The service account of a pod that was made before. */
  account(name: string): ServiceAccount {
    const account = this.#accounts.get(name);
    if (account === undefined) throw new Error(`there is no pod ${name}`);
    return account;
  }

  /** `main.ts backend` with a file of its own, ready to serve. */
  async startBackend({ port = 0 } = {}): Promise<BotProcess & Address> {
    const hostname = "127.0.0.1";
    const backend = this.start({
      name: "backend",
      args: ["backend", "--listen", `${hostname}:${port}`, "--data", `${this.dir}/backend`],
      env: { BACKEND_SERVICE_TOKEN: SERVICE_TOKEN },
    });
    const line = await backend.line("backend serves");
    return Object.assign(backend, { hostname, port: Number(line.port) });
  }

  /** Reads the file that a backend keeps, past all of the bot's own code. */
  rows(folder: string, sql: string, ...values: string[]): Record<string, unknown>[] {
    const file = new DatabaseSync(`${this.dir}/${folder}/hivemind.sqlite`, { readOnly: true });
    try {
      return file.prepare(sql).all(...values);
    } finally {
      file.close();
    }
  }

  /** The Lease as the API keeps it. */
  get lease() {
    return this.leaseApi.lease(NAMESPACE, LEASE_NAME);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) process.signal("SIGCONT");
    await Promise.all(this.#processes.map((process) => process.end("SIGKILL")));
    await Promise.all(this.#owned.map((owned) => owned[Symbol.asyncDispose]()));
    await this.leaseApi.close();
    const secrets = [this.discord.token, SERVICE_TOKEN, ...await this.#mountedTokens()];
    await Deno.remove(this.dir, { recursive: true });
    await this.discord.close();
    for (const process of this.#processes) assertSaysNoSecret(process, secrets);
  }

  async #mountedTokens(): Promise<string[]> {
    const accounts = [...this.#accounts.values()];
    const tokens = await Promise.all(accounts.map(({ dir }) => Deno.readTextFile(`${dir}/token`).catch(() => "")));
    return tokens.filter((token) => token !== "");
  }
}

/** How the doubles' tokens look: of interactions, and of service accounts, rotated ones too. */
const TOKEN = /interaction-token-[0-9a-f-]+|token\.[0-9a-f-]{36}/;

function assertSaysNoSecret({ name, output }: BotProcess, secrets: readonly string[]): void {
  const told = output.filter((line) => TOKEN.test(line) || secrets.some((secret) => line.includes(secret)));
  assertEquals(told, [], `${name} says a secret`);
}
