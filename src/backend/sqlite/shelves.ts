/**
 * Shelves: the lists that entries stand in, the pages or quotes of a guild and the notes of a user. An entry's `seq` is its shelf's number
 * and its place on it (`schema_2.sql`), so every index can be read for one shelf alone, newest first.
 */
import type { Database } from "./database.ts";
import { numberOf } from "./row.ts";

/** Entries of a kind and of a guild (pages, quotes) or a user (notes). */
export interface ShelfName {
  kind: "pages" | "quotes" | "notes";
  ownerId: string;
}

export interface Shelf extends ShelfName {
  /** The smallest and the largest `seq` that can stand here. */
  from: number;
  to: number;
  /** The `seq` given last. */
  last: number;
  /** How many entries can be found. */
  size: number;
}

const PLACES = 2 ** 30;

/** A shelf; one that nothing was ever put on has no numbers and is empty. */
export function shelfOf(database: Database, name: ShelfName): Shelf {
  const row = database.first("SELECT no, last, size FROM shelves WHERE name = ?", keyOf(name));
  if (row === undefined) return { ...name, from: 0, to: 0, last: 0, size: 0 };
  const from = numberOf(row, "no") * PLACES;
  return { ...name, from, to: from + PLACES - 1, last: from + numberOf(row, "last"), size: numberOf(row, "size") };
}

/** The `seq` of an entry that is being added; call it inside the transaction that adds it. */
export function nextSeq(database: Database, name: ShelfName): number {
  const row = database.first(
    "INSERT INTO shelves (name, last) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING no, last",
    keyOf(name),
  );
  return numberOf(row ?? {}, "no") * PLACES + numberOf(row ?? {}, "last");
}

function keyOf({ kind, ownerId }: ShelfName): string {
  return `${kind} ${ownerId}`;
}
