// deno-lint-ignore-file no-console -- a table to read is what it is for
/**
 * What each call of the backend takes at 100,000 pages and 1,000,000 quotes, directly and over gRPC.
 *
 *     deno task bench:backend [--json] [--small] [--keep FILE]
 *
 * `--small` takes a tenth of everything; `--keep` leaves the filled file, and uses it when it is there.
 */
import { parseArgs } from "node:util";
import type { Backend, GuildMember } from "../src/backend/backend.ts";
import { createGrpcBackend } from "../src/backend/grpc_backend.ts";
import { openSqliteBackend } from "../src/backend/sqlite_backend.ts";
import { sleep, systemClock } from "../src/clock.ts";
import { createLog } from "../src/log.ts";
import { BotProcess } from "../tests/process/bot_process.ts";
import { anyWord, fill, GUILD_ID, sequence, titleAt, USER_ID } from "./backend_data.ts";

const CALLER = { userId: USER_ID, guildId: GUILD_ID, username: "user" };
const BATCH = 5_000;

interface Row {
  what: string;
  how: "direct" | "gRPC";
  callsPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  longestMs: number;
  failed: number;
}

type Call = (backend: Backend, random: () => number) => Promise<unknown>;

/** What people do, by name. */
function callsOf(pages: number): Record<string, Call> {
  const words = (random: () => number, count: number) => Array.from({ length: count }, () => anyWord(random)).join(" ");
  const search = (backend: Backend, query: string) =>
    backend.searchPages(CALLER, { query, tags: [], limit: 10, offset: 0 });
  const anyTitle = (random: () => number) => titleAt(1 + Math.floor(random() * pages));
  return {
    "search, one word": (backend, random) => search(backend, words(random, 1)),
    "search, two words": (backend, random) => search(backend, words(random, 2)),
    "search, three words": (backend, random) => search(backend, words(random, 3)),
    "search, half a word": (backend, random) =>
      search(backend, words(random, 1).slice(0, 1 + Math.floor(random() * 5))),
    "search quotes, one word": (backend, random) =>
      backend.searchQuotes(CALLER, { query: words(random, 1), tags: [], limit: 10, offset: 0 }),
    "view": (backend, random) => backend.findPage(CALLER, anyTitle(random)),
    "autocomplete": (backend, random) => {
      const title = anyTitle(random);
      const from = random() < 0.5 ? 0 : Math.floor(random() * title.length);
      return backend.suggestTitles(CALLER, {
        typed: title.slice(from, from + 1 + Math.floor(random() * 6)),
        limit: 25,
      });
    },
    "random quote": (backend) => backend.randomQuote(CALLER, []),
  };
}

async function measure(
  backend: Backend,
  { how, what, call }: { how: Row["how"]; what: string; call: Call },
): Promise<Row> {
  const random = sequence(what.length);
  const [seconds, most, atOnce] = [4, 2_000, how === "direct" ? 1 : 16];
  const took: number[] = [];
  let failed = 0;
  const startMs = performance.now();
  const goOn = async () => {
    while (performance.now() - startMs < seconds * 1_000 && took.length < most) {
      const beganMs = performance.now();
      await call(backend, random).catch(() => failed++);
      took.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
  const callsPerSecond = took.length / ((performance.now() - startMs) / 1_000);
  return { what, how, callsPerSecond, ...timesOf(took), failed };
}

function timesOf(took: readonly number[]) {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), longestMs: at(1) };
}

/** Batches of a full sync, one after another. */
async function upsertMembers(backend: Backend, how: Row["how"], count: number): Promise<Row & { totalMs: number }> {
  const took: number[] = [];
  const startMs = performance.now();
  for (let from = 0; from < count; from += BATCH) {
    const members = Array.from({ length: BATCH }, (_, i) => memberAt(from + i));
    const beganMs = performance.now();
    await backend.upsertMembers(members);
    took.push(performance.now() - beganMs);
  }
  const totalMs = performance.now() - startMs;
  const what = `upsert of ${count.toLocaleString("en")} members, by ${BATCH.toLocaleString("en")}`;
  return { what, how, callsPerSecond: took.length / (totalMs / 1_000), ...timesOf(took), failed: 0, totalMs };
}

function memberAt(i: number): GuildMember {
  const userId = String(300_000_000_000_000_000n + BigInt(i));
  const names = { username: `user${i}`, globalName: `User ${i}`, nickname: i % 3 === 0 ? `Nick ${i}` : "" };
  const hashes = { guildAvatarHash: "", avatarHash: "0123456789abcdef0123456789abcdef" };
  return {
    guildId: GUILD_ID,
    userId,
    ...names,
    ...hashes,
    roleIds: ["400000000000000001"],
    joinedAt: 1_700_000_000_000,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, small: { type: "boolean" }, keep: { type: "string" } },
  });
  const scale = values.small ? 0.1 : 1;
  const sizes = { pages: 100_000 * scale, quotes: 1_000_000 * scale };
  const folder = await Deno.makeTempDir({ prefix: "hivemind-bench-" });
  const dataDir = values.keep ?? folder;
  const path = `${dataDir}/hivemind.sqlite`;
  const log = createLog({ level: "error", format: "text" });
  try {
    const open = () => openSqliteBackend({ path, clock: systemClock, log });
    const isFilled = await Deno.stat(path).then(() => true, () => false);
    await open().close();
    if (!isFilled) fill(path, sizes);
    const rows: (Row & { totalMs?: number })[] = [];
    const memory: Record<string, number> = {};
    const note = (row: Row & { totalMs?: number }) => {
      rows.push(row);
      if (!values.json) console.log(lineOf(row));
    };
    if (!values.json) {
      console.log(`${sizes.pages} pages, ${sizes.quotes} quotes, ${(await Deno.stat(path)).size / 1e6} MB`);
    }
    const backend = open();
    for (const [what, call] of Object.entries(callsOf(sizes.pages))) {
      note(await measure(backend, { how: "direct", what, call }));
    }
    memory["before members"] = Deno.memoryUsage().rss / 1e6;
    note(await upsertMembers(backend, "direct", 1_000_000 * scale));
    memory["after members"] = Deno.memoryUsage().rss / 1e6;
    await backend.close();
    await overGrpc(dataDir, async (remote) => {
      for (const [what, call] of Object.entries(callsOf(sizes.pages))) {
        note(await measure(remote, { how: "gRPC", what, call }));
        await answering(remote);
      }
      note(await upsertMembers(remote, "gRPC", 1_000_000 * scale));
    });
    if (values.json) console.log(JSON.stringify({ ...sizes, rows, memoryMB: memory }));
    else console.log(`memory before and after the members: ${Object.values(memory).map(Math.round).join(" and ")} MB`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until a server that was asked for more than it can do answers again. */
async function answering(backend: Backend): Promise<void> {
  const patienceMs = performance.now() + 60_000;
  while (!await backend.ping().then(() => true, () => false)) {
    if (performance.now() > patienceMs) throw new Error("The server has not come back for a minute");
    await sleep(systemClock, 100);
  }
}

async function overGrpc(dataDir: string, run: (backend: Backend) => Promise<void>): Promise<void> {
  const args = ["backend", "--listen", "127.0.0.1:0", "--data", dataDir];
  await using server = new BotProcess({ name: "backend", args, env: { LOG_LEVEL: "info" } });
  const port = Number((await server.line("backend serves")).port);
  const log = createLog({ level: "error", format: "text" });
  const options = { host: "127.0.0.1", port, serviceToken: () => "", clock: systemClock, log };
  const backend = createGrpcBackend(options);
  try {
    await run(backend);
  } finally {
    await backend.close();
    await server.end("SIGTERM");
  }
}

function lineOf(
  { what, how, callsPerSecond, p50Ms, p95Ms, p99Ms, longestMs, failed, totalMs }: Row & { totalMs?: number },
) {
  const times = [p50Ms, p95Ms, p99Ms, longestMs].map((ms) => ms.toFixed(2).padStart(9)).join("");
  const rest = [
    totalMs === undefined ? "" : `${(totalMs / 1_000).toFixed(1)} s in all`,
    failed > 0 ? `${failed} failed` : "",
  ];
  return `${how.padEnd(7)}${what.padEnd(42)}${callsPerSecond.toFixed(0).padStart(7)}/s${times} ms ${rest.join(" ")}`
    .trimEnd();
}

await main();
