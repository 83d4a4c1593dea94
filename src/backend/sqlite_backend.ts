/** The embedded backend: everything the bot keeps, in one SQLite file. */
import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Backend } from "./backend.ts";

export interface SqliteBackendOptions {
  /** The file; `:memory:` keeps everything in memory, for tests. */
  path: string;
  clock: Clock;
  log: Log;
}

/** Opens the backend, creating or migrating the file. @throws {Failure} when the file cannot be used */
export function openSqliteBackend(options: SqliteBackendOptions): Backend {
  throw new Failure("unknown", `The embedded backend at ${options.path} is not built yet`);
}
