/** Locks of rows, held until a transaction ends; who would wait in a circle is ended, as the database does. */
import { StatusError } from "./protocol.ts";

export class RowLocks {
  readonly #owners = new Map<string, Transaction>();

  begin(): Transaction {
    return new Transaction(this.#owners);
  }
}

export class Transaction implements Disposable {
  readonly #owners: Map<string, Transaction>;
  readonly #rows = new Set<string>();
  readonly #ended = Promise.withResolvers<void>();
  #waitsFor: Transaction | undefined;

  constructor(owners: Map<string, Transaction>) {
    this.#owners = owners;
  }

  /** Locks a row, when its owner has ended. */
  async lock(row: string): Promise<void> {
    for (let owner = this.#owners.get(row); owner !== undefined && owner !== this; owner = this.#owners.get(row)) {
      for (let next: Transaction | undefined = owner; next !== undefined; next = next.#waitsFor) {
        if (next === this) throw new StatusError("INTERNAL", "failed to upsert members: pq: deadlock detected");
      }
      this.#waitsFor = owner;
      await owner.#ended.promise;
      this.#waitsFor = undefined;
    }
    this.#owners.set(row, this);
    this.#rows.add(row);
  }

  [Symbol.dispose](): void {
    for (const row of this.#rows) this.#owners.delete(row);
    this.#ended.resolve();
  }
}
