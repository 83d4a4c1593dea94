import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname } from "node:path";
import { openSqliteBackend } from "../../../src/backend/sqlite_backend.ts";
import { backUp } from "../../../src/backend/sqlite/backup.ts";
import { systemClock } from "../../../src/clock.ts";
import { Failure } from "../../../src/failure.ts";
import { ANN, save, silentLog, testFile } from "./file.ts";

Deno.test("a copy made while the file is in use holds what was saved before, and works", async () => {
  using file = testFile();
  const backend = file.open();
  const { page } = await save(backend, "Kept", "a text to be found", ["tag"]);
  const copy = `${dirname(file.path)}/copy.sqlite`;
  assert(backUp({ from: file.path, to: copy }) > 0);
  await save(backend, "Later");
  await backend.close();
  const copied = openSqliteBackend({ path: copy, clock: systemClock, log: silentLog });
  assertEquals(await copied.listTitles(ANN), [{ id: page.id, slug: page.slug, title: page.title }]);
  assertEquals((await copied.searchPages(ANN, { query: "found", tags: ["tag"], limit: 1, offset: 0 })).items, [page]);
  assert((await save(copied, "New")).created);
  await copied.close();
});

Deno.test("nothing is overwritten, and nothing is left of a copy that failed", async () => {
  using file = testFile();
  const folder = dirname(file.path);
  const missing = assertThrows(() => backUp({ from: file.path, to: `${folder}/copy` }), Failure, "no database");
  assertEquals(missing.kind, "bad_input");
  await file.open().close();
  Deno.writeTextFileSync(`${folder}/mine`, "precious");
  assertThrows(() => backUp({ from: file.path, to: `${folder}/mine` }), Failure, "exists already");
  assertEquals(Deno.readTextFileSync(`${folder}/mine`), "precious");
  const nowhere = assertThrows(() => backUp({ from: file.path, to: `${folder}/nowhere/copy` }), Failure);
  assertStringIncludes(nowhere.message, "nowhere/copy");
  assertThrows(() => backUp({ from: `${folder}/mine`, to: `${folder}/copy` }), Failure);
  const left = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  assertEquals(left.filter((name) => name.includes("copy")), []);
});
