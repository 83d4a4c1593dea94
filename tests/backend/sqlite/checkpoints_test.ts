import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { Database } from "../../../src/backend/sqlite/database.ts";
import { nextTurn } from "../../../src/backend/sqlite/turns.ts";
import { createLog } from "../../../src/log.ts";
import { ANN, save, testFile } from "./file.ts";

const LARGE = "a text of some length ".repeat(5_000);

Deno.test("the log file is emptied between calls, and never grows without end where no pause is between them", async () => {
  using file = testFile();
  const backend = file.open();
  const logSize = () => Deno.statSync(`${file.path}-wal`).size;
  // Long enough for a checkpoint that is due at once and for many that would be due in a turn.
  for (let i = 0; i < 200; i++) await save(backend, `Page ${i}`, `${i} ${LARGE}`);
  const withoutPause = logSize();
  assertGreater(withoutPause, 1_000 * 4_096);
  assertLess(withoutPause, 2 * 4_000 * 4_096);
  const before = Deno.statSync(file.path).size;
  await nextTurn();
  assertGreater(Deno.statSync(file.path).size, before, "the last writes are in the main file");
  await backend.close();
  const reopened = file.open();
  assertEquals((await reopened.findPage(ANN, "Page 199")).body, `199 ${LARGE}`);
  await reopened.close();
});

Deno.test("a database that is closed before its checkpoint comes is left alone by it", async () => {
  using file = testFile();
  const lines: string[] = [];
  const log = createLog({ level: "warn", format: "text", write: (line) => lines.push(line) });
  const database = new Database(file.path, log);
  await database.write(undefined, () => {
    for (let i = 0; i < 50; i++) database.run("INSERT INTO users (id, username) VALUES (?, ?)", `${i}`, LARGE);
  });
  database.close();
  await nextTurn();
  assertEquals(lines, []);
});
