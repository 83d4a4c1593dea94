/**
 * The connection to the file: opened, checked and migrated; every call through one entrance that keeps transactions short and lets only
 * `Failure`s out.
 *
 * A call that has been answered is on disk: a killed process loses nothing, and neither does a machine that loses its power
 * (`synchronous = FULL`; people write seldom enough for an fsync each, a quarter of a millisecond on an ordinary disk).
 */
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { Failure, type FailureKind, toFailure } from "../../failure.ts";
import type { Log } from "../../log.ts";
import type { CallOptions } from "../backend.ts";
import { Checkpoints } from "./checkpoints.ts";
import { migrate } from "./migrations.ts";
import { numberOf, type Row } from "./row.ts";

/** Waiting for another process's write stops this one altogether, so it must stay well below Discord's 3 s. */
const BUSY_TIMEOUT_MS = 1000;

/** What SQLite says of the file's condition, and what can be done about it. */
const CONDITIONS: readonly (readonly [RegExp, FailureKind, string])[] = [
  [/database( table)? is locked/, "unreachable", "another process is writing to it; try again"],
  [/disk is full/, "unreachable", "its disk is full; free some space"],
  [/disk I\/O error|readonly database|unable to open/, "unreachable", "is its folder there and writable?"],
  [/\bmkdir\b/, "bad_input", "its folder cannot be made; is HIVEMIND_DATA_DIR a place where this user may write?"],
  [/not a database|malformed/, "unknown", "it is damaged; restore a backup"],
  [/database is not open/, "aborted", "it has been closed"],
];

/** Values of a statement by the names it gives them, colon included. */
export type NamedValues = Record<string, SQLInputValue>;

/** One open file. Everything it does blocks the event loop, so each piece of work must be short. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();
  readonly #checkpoints: Checkpoints;

  constructor(path: string, log: Log) {
    this.#path = path;
    const wasLeftOpen = sizeOf(`${path}-wal`) > 0;
    this.#connection = this.#guard(() => open(path));
    try {
      const { from, to } = this.#guard(() => prepare(this.#connection, { path, wasLeftOpen }));
      this.#checkpoints = new Checkpoints(this.#connection, log);
      log.info("embedded backend opened", { path, version: to, migrated_from: from === to ? undefined : from });
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  /** Reads. `work` runs at once and whole; what it throws rejects as a `Failure`. */
  read<T>(options: CallOptions | undefined, work: () => T): Promise<T> {
    return this.#call(options, work);
  }

  /** Reads and writes in one transaction: all of it or nothing. */
  write<T>(options: CallOptions | undefined, work: () => T): Promise<T> {
    return this.#call(options, () => {
      this.#connection.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#connection.exec("COMMIT");
        this.#checkpoints.written();
        return result;
      } catch (error) {
        if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** The first row of a query. */
  first(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** The first row of a query whose values have names. */
  firstNamed(sql: string, values: NamedValues): Row | undefined {
    return this.#statement(sql).get(values);
  }

  /** All rows of a query. */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** All rows of a query whose values have names. */
  allNamed(sql: string, values: NamedValues): Row[] {
    return this.#statement(sql).all(values);
  }

  /** The column `seq` of all rows of a query. */
  seqs(sql: string, values: NamedValues): number[] {
    return this.#statement(sql).all(values).map((row) => numberOf(row, "seq"));
  }

  /** Runs a statement. @returns how many rows it changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Moves what the log file holds into the main file and closes it. */
  close(): void {
    if (!this.#connection.isOpen) return;
    this.#statements.clear();
    this.#guard(() => {
      try {
        this.#connection.exec("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
      } finally {
        this.#connection.close();
      }
    });
  }

  /** Each text is prepared once; callers use constant texts, so there are as many as lines that call. */
  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #call<T>(options: CallOptions | undefined, work: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (options?.signal?.aborted) {
        throw new Failure("aborted", "The call was given up before it began", { cause: options.signal.reason });
      }
      resolve(this.#guard(work));
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  #failureOf(error: unknown): Failure {
    const failure = toFailure(error);
    if (failure === error) return failure;
    const condition = CONDITIONS.find(([says]) => says.test(failure.message));
    const [, kind, advice] = condition ?? [undefined, "unknown" as const, "this is a defect"];
    return new Failure(kind, `Cannot use the database ${this.#path}: ${advice}`, { cause: error });
  }
}

function open(path: string): DatabaseSync {
  if (path !== ":memory:") Deno.mkdirSync(dirname(path), { recursive: true });
  return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
}

/** How large a file may be to be checked on every opening: 9 ms each MB. Larger ones are checked when they were left open. */
const ALWAYS_CHECKED_BYTES = 64 * 1024 * 1024;

interface Opened {
  path: string;
  /** The process before this one did not close it. */
  wasLeftOpen: boolean;
}

function prepare(connection: DatabaseSync, { path, wasLeftOpen }: Opened): { from: number; to: number } {
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (wasLeftOpen || sizeOf(path) <= ALWAYS_CHECKED_BYTES) check(connection, path);
  return migrate(connection, { path });
}

/** @throws {Failure} `unknown` when the file is damaged */
function check(connection: DatabaseSync, path: string): void {
  const verdict = connection.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (verdict !== "ok") {
    throw new Failure("unknown", `The database ${path} is damaged (${verdict}); restore a backup`);
  }
}

/** In bytes; 0 when there is no such file. A log file that is not empty was left by a process that did not close the database. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}
