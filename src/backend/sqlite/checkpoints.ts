/**
 * Moves what the log file holds into the main file. SQLite would do so at the end of a write now and then, and whoever saves a text would wait
 * for it; here it has a turn of its own.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explain } from "../../failure.ts";
import type { Log } from "../../log.ts";
import { numberOf } from "./row.ts";
import { nextTurn } from "./turns.ts";

/** Of 4 KiB, as SQLite has it. */
const ENOUGH_PAGES = 1_000;

/** Then it is done at once: where one call follows the other without a pause, no turn comes. */
const TOO_MANY_PAGES = 4_000;

export class Checkpoints {
  readonly #connection: DatabaseSync;
  readonly #log: Log;
  readonly #look: StatementSync;
  readonly #move: StatementSync;
  #isComing = false;

  /** From now on they are made here alone. */
  constructor(connection: DatabaseSync, log: Log) {
    connection.exec("PRAGMA wal_autocheckpoint = 0");
    this.#connection = connection;
    this.#log = log;
    this.#look = connection.prepare("PRAGMA wal_checkpoint(NOOP)");
    this.#move = connection.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** A write has been committed. Never throws: it is done, whatever becomes of the log file. */
  written(): void {
    this.#guarded(() => {
      const row = this.#look.get() ?? {};
      const pages = numberOf(row, "log") - numberOf(row, "checkpointed");
      if (pages >= TOO_MANY_PAGES) return this.#checkpoint();
      if (pages < ENOUGH_PAGES || this.#isComing) return;
      this.#isComing = true;
      void nextTurn().then(() => this.#guarded(() => this.#checkpoint()));
    });
  }

  #checkpoint(): void {
    this.#isComing = false;
    if (this.#connection.isOpen) this.#move.get();
  }

  /** What cannot be moved stays in the log file, and nothing is lost. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.warn("cannot shorten the database's log file; is the disk full?", { error: explain(error) });
    }
  }
}
