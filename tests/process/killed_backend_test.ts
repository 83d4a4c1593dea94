/**
 * `main.ts backend` killed in the middle of its writes, again and again over one file. `KILL_ROUNDS` says how often; 5 without it.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Backend, Caller } from "../../src/backend/backend.ts";
import { createGrpcBackend } from "../../src/backend/grpc_backend.ts";
import { sleep, systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { BotProcess } from "./bot_process.ts";

const ROUNDS = Number(Deno.env.get("KILL_ROUNDS") ?? 5);
const WRITERS = 8;
const MEMBERS = 100;
const ANN: Caller = { userId: "200000000000000001", guildId: "100000000000000001", username: "ann" };

const log = createLog({ level: "error", format: "text", write: () => {} });

/** What the server has acknowledged. */
interface Acknowledged {
  pages: string[];
  quotes: string[];
  /** The number of the last batch of members. */
  batch: number;
}

/** Every text tells what its own should be, so that half of one shows. */
function textOf(name: string): string {
  return `${name} begins ${"and goes on ".repeat(name.length * 20)}${name} ends`;
}

/** Writes until the server is gone; each loop a little slower than it could, about 25 writes a second. */
async function write(backend: Backend, { round, writer, kept }: { round: number; writer: number; kept: Acknowledged }) {
  try {
    for (let i = 0;; i++) {
      const name = `entry ${round} ${writer} ${i}`;
      if (writer === 0) {
        await backend.upsertMembers(batchOf(kept.batch + 1));
        kept.batch++;
      } else if (writer % 2 === 0) {
        await backend.createQuote(ANN, { body: textOf(name), tags: ["kept"], source: null });
        kept.quotes.push(textOf(name));
      } else {
        await backend.upsertPage(ANN, { title: name, body: textOf(name), tags: ["kept"], channelId: "" });
        kept.pages.push(name);
      }
      await sleep(systemClock, 20);
    }
  } catch { /* it is gone */ }
}

function batchOf(batch: number) {
  return Array.from({ length: MEMBERS }, (_, i) => ({
    guildId: ANN.guildId ?? "",
    userId: String(300_000_000_000_000_000n + BigInt(i)),
    username: `user${i}`,
    globalName: "",
    nickname: `batch ${batch}`,
    guildAvatarHash: "",
    avatarHash: "",
    roleIds: [],
    joinedAt: 1_700_000_000_000,
  }));
}

/** Starts the program, has it written to, and kills it. */
async function playRound(dataDir: string, { round, kept }: { round: number; kept: Acknowledged }): Promise<void> {
  await using server = new BotProcess({
    name: `backend ${round}`,
    args: ["backend", "--listen", "127.0.0.1:0", "--data", dataDir],
  });
  const { port } = await server.line("backend serves");
  const backend = createGrpcBackend({
    host: "127.0.0.1",
    port: Number(port),
    serviceToken: () => "",
    clock: systemClock,
    log,
  });
  await backend.ping();
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(backend, { round, writer, kept }));
  const before = kept.pages.length;
  // Never at the same point of a write: the moment follows from how the machine goes along.
  while (kept.pages.length < before + 40 + round * 7) await sleep(systemClock, 1);
  server.signal("SIGKILL");
  // Closed before it notices: a connection that looks for its server goes on looking for a while.
  await backend.close();
  await Promise.all(writers);
  await server.end("SIGKILL");
}

function check(path: string, kept: Acknowledged): void {
  using database = new DatabaseSync(path);
  assertEquals(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
  assertEquals(database.prepare("PRAGMA foreign_key_check").all(), []);
  for (const index of ["page_stems", "page_words", "page_slugs", "quote_stems", "quote_words"]) {
    database.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`);
  }
  const tagged = (table: string, tags: string) =>
    `SELECT *, (SELECT count(*) FROM ${tags} WHERE entry = seq) AS tags FROM ${table}`;
  const pages = new Map(database.prepare(tagged("pages", "page_tags")).all().map((row) => [row["title"], row]));
  const quotes = new Map(database.prepare(tagged("quotes", "quote_tags")).all().map((row) => [row["body"], row]));
  assertEquals(kept.pages.filter((title) => !pages.has(title)), [], "every acknowledged page is there");
  assertEquals(kept.quotes.filter((body) => !quotes.has(body)), [], "every acknowledged quote is there");
  for (const [title, row] of pages) assertEquals([row["body"], row["tags"]], [textOf(String(title)), 1]);
  for (const [body, row] of quotes) {
    assertEquals([body, row["tags"]], [textOf(String(body).match(/^entry \d+ \d+ \d+/)?.[0] ?? ""), 1]);
  }
  const batches = database.prepare(
    "SELECT nickname, count(*) AS members FROM members WHERE nickname LIKE 'batch %' GROUP BY nickname",
  ).all();
  assertEquals(batches.map((row) => row["members"]), [MEMBERS], "a batch is there whole");
  assert(Number(String(batches[0]?.["nickname"]).slice("batch ".length)) >= kept.batch);
}

Deno.test(`killed ${ROUNDS} times in the middle of its writes, the backend keeps each it has acknowledged, and none in half`, async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "hivemind-" });
  const kept: Acknowledged = { pages: [], quotes: [], batch: 0 };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await playRound(dataDir, { round, kept });
      check(`${dataDir}/hivemind.sqlite`, kept);
    }
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
