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
import type { Database } from "./database.ts";
import { type Condition, count, type Entries, type Filter, list, passes } from "./entries.ts";
import type { Shelf } from "./shelves.ts";

/** How many hits are ranked. */
const HITS_LIMIT = 2_000;

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
  readonly #filter: Condition;

  constructor(database: Database, what: Entries, wanted: Wanted) {
    this.#database = database;
    this.#what = what;
    this.#wanted = wanted;
    this.#filter = passes(what, "rowid", wanted.filter);
  }

  run(words: readonly string[]): Found {
    const { limit, offset } = this.#wanted;
    const whole = this.#newest(this.#what.stems, allOf(words));
    const begun = this.#beginnings(words);
    const isAll = Math.max(whole.length, begun.length) <= HITS_LIMIT;
    const seqs = isAll ? this.#ranked(words, { whole, begun }) : this.#commonest(words, { whole, begun });
    const found = { seqs: seqs.slice(offset, offset + limit), total: seqs.length };
    return isAll ? found : { ...found, incomplete: true };
  }

  /** Where the last word is the beginning of one. */
  #beginnings(words: readonly string[]): number[] {
    const { stems, words: index } = this.#what;
    const beginning = `${quoted(words.at(-1) ?? "")} *`;
    const others = words.slice(0, -1);
    if (others.length === 0) return this.#newest(index, beginning);
    const withOthers = this.#newest(stems, allOf(others));
    if (withOthers.length <= HITS_LIMIT) return this.#newest(index, beginning, withOthers);
    // The two indexes cannot be read side by side; where the other words are this common, they must stand as they were typed.
    return this.#newest(index, `${allOf(others)} AND ${beginning}`);
  }

  /** The best first: whole words by how much they weigh in the entry, then beginnings, in titles before those in texts. */
  #ranked(words: readonly string[], { whole, begun }: { whole: number[]; begun: number[] }): number[] {
    const { stems, words: index, titled } = this.#what;
    const known = new Set(whole);
    const others = begun.filter((seq) => !known.has(seq));
    const beginning = `title : ${quoted(words.at(-1) ?? "")} *`;
    const inTitles = titled && others.length > 0 ? this.#newest(index, beginning, others) : [];
    return [...new Set([...this.#weighed(stems, allOf(words), whole), ...inTitles, ...others])];
  }

  /** The newest of too many: those with the words in their titles first. */
  #commonest(words: readonly string[], { whole, begun }: { whole: number[]; begun: number[] }): number[] {
    const { stems, words: index, titled } = this.#what;
    const [wholeTitle, begunTitle] = [allOf(words), `${allOf(words)} *`].map((terms) => `title : (${terms})`);
    const inTitles = titled ? [...this.#newest(stems, wholeTitle ?? ""), ...this.#newest(index, begunTitle ?? "")] : [];
    return [...new Set([...inTitles, ...whole, ...begun])];
  }

  /** Matches of an index, the newest first, one more than can be ranked; only those in `among` if given. */
  #newest(index: string, match: string, among?: readonly number[]): number[] {
    if (among?.length === 0) return [];
    return this.#database.seqs(
      `SELECT rowid AS seq FROM ${index} WHERE ${index} MATCH :match AND rowid BETWEEN :from AND :to
         ${among === undefined ? "" : "AND +rowid IN (SELECT value FROM json_each(:among))"} ${this.#filter.sql}
       ORDER BY rowid DESC LIMIT ${HITS_LIMIT + 1}`,
      { ...this.#values(match, among), ...(among && { ":among": JSON.stringify(among) }) },
    );
  }

  /** Matches of an index by how much the words weigh in them; all of them are in `among`. */
  #weighed(index: string, match: string, among: readonly number[]): readonly number[] {
    if (among.length < 2) return among;
    // It multiplies the count of hits, whose worth levels off: with less, a word repeated in a text beats a title above a long one.
    const weights = this.#what.titled ? "1000, 1" : "1";
    return this.#database.seqs(
      `SELECT rowid AS seq FROM ${index} WHERE ${index} MATCH :match AND rowid BETWEEN :from AND :to ${this.#filter.sql}
       ORDER BY bm25(${index}, ${weights}), rowid DESC`,
      this.#values(match, among),
    );
  }

  #values(match: string, among: readonly number[] | undefined) {
    const { shelf } = this.#wanted;
    // Both ends of what is asked for bound how far an index is read.
    return {
      ":match": match,
      ":from": among?.reduce((least, seq) => Math.min(least, seq)) ?? shelf.from,
      ":to": among?.reduce((most, seq) => Math.max(most, seq)) ?? shelf.to,
      ...this.#filter.values,
    };
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
