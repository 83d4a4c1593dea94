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

/** Entries of a list are counted in blocks of so many places (`schema_3.sql`). */
const BLOCK_PLACES = 2 ** 10;

/** A place in a list of entries. */
export interface Place {
  /** Counted from the first entry. */
  offset: number;
  ascending: boolean;
}

/**
 * Where a list comes to a place: the `seq` from which on to read, itself included, and how many entries to leave out from there, fewer than a
 * block has. Nothing when the list ends before.
 */
export function placeOf(database: Database, shelf: Shelf, { offset, ascending }: Place) {
  const order = ascending ? "ASC" : "DESC";
  const row = database.firstNamed(
    `SELECT no, :offset - seen + size AS rest FROM
       (SELECT no, size, sum(size) OVER (ORDER BY no ${order}) AS seen FROM shelf_blocks WHERE no BETWEEN :from AND :to)
     WHERE seen > :offset ORDER BY no ${order} LIMIT 1`,
    { ":offset": offset, ":from": blockOf(shelf.from), ":to": blockOf(shelf.to) },
  );
  if (row === undefined) return undefined;
  const first = numberOf(row, "no") * BLOCK_PLACES;
  return { seq: ascending ? first : first + BLOCK_PLACES - 1, rest: numberOf(row, "rest") };
}

function blockOf(seq: number): number {
  return Math.floor(seq / BLOCK_PLACES);
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
