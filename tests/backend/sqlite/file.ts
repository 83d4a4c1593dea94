/** A database file for one test, and a backend over it. */
import { DatabaseSync } from "node:sqlite";
import type { Backend } from "../../../src/backend/backend.ts";
import { openSqliteBackend } from "../../../src/backend/sqlite_backend.ts";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";

export const silentLog = createLog({ level: "error", format: "text", write: () => {} });

export interface TestFile extends Disposable {
  readonly path: string;
  open(options?: { clock?: Clock; random?: () => number }): Backend;
  /** Looks into the file, or changes it, behind the backend's back. */
  inspect<T>(look: (database: DatabaseSync) => T): T;
}

/** A path in a folder of its own, which goes away with it. */
export function testFile(): TestFile {
  const folder = Deno.makeTempDirSync({ prefix: "hivemind-" });
  const path = `${folder}/data/hivemind.sqlite`;
  return {
    path,
    open: ({ clock = systemClock, ...options } = {}) => openSqliteBackend({ path, clock, log: silentLog, ...options }),
    inspect(look) {
      const database = new DatabaseSync(path);
      try {
        return look(database);
      } finally {
        database.close();
      }
    },
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

export const ANN = { userId: "200000000000000001", guildId: "100000000000000001", username: "ann" };

/** Saves a page as Ann. */
export function save(backend: Backend, title: string, body = "Some text", tags: string[] = []) {
  return backend.upsertPage(ANN, { title, body, tags, channelId: "" });
}
