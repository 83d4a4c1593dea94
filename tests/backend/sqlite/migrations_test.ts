import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrate } from "../../../src/backend/sqlite/migrations.ts";
import { Failure } from "../../../src/failure.ts";
import schema from "../../../src/backend/schema.sql" with { type: "text" };
import { ANN, testFile } from "./file.ts";

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
  for (const part of [file.path, "version 99", "up to 3", "newer program"]) assertStringIncludes(failure.message, part);
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

/** A file as version 1 left it: two guilds whose entries share one count, a deleted page, an alias, tags and a reference. */
const VERSION_1 = `${schema}; PRAGMA user_version = 1;
  INSERT INTO guilds (id) VALUES ('${ANN.guildId}'), ('2');
  INSERT INTO users (id, username) VALUES ('${ANN.userId}', 'ann');
  INSERT INTO pages (seq, id, guild_id, slug, channel_id, author_id, created_at, updated_at, deleted_at, title, body) VALUES
    (1, 'a', '${ANN.guildId}', 'bees', '', '${ANN.userId}', 1, 1, NULL, 'Bees', 'they were running'),
    (2, 'b', '2', 'bees', '', '${ANN.userId}', 1, 1, NULL, 'Bees', 'elsewhere'),
    (3, 'c', '${ANN.guildId}', 'gone', '', '${ANN.userId}', 1, 1, NULL, 'Gone', 'running away'),
    (4, 'd', '${ANN.guildId}', 'wasps', '', '${ANN.userId}', 1, 1, NULL, 'Wasps', 'flying');
  UPDATE pages SET deleted_at = 2 WHERE seq = 3;
  INSERT INTO page_aliases VALUES ('${ANN.guildId}', 'former', 4), ('2', 'former', 2);
  INSERT INTO page_tags VALUES ('${ANN.guildId}', 'x', 1), ('${ANN.guildId}', 'x', 4), ('2', 'x', 2);
  INSERT INTO page_references (page, message_id, channel_id, guild_id, content, author_id, author_name, sent_at)
    VALUES (4, '77', '78', '2', 'said', '79', 'Ben', 5);
  INSERT INTO quotes (id, guild_id, saved_by, created_at, body) VALUES
    ('q', '${ANN.guildId}', '${ANN.userId}', 1, 'life is short'), ('r', '2', '${ANN.userId}', 1, 'life is long');
  INSERT INTO quote_tags VALUES ('${ANN.guildId}', 'y', 1), ('2', 'y', 2)`;

Deno.test("a file of version 1 keeps everything that was in it", async () => {
  using file = testFile();
  Deno.mkdirSync(dirname(file.path));
  file.inspect((database) => database.exec(VERSION_1));
  const backend = file.open();
  const pages = async (query: string, tags: string[] = []) => {
    const { items, total } = await backend.searchPages(ANN, { query, tags, limit: 10, offset: 0 });
    assertEquals(total, items.length);
    return items.map(({ id }) => id);
  };
  assertEquals([await pages(""), await pages("run"), await pages("", ["x"])], [["d", "a"], ["a"], ["d", "a"]]);
  assertEquals((await backend.findPage(ANN, "Former")).id, "d");
  assertEquals((await backend.listPageReferences(ANN, "d")).map(({ messageId }) => messageId), ["77"]);
  assertEquals((await backend.randomQuote(ANN, ["y"])).id, "q");
  assertEquals((await backend.suggestTitles(ANN, { typed: "ASP", limit: 5 })).map(({ id }) => id), ["d"]);
  const added = await backend.createPage(ANN, { title: "New", body: "running", tags: ["x"], channelId: "" });
  assertEquals(await pages(""), [added.id, "d", "a"]);
  await backend.close();
  const blocks = file.inspect((database) => database.prepare("SELECT no, size FROM shelf_blocks ORDER BY no").all());
  const counted = file.inspect((database) =>
    database.prepare(
      `SELECT seq >> 10 AS no, count(*) AS size FROM
         (SELECT seq FROM pages WHERE deleted_at IS NULL UNION ALL SELECT seq FROM quotes) GROUP BY seq >> 10 ORDER BY no`,
    ).all()
  );
  assertEquals(blocks, counted);
  const broken = file.inspect((database) => database.prepare("PRAGMA foreign_key_check").all());
  assertEquals([broken, file.inspect(versionOf)], [[], 3]);
});
