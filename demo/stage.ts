/** The surroundings of the demo: a Discord, a Kubernetes API, a backend process, and replicas of the bot between them. */
import { DatabaseSync } from "node:sqlite";
import { type DiscordDouble, type DoubleGuild, startDiscordDouble } from "../tests/doubles/discord/double.ts";
import { electorRights } from "../tests/doubles/lease_api/accounts.ts";
import { type LeaseApiDouble, startLeaseApi } from "../tests/doubles/lease_api/double.ts";
import { createGrpcBackend } from "../src/backend/grpc_backend.ts";
import { systemClock } from "../src/clock.ts";
import { createLog } from "../src/log.ts";
import { BotProcess } from "../tests/process/bot_process.ts";

export const LEASE_NAME = "hivemind-bot-sync-leader";
export const NAMESPACE = "hivemind";
const SERVICE_TOKEN = "the-service-token-of-the-demo";
/** An application emoji. */
const QUOTE_EMOJI_ID = "1200000000000000001";

export class Stage implements AsyncDisposable {
  readonly discord: DiscordDouble;
  readonly leaseApi: LeaseApiDouble;
  readonly backend: BotProcess;
  readonly backendPort: number;
  readonly guild: DoubleGuild;
  /** Every process of a replica that was ever started, oldest first. */
  readonly processes: BotProcess[] = [];
  readonly #dir: string;

  private constructor(
    parts: Pick<Stage, "discord" | "leaseApi" | "backend" | "backendPort" | "guild"> & { dir: string },
  ) {
    this.discord = parts.discord;
    this.leaseApi = parts.leaseApi;
    this.backend = parts.backend;
    this.backendPort = parts.backendPort;
    this.guild = parts.guild;
    this.#dir = parts.dir;
  }

  static async open({ members }: { members: number }): Promise<Stage> {
    const dir = await Deno.makeTempDir({ prefix: "hivemind-demo-" });
    const [discord, leaseApi] = await Promise.all([startDiscordDouble(), startLeaseApi()]);
    const guild = discord.world.addGuild({ name: "Beekeepers", memberCount: members });
    const backend = new BotProcess({
      name: "backend",
      args: ["backend", "--listen", "127.0.0.1:0", "--data", `${dir}/data`],
      env: { BACKEND_SERVICE_TOKEN: SERVICE_TOKEN },
    });
    const { port } = await backend.line("backend serves");
    return new Stage({ discord, leaseApi, backend, backendPort: Number(port), guild, dir });
  }

  /** Starts a replica; the same name again is the same pod, with its container restarted. */
  async start(name: string): Promise<BotProcess> {
    const { discord, leaseApi } = this;
    const mount = `${this.#dir}/pods/${name}`;
    await leaseApi.addServiceAccount({ namespace: NAMESPACE, name, rights: electorRights(LEASE_NAME), dir: mount });
    const replica = new BotProcess({
      name,
      env: {
        BACKEND_GRPC_HOST: "127.0.0.1",
        BACKEND_GRPC_PORT: String(this.backendPort),
        BACKEND_SERVICE_TOKEN: SERVICE_TOKEN,
        DISCORD_API_BASE: discord.apiBase(name),
        DISCORD_BOT_TOKEN: discord.token,
        HOSTNAME: name,
        KUBERNETES_SERVICE_HOST: leaseApi.host,
        KUBERNETES_SERVICE_PORT: String(leaseApi.port),
        METRICS_PORT: "0",
        QUOTE_EMOJI_ID,
        SERVICE_ACCOUNT_DIR: mount,
      },
    });
    this.processes.push(replica);
    return replica;
  }

  /** Replicas that run. */
  running(): BotProcess[] {
    return this.processes.filter((process) => process.ended === undefined);
  }

  /** Turns announcements on, as a server's admin does. */
  async announceIn(channelId: string): Promise<void> {
    const backend = createGrpcBackend({
      host: "127.0.0.1",
      port: this.backendPort,
      serviceToken: () => SERVICE_TOKEN,
      clock: systemClock,
      log: createLog({ level: "error", format: "text" }),
    });
    const change = { enabled: true, channelId, notifyWikiCreate: true, notifyQuoteCreate: true };
    await backend.updateAnnouncements(this.guild.id, change);
    await backend.close();
  }

  /** Asks the backend's file, past all of the bot's own code. */
  count(sql: string, ...values: string[]): number {
    const file = new DatabaseSync(`${this.#dir}/data/hivemind.sqlite`, { readOnly: true });
    try {
      return Number(file.prepare(sql).get(...values)?.["count(*)"]);
    } finally {
      file.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.running().map((replica) => replica.end("SIGKILL")));
    await this.backend.end("SIGTERM");
    await this.leaseApi.close();
    this.discord.takeViolations();
    await this.discord.close();
    await Deno.remove(this.#dir, { recursive: true });
  }
}
