/** The embedded backend: everything the bot keeps, in one SQLite file. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Backend } from "./backend.ts";
import { wikiCurator } from "./sqlite/curator.ts";
import { Database } from "./sqlite/database.ts";
import { guildStore } from "./sqlite/guilds.ts";
import { memberStore } from "./sqlite/members.ts";
import { noteStore } from "./sqlite/notes.ts";
import { quoteStore } from "./sqlite/quotes.ts";
import { wikiStore } from "./sqlite/wiki.ts";

export interface SqliteBackendOptions {
  /** The file, created with its folder when missing; `:memory:` keeps everything in memory. */
  path: string;
  clock: Clock;
  log: Log;
  /** Picks random quotes: a number from 0 up to, not including, 1. */
  random?: () => number;
}

/**
 * Opens the backend, creating or migrating the file.
 *
 * Its calls block the event loop while they run: a few milliseconds for a search among 100,000 pages, tens of milliseconds for a batch of
 * members. A call's deadline therefore never passes while it runs; an aborted signal is honoured before it begins.
 *
 * @throws {Failure} `unreachable` when the file cannot be opened or another process holds it, `bad_input` when a newer or another program
 *   wrote it, `unknown` when it is damaged
 */
export function openSqliteBackend(options: SqliteBackendOptions): Backend {
  const { path, clock, log, random = Math.random } = options;
  const database = new Database(path, log);
  return {
    ...wikiStore(database, clock),
    ...wikiCurator(database, clock),
    ...noteStore(database, clock),
    ...quoteStore(database, { clock, random }),
    ...guildStore(database),
    ...memberStore(database),
    ping: (callOptions) =>
      database.read(callOptions, () => {
        const startMs = clock.monotonicMs();
        database.first("SELECT 1");
        return clock.monotonicMs() - startMs;
      }),
    close: () => Promise.resolve().then(() => database.close()),
  };
}
