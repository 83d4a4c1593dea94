/**
 * Full-text search: turns what people typed into a query that cannot be wrong, and answers with the entries it finds.
 *
 * Every word must occur, in any form with the same English stem; the last may also be the beginning of a word. What people type is
 * never read as query syntax.
 *
 * Its time is bounded: where more than {@linkcode HITS_LIMIT} entries match, ranking all of them would stop the program for a tenth of a
 * second and say little, because a word that is nearly everywhere tells nothing apart. Then hits in titles and the newest are
 * answered, and that there are more.
 */
import type { Paging } from "../backend.ts";
import { fold } from "../texts.ts";
import type { Database } from "./database.ts";
import { count, type Entries, type Filter, list, passes } from "./entries.ts";
import { numberOf, textOf } from "./row.ts";
import type { Shelf } from "./shelves.ts";

/** How many hits are ranked. */
const HITS_LIMIT = 1_000;

/** How many entries are looked up one by one in an index: 1 ms. */
const LOOKUPS_LIMIT = 20;

/** How many titles are read and compared: 1 ms. */
const READ_LIMIT = 200;

/** Beginnings up to this length have an index of their own (`schema_2.sql`); the words of others are put together for each look-up. */
const INDEXED_LENGTH = 4;

/** A word more would not tell more. */
const WORDS_LIMIT = 32;

export interface Wanted extends Paging {
  shelf: Shelf;
  filter: Filter;
  query: string;
}

/** Found entries by `seq`, best first, and how many can be reached in all. */
export interface Found {
  seqs: number[];
  total: number;
  /** True when more match than `total`. */
  incomplete?: true;
}

/** Looks for entries; with neither words nor anything else, all of the shelf, newest first. */
export function search(database: Database, what: Entries, wanted: Wanted): Found {
  const words = wordsOf(wanted.query);
  if (words.length > 0) return new Search(database, what, wanted).run(words);
  if (wanted.query.trim() !== "") return { seqs: [], total: 0 };
  return { seqs: list(database, what, wanted), total: count(database, what, wanted) };
}

/** One search among the entries of one shelf. */
class Search {
  readonly #database: Database;
  readonly #what: Entries;
  readonly #wanted: Wanted;

  constructor(database: Database, what: Entries, wanted: Wanted) {
    this.#database = database;
    this.#what = what;
    this.#wanted = wanted;
  }

  run(words: readonly string[]): Found {
    const { limit, offset } = this.#wanted;
    const whole = this.#newest(this.#what.stems, allOf(words));
    // Where whole words are found everywhere, beginnings would add what nobody gets to see.
    const begun = whole.length > HITS_LIMIT ? [] : this.#beginnings(words, whole);
    const isAll = Math.max(whole.length, begun.length) <= HITS_LIMIT;
    const seqs = isAll ? this.#ranked(words, { whole, begun }) : this.#commonest(words, { whole, begun });
    const found = { seqs: seqs.slice(offset, offset + limit), total: seqs.length };
    return isAll ? found : { ...found, incomplete: true };
  }

  /** Where the last word is the beginning of one; `whole` are the hits where it is a word. */
  #beginnings(words: readonly string[], whole: readonly number[]): number[] {
    const { stems, words: index } = this.#what;
    const beginning = words.at(-1) ?? "";
    const match = `${quoted(beginning)} *`;
    const others = words.slice(0, -1);
    if (others.length === 0) return this.#newest(index, match);
    // The others are in the hits of all words, and maybe in more.
    const withOthers = whole.length > LOOKUPS_LIMIT ? whole : this.#newest(stems, allOf(others), LOOKUPS_LIMIT + 1);
    if (withOthers.length <= LOOKUPS_LIMIT) return this.#matching(index, { match, beginning }, withOthers);
    // The two indexes cannot be read side by side; where the other words are this common, they must stand as they were typed.
    return this.#newest(index, `${allOf(others)} AND ${match}`);
  }

  /** The best first: whole words by how much they weigh in the entry, then beginnings; in titles before those in texts. */
  #ranked(words: readonly string[], { whole, begun }: { whole: number[]; begun: number[] }): number[] {
    const known = new Set(whole);
    const others = begun.filter((seq) => !known.has(seq));
    return [...new Set([...this.#weighed(words, whole), ...this.#inTitles(words, others), ...others])];
  }

  /** The newest of too many: those with the words in their titles first. */
  #commonest(words: readonly string[], { whole, begun }: { whole: number[]; begun: number[] }): number[] {
    const hits = [...new Set([...whole, ...begun])];
    return [...new Set([...this.#inTitles(words, hits), ...hits])];
  }

  /**
   * Hits with the words in their titles, the last as the beginning of one. Those of one word are looked up; of several, the titles of the
   * newest hits are read.
   */
  #inTitles(words: readonly string[], hits: readonly number[]): number[] {
    const [word = "", ...others] = words;
    const { stems, titled, words: index } = this.#what;
    if (!titled || hits.length === 0) return [];
    if (others.length > 0) return this.#readTitles(words, hits.slice(0, READ_LIMIT));
    const match = `title : ${quoted(word)}`;
    return [...this.#newest(stems, match), ...this.#newest(index, `${match} *`)];
  }

  /** Those whose title has a word for each word that begins with it. Decides an order only, so the forms of words do not matter. */
  #readTitles(words: readonly string[], hits: readonly number[]): number[] {
    const wanted = words.map(fold);
    const rows = this.#database.allNamed(
      `SELECT seq, title FROM ${this.#what.table} WHERE seq IN (SELECT value FROM json_each(:hits)) ORDER BY seq DESC`,
      { ":hits": JSON.stringify(hits) },
    );
    const fitting = rows.filter((row) => {
      const title = wordsOf(fold(textOf(row, "title")));
      return wanted.every((word) => title.some((other) => other.startsWith(word)));
    });
    return fitting.map((row) => numberOf(row, "seq"));
  }

  /** Whether more entries have the word than can be ranked. */
  #isEverywhere(word: string): boolean {
    const { shelf: { from, to } } = this.#wanted;
    const { stems } = this.#what;
    const row = this.#database.firstNamed(
      `SELECT count(*) AS hits FROM (SELECT rowid FROM ${stems} WHERE ${stems} MATCH :match AND rowid BETWEEN :from AND :to
         ORDER BY rowid DESC LIMIT ${HITS_LIMIT + 1})`,
      { ":match": quoted(word), ":from": from, ":to": to },
    );
    return numberOf(row ?? {}, "hits") > HITS_LIMIT;
  }

  /** Matches of an index, the newest first; unless said otherwise, one more than can be ranked. */
  #newest(index: string, match: string, limit = HITS_LIMIT + 1): number[] {
    const { shelf: { from, to }, filter } = this.#wanted;
    const passing = passes(this.#what, `${index}.rowid`, filter);
    return this.#database.seqs(
      `SELECT rowid AS seq FROM ${index} WHERE ${index} MATCH :match AND rowid BETWEEN :from AND :to ${passing.sql}
       ORDER BY rowid DESC LIMIT :limit`,
      { ":match": match, ":from": from, ":to": to, ":limit": limit, ...passing.values },
    );
  }

  /** Those of a few hits that match; `beginning` is what the match ends with, if it is one. */
  #matching(index: string, { match, beginning }: { match: string; beginning?: string }, hits: readonly number[]) {
    // The plus makes SQLite read all matches once instead. Without an order: an index that is read backwards looks nothing up.
    const each = beginning === undefined || Array.from(beginning).length <= INDEXED_LENGTH ? "" : "+";
    const found = new Set(this.#database.seqs(
      `SELECT rowid AS seq FROM ${index} WHERE ${index} MATCH :match AND ${each}rowid IN (SELECT value FROM json_each(:hits))`,
      { ":match": match, ":hits": JSON.stringify(hits) },
    ));
    return hits.filter((seq) => found.has(seq));
  }

  /**
   * Hits by how much the words weigh in them. Words that are nearly everywhere weigh nothing there and would take long to count, so only
   * the others do; without any, titles decide.
   */
  #weighed(words: readonly string[], hits: readonly number[]): readonly number[] {
    if (hits.length < 2) return hits;
    const { stems, titled } = this.#what;
    const telling = words.filter((word) => words.length === 1 || !this.#isEverywhere(word));
    if (telling.length === 0) return [...new Set([...this.#inTitles(words, hits), ...hits])];
    // It multiplies the count of hits, whose worth levels off: with less, a word repeated in a text beats a title above a long one.
    const weights = titled ? "1000, 1" : "1";
    return this.#database.seqs(
      `SELECT rowid AS seq FROM ${stems} WHERE ${stems} MATCH :match AND +rowid IN (SELECT value FROM json_each(:hits))
       ORDER BY bm25(${stems}, ${weights}), rowid DESC`,
      { ":match": allOf(telling), ":hits": JSON.stringify(hits) },
    );
  }
}

/** The words as the index parts them: runs of letters, digits and the marks on them. At most as many as a search can mean. */
function wordsOf(query: string): string[] {
  const runs = query.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];
  return runs.filter((run) => /[\p{L}\p{N}\p{Co}]/u.test(run)).slice(0, WORDS_LIMIT);
}

function allOf(words: readonly string[]): string {
  return words.map(quoted).join(" AND ");
}

/** A text that the index takes as words, never as syntax. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
