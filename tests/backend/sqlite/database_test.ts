import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Database } from "../../../src/backend/sqlite/database.ts";
import { Failure } from "../../../src/failure.ts";
import { denoRun } from "../../deno_run.ts";
import { ANN, save, silentLog, testFile } from "./file.ts";

Deno.test("what was saved is there after reopening, in one file alone", async () => {
  using file = testFile();
  const first = file.open();
  const { page } = await save(first, "Kept", "text", ["tag"]);
  await first.close();
  assertEquals(Array.from(Deno.readDirSync(dirname(file.path)), ({ name }) => name), ["hivemind.sqlite"]);
  const second = file.open();
  assertEquals(await second.getPage(ANN, page.id), page);
  await second.close();
});

Deno.test("work that fails writes nothing, and the next work is not affected", async () => {
  const database = new Database(":memory:", silentLog);
  const insert = () => database.run("INSERT INTO guilds (id) VALUES ('1')");
  await assertRejects(
    () =>
      database.write(undefined, () => {
        insert();
        throw new Failure("bad_input", "no");
      }),
    Failure,
    "no",
  );
  await database.write(undefined, insert);
  assertEquals(await database.read(undefined, () => database.all("SELECT id FROM guilds").length), 1);
  database.close();
});

Deno.test("what SQLite says goes to the log as a cause, not into the message", async () => {
  const database = new Database(":memory:", silentLog);
  const failure = await assertRejects(
    () => database.read(undefined, () => database.all("SELECT secret FROM nowhere")),
    Failure,
  );
  assertEquals(failure.kind, "unknown");
  assert(!failure.message.includes("nowhere"), failure.message);
  assertStringIncludes(String(failure.cause), "nowhere");
  database.close();
});

Deno.test("a write that another process holds up is unreachable, and reads go on", async () => {
  using file = testFile();
  const backend = file.open();
  await save(backend, "Read me");
  using other = new DatabaseSync(file.path);
  other.exec("BEGIN IMMEDIATE");
  const failure = await assertRejects(() => save(backend, "Write me"), Failure);
  assertEquals(failure.kind, "unreachable");
  assertEquals((await backend.findPage(ANN, "Read me")).title, "Read me");
  other.exec("ROLLBACK");
  assert((await save(backend, "Write me")).created);
  await backend.close();
});

Deno.test("after closing, calls reject and closing again does nothing", async () => {
  using file = testFile();
  const backend = file.open();
  await backend.close();
  await backend.close();
  const failure = await assertRejects(() => backend.isMember("1", "2"), Failure);
  assertEquals(failure.kind, "aborted");
});

Deno.test("a damaged file is refused with a sentence", async () => {
  using file = testFile();
  const backend = file.open();
  for (let i = 0; i < 50; i++) await save(backend, `Page ${i}`, "text ".repeat(500));
  await backend.close();
  using opened = Deno.openSync(file.path, { write: true });
  opened.seekSync(8192, Deno.SeekMode.Start);
  opened.writeSync(new Uint8Array(65_536).fill(7));
  const failure = assertThrows(() => file.open(), Failure);
  assertStringIncludes(failure.message, "restore a backup");
});

Deno.test("a file that is no database, or a folder that cannot be, is refused with a sentence", () => {
  using file = testFile();
  Deno.mkdirSync(dirname(file.path));
  Deno.writeTextFileSync(file.path, "not a database ".repeat(100));
  assertStringIncludes(assertThrows(() => file.open(), Failure).message, "damaged");
  const beneath = assertThrows(() => new Database(`${file.path}/x.sqlite`, silentLog), Failure);
  assertStringIncludes(beneath.message, `${file.path}/x.sqlite`);
  assertEquals(beneath.kind, "bad_input");
});

Deno.test("what was acknowledged survives kill -9", async () => {
  using file = testFile();
  const writer = new Deno.Command(Deno.execPath(), {
    args: denoRun(import.meta.resolve("./writer.ts"), file.path),
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let text = "";
  let alive = true;
  for await (const chunk of writer.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (!alive || text.split("\n").length <= 200) continue;
    writer.kill("SIGKILL");
    alive = false;
  }
  const acknowledged = text.split("\n").slice(0, -1);
  await writer.status;
  assert(acknowledged.length >= 200, `${acknowledged.length} were acknowledged`);
  const check = file.inspect((database) => database.prepare("PRAGMA integrity_check").get()?.["integrity_check"]);
  assertEquals(check, "ok");
  const backend = file.open();
  const titles = new Set((await backend.listTitles(ANN)).map(({ title }) => title));
  assertEquals(acknowledged.filter((title) => !titles.has(title)), []);
  const { total } = await backend.searchPages(ANN, { query: "durable", tags: ["kept"], limit: 1, offset: 0 });
  assertEquals(total, titles.size, "every page is whole: text, tags and index");
  await backend.close();
});
