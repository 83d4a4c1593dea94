/** Three replicas, each with a network of its own to the Lease API, one backend for all, and a guild; and what may never be seen of them. */
import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../../../src/clock.ts";
import type { DoubleGuild } from "../../doubles/discord/double.ts";
import { startTcpProxy, type TcpProxy } from "../../doubles/tcp_proxy.ts";
import type { BotProcess } from "../bot_process.ts";
import { Surroundings } from "../surroundings.ts";
import { until } from "../until.ts";

export const ELECTED = "elected as sync leader, starting member sync job";
export const LOST = "lost sync leadership, stopping sync job";
export const UNREACHED = "the election cannot reach its Lease, trying again";

export interface Replica {
  readonly name: string;
  readonly bot: BotProcess;
  /** Between it and the Lease API. */
  readonly network: TcpProxy;
}

export interface TrioOptions {
  /** Members of the guild. */
  members?: number;
  /** How long Discord takes for each page of members. Milliseconds. */
  pageMs?: number;
  /** The Lease API's. */
  apiClock?: Clock;
}

export class Trio implements AsyncDisposable {
  readonly around: Surroundings;
  readonly guild: DoubleGuild;
  readonly replicas: readonly Replica[];

  private constructor(parts: Pick<Trio, "around" | "guild" | "replicas">) {
    this.around = parts.around;
    this.guild = parts.guild;
    this.replicas = parts.replicas;
  }

  /** Resolves when all are connected to Discord, and one of them leads. */
  static async open({ members = 50, pageMs = 0, apiClock }: TrioOptions = {}): Promise<Trio> {
    const around = await Surroundings.open({}, apiClock && { clock: apiClock });
    const guild = around.discord.world.addGuild({ memberCount: members });
    around.discord.fault({ route: "GET /guilds/:id/members", times: Infinity }, { kind: "stall", forMs: pageMs });
    const backend = await around.startBackend();
    const replicas = await Promise.all(["bot-a", "bot-b", "bot-c"].map(async (name): Promise<Replica> => {
      const network = around.owns(startTcpProxy({ target: around.leaseApiAddress }));
      const { BACKEND_EMBEDDED: _, ...env } = await around.pod(name, { api: network });
      return { name, network, bot: around.start({ name, env: { ...env, ...around.withBackend(backend) } }) };
    }));
    const trio = new Trio({ around, guild, replicas });
    await Promise.all(replicas.map(({ bot }) => bot.line("connected to Discord")));
    await trio.leader();
    return trio;
  }

  /** The one that leads, as soon as one does. */
  leader({ except, withinMs }: { except?: Replica; withinMs?: number } = {}): Promise<Replica> {
    const candidates = this.replicas.filter((replica) => replica !== except);
    return until("somebody leads", () => candidates.find(leads), { withinMs: withinMs ?? 15_000 });
  }

  /** All but one. */
  others(replica: Replica): Replica[] {
    return this.replicas.filter((other) => other !== replica);
  }

  /** Members of the guild, past all of the bot's own code. */
  membersInBackend(): number {
    const sql = "SELECT count(*) AS count FROM members WHERE guild_id = ?";
    return Number(this.around.rows("backend", sql, this.guild.id)[0]?.count);
  }

  /** People get answers, from whomever. */
  async assertServes(): Promise<void> {
    const pong = await this.around.discord.interact.slash("ping").answer();
    assert(/Pong[^]*Backend: \d+ ms/.test(pong.text), pong.text);
  }

  /** Nobody has ended; no two led at a time, as their logs tell it; each term's token was above the last. */
  assertOneAtATime({ but }: { but?: Replica } = {}): void {
    for (const { bot } of this.replicas) assertEquals(bot.ended, undefined, bot.output.join("\n"));
    const terms = this.replicas.filter((replica) => replica !== but).flatMap(termsOf);
    terms.sort((one, other) => one.fromMs - other.fromMs);
    for (const [index, { name, fromMs }] of terms.entries()) {
      const overlapping = terms.slice(0, index).filter(({ toMs }) => toMs > fromMs);
      assertEquals(overlapping, [], `${name} was elected while another led`);
    }
    const tokens = this.replicas.flatMap(termsOf).sort((one, other) => one.fromMs - other.fromMs).map(({ token }) =>
      token
    );
    assertEquals(tokens, [...new Set(tokens)].sort((one, other) => one - other), "fencing tokens rise");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.around[Symbol.asyncDispose]();
  }
}

/** Whether it leads, as its log tells it. */
export function leads({ bot }: Replica): boolean {
  return bot.lines.findLast(({ msg }) => msg === ELECTED || msg === LOST)?.msg === ELECTED;
}

function termsOf({ name, bot }: Replica) {
  const ends = bot.lines.filter(({ msg }) => msg === LOST).map(({ time }) => Date.parse(time));
  return bot.lines.filter(({ msg }) => msg === ELECTED).map(({ time, token }, index) => ({
    name,
    token: Number(token),
    fromMs: Date.parse(time),
    toMs: ends[index] ?? Infinity,
  }));
}
