/** A copy of the file while it is in use: whole, checked, and under its name only when it is both. */
import { DatabaseSync } from "node:sqlite";
import { explain, Failure } from "../../failure.ts";
import { knownVersion, versionOf } from "./migrations.ts";

export interface Backup {
  /** The file to copy; other processes may read and write it meanwhile. */
  from: string;
  /** Where the copy goes; nothing may be there. */
  to: string;
}

/**
 * Copies a database as it is at one moment.
 *
 * @returns how many bytes the copy has
 * @throws {Failure} `bad_input` when there is nothing to copy or something is in the way, `unreachable` when it cannot be written, `unknown`
 *   when the copy is damaged
 */
export function backUp({ from, to }: Backup): number {
  if (!exists(from)) {
    throw new Failure("bad_input", `There is no database ${from} to back up; is the data kept elsewhere?`);
  }
  if (exists(to)) throw new Failure("bad_input", `${to} exists already; choose a name that is free`);
  const unfinished = `${to}.unfinished`;
  try {
    removeIfThere(unfinished);
    copy(from, unfinished);
    check(unfinished);
    Deno.renameSync(unfinished, to);
    return Deno.statSync(to).size;
  } catch (error) {
    removeIfThere(unfinished);
    if (error instanceof Failure) throw error;
    throw new Failure("unreachable", `Cannot back up ${from} to ${to}: ${explain(error)}`, { cause: error });
  }
}

function copy(from: string, to: string): void {
  using source = new DatabaseSync(from, { readOnly: true });
  const version = versionOf(source);
  if (version === 0 || version > knownVersion()) {
    throw new Failure("bad_input", `${from} is no database that this program knows (version ${version})`);
  }
  source.prepare("VACUUM INTO ?").run(to);
}

/** Reads the copy through and sees to it that it is on disk. */
function check(path: string): void {
  using copied = new DatabaseSync(path);
  const verdict = copied.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
  if (verdict !== "ok") {
    throw new Failure("unknown", `The copy is damaged (${verdict}), so is the database; restore a backup`);
  }
  using file = Deno.openSync(path, { read: true, write: true });
  file.syncSync();
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw new Failure("bad_input", `Cannot look at ${path}; may this user read it?`, { cause: error });
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
