import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { migrate } from "../../../src/backend/sqlite/migrations.ts";
import { Failure } from "../../../src/failure.ts";
import { testFile } from "./file.ts";

function versionOf(database: DatabaseSync): unknown {
  return database.prepare("PRAGMA user_version").get()?.["user_version"];
}

Deno.test("a file takes the steps that it has not taken, once each", () => {
  using database = new DatabaseSync(":memory:");
  const migrations = ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO b VALUES (1)"];
  assertEquals(migrate(database, { path: "x", migrations: migrations.slice(0, 1) }), { from: 0, to: 1 });
  assertEquals(migrate(database, { path: "x", migrations }), { from: 1, to: 2 });
  assertEquals(migrate(database, { path: "x", migrations }), { from: 2, to: 2 });
  assertEquals(database.prepare("SELECT count(*) AS n FROM b").get()?.["n"], 1);
});

Deno.test("a step that fails leaves the file as it was", () => {
  using database = new DatabaseSync(":memory:");
  const migrations = ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"];
  assertThrows(() => migrate(database, { path: "x", migrations }), Error, "already exists");
  assertEquals(versionOf(database), 1);
  assertEquals(database.prepare("SELECT name FROM sqlite_schema").all().map((row) => row["name"]), ["a"]);
});

Deno.test("a file of a newer program is refused and left alone, with what to do", async () => {
  using file = testFile();
  await file.open().close();
  file.inspect((database) => database.exec("PRAGMA user_version = 99"));
  const failure = assertThrows(() => file.open(), Failure);
  assertEquals(failure.kind, "bad_input");
  for (const part of [file.path, "version 99", "up to 1", "newer program"]) assertStringIncludes(failure.message, part);
  assertEquals(file.inspect(versionOf), 99);
});

Deno.test("a database of another program is refused and left alone", async () => {
  using file = testFile();
  await file.open().close();
  file.inspect((database) => database.exec("PRAGMA user_version = 0"));
  const failure = assertThrows(() => file.open(), Failure);
  assertStringIncludes(failure.message, "another program");
  assert(failure.kind === "bad_input");
});
