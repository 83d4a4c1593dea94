/** Brings a file to the version of this program, step by step and never back. */
import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../../failure.ts";
import schema from "../schema.sql" with { type: "text" };
import schema2 from "../schema_2.sql" with { type: "text" };
import schema3 from "../schema_3.sql" with { type: "text" };

/** Entry n leads from version n to version n + 1. An entry that has been released never changes. */
const MIGRATIONS: readonly string[] = [schema, schema2, schema3];

/** The version that this program writes. */
export function knownVersion(): number {
  return MIGRATIONS.length;
}

export interface MigrationOptions {
  /** How messages name the file. */
  path: string;
  /** The steps; others only in tests. */
  migrations?: readonly string[];
}

/**
 * Takes every step that is missing, each in a transaction of its own.
 *
 * @returns the file's version before and after
 * @throws {Failure} `bad_input` when a newer program wrote the file, or it is not one of ours
 */
export function migrate(database: DatabaseSync, options: MigrationOptions): { from: number; to: number } {
  const { path, migrations = MIGRATIONS } = options;
  const from = versionOf(database);
  if (from > migrations.length) {
    throw new Failure(
      "bad_input",
      `The database ${path} has version ${from}, this program knows versions up to ${migrations.length}; ` +
        "run the newer program that wrote it, or restore a backup from before the update",
    );
  }
  if (from === 0 && hasTables(database)) {
    throw new Failure("bad_input", `The database ${path} belongs to another program; choose another file`);
  }
  for (let version = versionOf(database); version < migrations.length; version = versionOf(database)) {
    takeStep(database, version, migrations[version] ?? "");
  }
  return { from, to: migrations.length };
}

/** One step, unless another process that opened the file at the same time has taken it meanwhile. */
function takeStep(database: DatabaseSync, version: number, sql: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    if (versionOf(database) === version) database.exec(`${sql}; PRAGMA user_version = ${version + 1}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** The version of a file; 0 for one that is empty or not ours. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}
