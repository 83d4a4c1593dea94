/**
 * Full-text search and tags: turns what people typed into a query that cannot be wrong, and answers with the entries it finds.
 *
 * Every word must occur, in any form with the same English stem; the last may also be the beginning of a word. What people type is
 * never read as query syntax.
 */
import type { Paging } from "../backend.ts";
import type { Database, NamedValues } from "./database.ts";
import { numberOf } from "./row.ts";

/** What can be searched: a table of entries and its two indexes (`schema.sql` says why two). */
export interface Searchable {
  table: "pages" | "quotes";
  tags: "page_tags" | "quote_tags";
  stems: "page_stems" | "quote_stems";
  words: "page_words" | "quote_words";
  /** The indexed columns that hold text. */
  columns: string;
  /** One for each indexed column: how much a hit there counts. The guild counts nothing. */
  weights: string;
  /** Which rows of the table, called `entry`, can be found at all. */
  visible: string;
}

/** Entries of one guild that have all of the tags. */
export interface InGuild {
  guildId: string;
  tags: readonly string[];
}

export interface Wanted extends InGuild, Paging {
  query: string;
}

/** Found entries by `seq`, best first, and how many there are in all. */
export interface Found {
  seqs: number[];
  total: number;
}

/** Looks for entries; with neither words nor tags, all of the guild, newest first. */
export function search(database: Database, what: Searchable, wanted: Wanted): Found {
  const words = wordsOf(wanted.query);
  if (words.length > 0) return matches(database, matching(what, wanted, words), wanted);
  if (wanted.query.trim() !== "") return { seqs: [], total: 0 };
  return { seqs: list(database, what, wanted), total: count(database, what, wanted) };
}

/** How many entries of the guild have the tags. An index alone answers it: below 1 ms for 10,000. */
export function count(database: Database, what: Searchable, wanted: InGuild): number {
  const { sql, values } = listing(what, wanted);
  return countOf(database, { sql: `SELECT count(*) AS total ${sql}`, values });
}

/** Entries of the guild that have the tags, newest first. */
export function list(database: Database, what: Searchable, wanted: InGuild & Paging): number[] {
  const { sql, values } = listing(what, wanted);
  const page = { ":limit": wanted.limit, ":offset": wanted.offset };
  const rows = database.allNamed(`SELECT seq ${sql} ORDER BY seq DESC LIMIT :limit OFFSET :offset`, {
    ...values,
    ...page,
  });
  return rows.map((row) => numberOf(row, "seq"));
}

interface Query {
  sql: string;
  values: NamedValues;
}

function countOf(database: Database, { sql, values }: Query): number {
  const row = database.firstNamed(sql, values);
  return row === undefined ? 0 : numberOf(row, "total");
}

function listing(what: Searchable, wanted: InGuild): Query {
  const tagged = taggedIn(what, wanted);
  return {
    sql: `FROM ${what.table} AS entry WHERE guild_id = :guild AND ${what.visible} ${tagged.sql}`,
    values: { ":guild": wanted.guildId, ...tagged.values },
  };
}

function matches(database: Database, { sql, values }: Query, { limit, offset }: Paging): Found {
  const rows = database.allNamed(`${sql} LIMIT :limit OFFSET :offset`, {
    ...values,
    ":limit": limit,
    ":offset": offset,
  });
  const [first] = rows;
  // Beyond the last page no row carries the total.
  const total = first === undefined
    ? countOf(database, { sql: `SELECT count(*) AS total FROM (${sql})`, values })
    : numberOf(first, "total");
  return { seqs: rows.map((row) => numberOf(row, "seq")), total };
}

function matching(what: Searchable, wanted: Wanted, words: readonly string[]): Query {
  const tagged = taggedIn(what, wanted);
  const others = words.slice(0, -1);
  const guild = `guild_id : ${quoted(wanted.guildId)}`;
  const columns = `{${what.columns}}`;
  const among = (terms: string) => `${guild} AND ${columns} : (${terms})`;
  // The plus keeps SQLite from asking the index once for each row.
  const withOthers = others.length === 0
    ? ""
    : `AND +rowid IN (SELECT rowid FROM ${what.stems} WHERE ${what.stems} MATCH :others)`;
  return {
    sql: `WITH hits AS MATERIALIZED (
        SELECT rowid AS seq, ${WHOLE_WEIGHT} * bm25(${what.stems}, ${what.weights}) AS rank FROM ${what.stems} WHERE ${what.stems} MATCH :whole
        UNION ALL
        SELECT rowid AS seq, bm25(${what.words}, ${what.weights}) AS rank FROM ${what.words} WHERE ${what.words} MATCH :beginning
          ${withOthers}
      ), ranked AS (SELECT seq, sum(rank) AS rank FROM hits GROUP BY seq)
      SELECT seq, count(*) OVER () AS total FROM ranked JOIN ${what.table} AS entry USING (seq)
      WHERE guild_id = :guild AND ${what.visible} ${tagged.sql} ORDER BY rank, seq DESC`,
    values: {
      ":guild": wanted.guildId,
      ":whole": among(words.map(quoted).join(" AND ")),
      ":beginning": among(`${quoted(words.at(-1) ?? "")} *`),
      ...(others.length === 0 ? {} : { ":others": among(others.map(quoted).join(" AND ")) }),
      ...tagged.values,
    },
  };
}

/** Restricts to entries that have all of the tags. */
function taggedIn(what: Searchable, { tags }: InGuild): Query {
  if (tags.length === 0) return { sql: "", values: {} };
  return {
    sql: `AND seq IN (
      SELECT entry FROM ${what.tags} WHERE guild_id = :guild AND tag IN (SELECT value FROM json_each(:tags))
      GROUP BY entry HAVING count(*) = :tagCount)`,
    values: { ":tags": JSON.stringify(tags), ":tagCount": tags.length },
  };
}

/** The words as the index parts them: runs of letters, digits and the marks on them. At most as many as a search can mean. */
function wordsOf(query: string): string[] {
  const runs = query.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];
  return runs.filter((run) => /[\p{L}\p{N}\p{Co}]/u.test(run)).slice(0, WORDS_LIMIT);
}

const WORDS_LIMIT = 32;

/** How much more a whole word counts than the beginning of one. */
const WHOLE_WEIGHT = 2;

/** A text that the index takes as words, never as syntax. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Replaces an entry's tags; call it inside the transaction that writes the entry. */
export function replaceTags(
  database: Database,
  what: Searchable,
  entry: { guildId: string; seq: number; tags: readonly string[] },
): void {
  database.run(`DELETE FROM ${what.tags} WHERE entry = ?`, entry.seq);
  for (const tag of entry.tags) {
    database.run(`INSERT INTO ${what.tags} (guild_id, tag, entry) VALUES (?, ?, ?)`, entry.guildId, tag, entry.seq);
  }
}

/** SQL of an entry's tags as a JSON array, sorted. */
export function tagsColumn(what: Searchable): string {
  return `(SELECT json_group_array(tag ORDER BY tag) FROM ${what.tags} WHERE ${what.tags}.entry = entry.seq)`;
}
