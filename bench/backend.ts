// deno-lint-ignore-file no-console -- a table to read is what it is for
/**
 * What each call of the backend takes at 100,000 pages and 1,000,000 quotes, directly and over gRPC; which SQL statements took longest;
 * and the memory that a sync of 1,000,000 members needs.
 *
 *     deno task bench:backend [--json] [--small] [--keep DIR]
 *
 * `--small` takes a tenth of everything; `--keep` leaves the filled file in a folder, and uses it when it is there. Exit code 1 when a
 * goal is missed.
 */
import { parseArgs } from "node:util";
import type { Backend } from "../src/backend/backend.ts";
import { createGrpcBackend } from "../src/backend/grpc_backend.ts";
import { nextTurn } from "../src/backend/sqlite/turns.ts";
import { openSqliteBackend } from "../src/backend/sqlite_backend.ts";
import { sleep, systemClock } from "../src/clock.ts";
import { createLog } from "../src/log.ts";
import { BotProcess } from "../tests/process/bot_process.ts";
import { type Call, callsOf, membersFrom } from "./backend_calls.ts";
import { fill, sequence } from "./backend_data.ts";
import { timeStatements } from "./statements.ts";

const BATCH = 5_000;
/** Of one call, measured. */
const SECONDS = 4;
const MOST_CALLS = 2_000;
/** People who ask a server at the same time. */
const AT_ONCE = 16;
const STATEMENTS_LISTED = 8;

/** Direct calls, 95th percentile; and any statement, at most. Milliseconds. */
const GOALS: readonly (readonly [RegExp, number])[] = [[/^search/, 10], [/^autocomplete/, 5]];
const STATEMENT_GOAL_MS = 50;
const MEMBERS_GOAL_MS = 20_000;
/** How much the memory may grow with 200 batches of members, each 0.5 MB of wire. */
const MEMORY_GOAL_MB = 100;

const log = createLog({ level: "error", format: "text" });

interface Row {
  what: string;
  how: "direct" | "gRPC";
  callsPerSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  longestMs: number;
  failed: number;
  /** Of many calls one after another. */
  totalMs?: number;
}

/** Calls one after another, each in a turn of its own, as those of people come. */
async function measure(
  backend: Backend,
  { how, what, call }: { how: Row["how"]; what: string; call: Call },
): Promise<Row> {
  const random = sequence(what.length);
  const took: number[] = [];
  let failed = 0;
  const startMs = performance.now();
  const goOn = async () => {
    while (performance.now() - startMs < SECONDS * 1_000 && took.length < MOST_CALLS) {
      const send = call(random);
      const beganMs = performance.now();
      await send(backend).catch(() => failed++);
      took.push(performance.now() - beganMs);
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: how === "direct" ? 1 : AT_ONCE }, goOn));
  const callsPerSecond = took.length / ((performance.now() - startMs) / 1_000);
  return { what, how, callsPerSecond, ...timesOf(took), failed };
}

function timesOf(took: readonly number[]) {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), longestMs: at(1) };
}

/** Of this process, in MB. */
interface Memory {
  beforeMb: number;
  peakMb: number;
}

/** A full sync's batches, one after another, and the memory that this process takes for them. */
async function upsertMembers(
  backend: Backend,
  { how, count }: { how: Row["how"]; count: number },
): Promise<{ row: Row; memory: Memory }> {
  const took: number[] = [];
  const rssMb = () => Deno.memoryUsage().rss / 1e6;
  const beforeMb = rssMb();
  let peakMb = beforeMb;
  const startMs = performance.now();
  for (let from = 0; from < count; from += BATCH) {
    const members = membersFrom(from, BATCH);
    const beganMs = performance.now();
    await backend.upsertMembers(members);
    took.push(performance.now() - beganMs);
    await nextTurn();
    peakMb = Math.max(peakMb, rssMb());
  }
  const totalMs = performance.now() - startMs;
  const what = `upsert of ${count.toLocaleString("en")} members, by ${BATCH.toLocaleString("en")}`;
  const row = { what, how, callsPerSecond: took.length / (totalMs / 1_000), ...timesOf(took), failed: 0, totalMs };
  return { row, memory: { beforeMb, peakMb } };
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
  const options = { host: "127.0.0.1", port, serviceToken: () => "", clock: systemClock, log };
  const backend = createGrpcBackend(options);
  try {
    await run(backend);
  } finally {
    await backend.close();
    await server.end("SIGTERM");
  }
}

function lineOf({ what, how, callsPerSecond, p50Ms, p95Ms, p99Ms, longestMs, failed, totalMs }: Row): string {
  const times = [p50Ms, p95Ms, p99Ms, longestMs].map((ms) => ms.toFixed(2).padStart(9)).join("");
  const rest = [
    totalMs === undefined ? "" : `${(totalMs / 1_000).toFixed(1)} s in all`,
    failed > 0 ? `${failed} failed` : "",
  ];
  return `${how.padEnd(7)}${what.padEnd(42)}${callsPerSecond.toFixed(0).padStart(7)}/s${times} ms ${rest.join(" ")}`
    .trimEnd();
}

/** The goals that were missed, as sentences. */
function missed(
  rows: readonly Row[],
  { statementMs, memory: { beforeMb, peakMb } }: { statementMs: number; memory: Memory },
): string[] {
  const slow = rows.filter(({ how, what, p95Ms }) =>
    how === "direct" && GOALS.some(([name, goalMs]) => name.test(what) && p95Ms > goalMs)
  );
  const slowSyncs = rows.filter(({ totalMs = 0 }) => totalMs > MEMBERS_GOAL_MS);
  return [
    ...slow.map(({ what, p95Ms }) => `${what} takes ${p95Ms.toFixed(2)} ms at the 95th percentile`),
    ...slowSyncs.map(({ what, how, totalMs = 0 }) => `${what} takes ${(totalMs / 1_000).toFixed(1)} s (${how})`),
    ...(statementMs > STATEMENT_GOAL_MS ? [`a statement takes ${statementMs.toFixed(1)} ms`] : []),
    ...(peakMb - beforeMb > MEMORY_GOAL_MB ? [`memory grows by ${Math.round(peakMb - beforeMb)} MB`] : []),
  ];
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, small: { type: "boolean" }, keep: { type: "string" } },
  });
  const print = (text: string) => values.json || console.log(text);
  const scale = values.small ? 0.1 : 1;
  const sizes = { pages: 100_000 * scale, quotes: 1_000_000 * scale };
  const members = 1_000_000 * scale;
  const folder = await Deno.makeTempDir({ prefix: "hivemind-bench-" });
  const dataDir = values.keep ?? folder;
  const path = `${dataDir}/hivemind.sqlite`;
  try {
    const open = () => openSqliteBackend({ path, clock: systemClock, log });
    const isFilled = await Deno.stat(path).then(() => true, () => false);
    await open().close();
    if (!isFilled) fill(path, sizes);
    print(`${sizes.pages} pages, ${sizes.quotes} quotes, ${Math.round((await Deno.stat(path)).size / 1e6)} MB`);
    print(`${" ".repeat(58)}      p50      p95      p99  longest`);
    const rows: Row[] = [];
    const note = (row: Row) => {
      rows.push(row);
      print(lineOf(row));
    };
    const backend = open();
    const longestStatements = timeStatements();
    for (const [what, call] of Object.entries(callsOf(sizes))) {
      note(await measure(backend, { how: "direct", what, call }));
    }
    const direct = await upsertMembers(backend, { how: "direct", count: members });
    note(direct.row);
    const statements = longestStatements(STATEMENTS_LISTED);
    await backend.close();
    await overGrpc(dataDir, async (remote) => {
      for (const [what, call] of Object.entries(callsOf(sizes))) {
        note(await measure(remote, { how: "gRPC", what, call }));
        await answering(remote);
      }
      note((await upsertMembers(remote, { how: "gRPC", count: members })).row);
    });
    print(`\nThe longest statements of the direct calls:`);
    for (const { sql, longestMs } of statements) print(`${longestMs.toFixed(1).padStart(9)} ms  ${sql.slice(0, 130)}`);
    const { beforeMb, peakMb } = direct.memory;
    print(
      `\nMemory before the members and at most while they came: ${Math.round(beforeMb)} and ${Math.round(peakMb)} MB`,
    );
    const complaints = missed(rows, { statementMs: statements[0]?.longestMs ?? 0, memory: direct.memory });
    for (const complaint of complaints) print(`✗ ${complaint}`);
    if (values.json) console.log(JSON.stringify({ ...sizes, rows, statements, memory: direct.memory, complaints }));
    return complaints.length === 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (!await main()) Deno.exit(1);
