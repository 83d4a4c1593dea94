/** What pages, quotes and notes have in common in the file: tables beside them, their tags, and lists of them. */
import type { Paging } from "../backend.ts";
import type { Database, NamedValues } from "./database.ts";
import { numberOf } from "./row.ts";
import { type Place, placeOf, type Shelf } from "./shelves.ts";

/** A kind of entries. */
export interface Entries {
  table: "pages" | "quotes" | "notes";
  tags: "page_tags" | "quote_tags" | "note_tags";
  stems: "page_stems" | "quote_stems" | "note_stems";
  words: "page_words" | "quote_words" | "note_words";
  /** The column that names whose shelf an entry stands on. */
  owner: "guild_id" | "author_id";
  /** Which rows of the table, called `entry`, can be found at all. */
  visible: string;
  /** Whether the indexes have a title beside the body. */
  titled: boolean;
}

/** Narrows a list. */
export interface Filter {
  tags: readonly string[];
  /** Columns of the entries' table and what they hold. */
  where?: Readonly<Partial<Record<"guild_id" | "source_author_id", string>>>;
}

export interface Listed extends Paging {
  /** The order; newest first when absent. An index should begin with the owner and this column. */
  by?: "seq" | "updated_at" | "slug";
  ascending?: boolean;
}

/** SQL of a condition, and its values. */
export interface Condition {
  sql: string;
  values: NamedValues;
}

/** How many entries of the shelf pass the filter. */
export function count(database: Database, what: Entries, { shelf, filter }: { shelf: Shelf; filter: Filter }): number {
  if (isEmpty(filter)) return shelf.size;
  const { sql, values } = from(what, shelf, filter);
  return numberOf(database.firstNamed(`SELECT count(*) AS total ${sql}`, values) ?? {}, "total");
}

/** Entries of the shelf that pass the filter, by `seq`. */
export function list(database: Database, what: Entries, wanted: { shelf: Shelf; filter: Filter } & Listed): number[] {
  const { shelf, filter, by = "seq", ascending = false, limit, offset } = wanted;
  if (by === "seq" && isEmpty(filter) && offset > 0) {
    return listFrom(database, what, { shelf, limit, offset, ascending });
  }
  const { sql, values } = from(what, shelf, filter);
  const direction = ascending ? "ASC" : "DESC";
  const order = by === "seq" ? `seq ${direction}` : `${by} ${direction}, seq ${direction}`;
  return database.seqs(`SELECT seq ${sql} ORDER BY ${order} LIMIT :limit OFFSET :offset`, {
    ...values,
    ":limit": limit,
    ":offset": offset,
  });
}

/** Entries from a place on: SQLite reads what an offset leaves out, 50 ms for a million. */
function listFrom(
  database: Database,
  what: Entries,
  { shelf, limit, ...wanted }: { shelf: Shelf; limit: number } & Place,
) {
  const place = placeOf(database, shelf, wanted);
  if (place === undefined) return [];
  const { sql, values } = from(what, shelf, { tags: [] });
  const [beyond, direction] = wanted.ascending ? [">=", "ASC"] : ["<=", "DESC"];
  return database.seqs(`SELECT seq ${sql} AND seq ${beyond} :seq ORDER BY seq ${direction} LIMIT :limit OFFSET :rest`, {
    ...values,
    ":seq": place.seq,
    ":limit": limit,
    ":rest": place.rest,
  });
}

/** How often a place is picked before the entries are counted: enough unless nearly all are deleted or lack the tags. */
const PICKS = 32;

/**
 * An entry of the shelf that passes the filter, each as likely as any other; however many there are, a few places are looked at.
 *
 * @param random answers a number from 0 up to, not including, 1
 */
export function pickOne(
  database: Database,
  what: Entries,
  { shelf, filter, random }: { shelf: Shelf; filter: Filter; random: () => number },
): number | undefined {
  if (shelf.size === 0) return undefined;
  const { sql, values } = from(what, shelf, filter);
  for (let pick = 0; pick < PICKS; pick++) {
    const seq = shelf.from + 1 + Math.floor(random() * (shelf.last - shelf.from));
    const [found] = database.seqs(`SELECT seq ${sql} AND seq = :seq`, { ...values, ":seq": seq });
    if (found !== undefined) return found;
  }
  const offset = Math.floor(random() * count(database, what, { shelf, filter }));
  return list(database, what, { shelf, filter, limit: 1, offset })[0];
}

function isEmpty({ tags, where = {} }: Filter): boolean {
  return tags.length === 0 && Object.keys(where).length === 0;
}

function from(what: Entries, shelf: Shelf, filter: Filter): Condition {
  const narrowed = passes(what, "entry.seq", filter);
  return {
    sql: `FROM ${what.table} AS entry WHERE ${what.owner} = :owner AND ${what.visible} ${narrowed.sql}`,
    values: { ":owner": shelf.ownerId, ...narrowed.values },
  };
}

/** Restricts to entries that pass the filter; `seq` is SQL of the entry's number, with its table. */
export function passes(what: Entries, seq: string, { tags, where = {} }: Filter): Condition {
  const columns = Object.entries(where);
  // Asked entry by entry: lists end after a page, and a tag may be on a million others.
  const conditions = columns.map(([column]) =>
    `AND (SELECT ${column} FROM ${what.table} AS asked WHERE asked.seq = ${seq}) = :${column}`
  );
  if (tags.length > 0) {
    conditions.push(`AND (SELECT count(*) FROM ${what.tags} AS asked
      WHERE asked.entry = ${seq} AND tag IN (SELECT value FROM json_each(:tags))) = :tagCount`);
  }
  return {
    sql: conditions.join(" "),
    values: {
      ...Object.fromEntries(columns.map(([column, value]) => [`:${column}`, value])),
      ...(tags.length > 0 && { ":tags": JSON.stringify(tags), ":tagCount": tags.length }),
    },
  };
}

/** Replaces an entry's tags; call it inside the transaction that writes the entry. */
export function replaceTags(database: Database, what: Entries, entry: { seq: number; tags: readonly string[] }): void {
  database.run(`DELETE FROM ${what.tags} WHERE entry = ?`, entry.seq);
  for (const tag of entry.tags) {
    database.run(`INSERT INTO ${what.tags} (tag, entry) VALUES (?, ?)`, tag, entry.seq);
  }
}

/** SQL of an entry's tags as a JSON array, sorted. */
export function tagsColumn(what: Entries): string {
  return `(SELECT json_group_array(tag ORDER BY tag) FROM ${what.tags} WHERE ${what.tags}.entry = entry.seq)`;
}
