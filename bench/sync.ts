/**
 * How quickly a guild's members are synced from a double of Discord into an embedded backend, and what that costs the process.
 *
 *     deno task bench:sync [--members N] [--json]
 *
 * The baseline is reading the same pages and writing nothing: what lies above it is the sync's own.
 */
import { parseArgs } from "node:util";
import { openSqliteBackend } from "../src/backend/sqlite_backend.ts";
import { systemClock } from "../src/clock.ts";
import { createMemberPages } from "../src/discord/members.ts";
import { createRest } from "../src/discord/rest.ts";
import { standaloneTerm } from "../src/election/term.ts";
import { createLog } from "../src/log.ts";
import { createMetrics } from "../src/metrics.ts";
import { createMemberSync } from "../src/sync/leader_sync.ts";
import { startDiscordDouble } from "../tests/doubles/discord/double.ts";
import { print, printTable, progress } from "./report.ts";

const PAGE = 1_000;
/** How often the event loop and the memory are looked at. Milliseconds. */
const LOOK_MS = 10;

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, members: { type: "string", default: "100000" } },
});
const members = Number(options.members);
if (!Number.isInteger(members) || members < PAGE || members > 1_000_000) {
  progress(
    `--members is "${options.members}"; allowed is a whole number from 1000 to 1000000, for example --members 100000.`,
  );
  Deno.exit(2);
}

interface Cost {
  readonly seconds: number;
  readonly membersPerSecond: number;
  /** The most memory above that of the beginning. */
  readonly grewMiB: number;
  /** The longest time in which nobody else could be answered. */
  readonly longestStallMs: number;
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const startMs = performance.now();
  const startBytes = Deno.memoryUsage().rss;
  let lastMs = startMs;
  let longestStallMs = 0;
  let mostBytes = startBytes;
  const look = setInterval(() => {
    const nowMs = performance.now();
    longestStallMs = Math.max(longestStallMs, nowMs - lastMs - LOOK_MS);
    mostBytes = Math.max(mostBytes, Deno.memoryUsage().rss);
    lastMs = nowMs;
  }, LOOK_MS);
  await work();
  clearInterval(look);
  const seconds = (performance.now() - startMs) / 1000;
  const grewMiB = (mostBytes - startBytes) / 2 ** 20;
  return { seconds, membersPerSecond: members / seconds, grewMiB, longestStallMs };
}

async function main(): Promise<void> {
  const clock = systemClock;
  const log = createLog({ level: "error", format: "text" });
  const metrics = createMetrics();
  const dir = await Deno.makeTempDir({ prefix: "hivemind-bench-" });
  await using discord = await startDiscordDouble({
    globalRequestsPerSecond: Infinity,
    routeRequestsPerSecond: Infinity,
  });
  const guild = discord.world.addGuild({ memberCount: members });
  const backend = openSqliteBackend({ path: `${dir}/hivemind.sqlite`, clock, log });
  const rest = createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics });
  const pages = createMemberPages(() => rest);
  const guilds = [{ id: guild.id, name: guild.name, iconUrl: "", ownerId: guild.ownerId }];
  const sync = createMemberSync({
    clock,
    log,
    metrics,
    random: Math.random,
    pages,
    sink: backend,
    guilds: () => guilds,
    intervalMs: 86_400_000,
  });
  const stop = new AbortController();
  const term = standaloneTerm(stop.signal);
  const read = async () => {
    for (let after: string | null = "0"; after !== null;) {
      const page = await pages.list(guild.id, { after, limit: PAGE, signal: stop.signal });
      after = page.next;
    }
  };
  const write = async () => {
    const { members: written } = await sync.syncOnce(term, { guilds });
    if (written !== members) throw new Error(`${written} of ${members} members were written`);
  };
  const rows: (Cost & { what: string })[] = [];
  for (const [what, work] of [["read only", read], ["first sync", write], ["sync again", write]] as const) {
    progress(`${what}: ${members.toLocaleString("en")} members`);
    rows.push({ what, ...await costOf(work) });
  }
  await backend.close();
  await Deno.remove(dir, { recursive: true });
  if (options.json) return print(JSON.stringify({ members, rows }));
  const baseline = rows[0]?.seconds ?? NaN;
  printTable([
    [
      `${members.toLocaleString("en")} members`,
      "seconds",
      "members/s",
      "grew by",
      "longest stall",
      "",
      "against reading",
    ],
    ...rows.map(({ grewMiB, longestStallMs, membersPerSecond, seconds, what }) => [
      what,
      seconds.toFixed(2),
      Math.round(membersPerSecond).toLocaleString("en"),
      `${Math.round(grewMiB)} MiB`,
      `${Math.round(longestStallMs)} ms`,
      "",
      `× ${(seconds / baseline).toFixed(2)}`,
    ]),
  ]);
}

await main();
