/**
 * Full-text search as PostgreSQL does it here: `websearch_to_tsquery('english', …)` over a vector of stems. As far as tests can tell: the
 * stemmer knows the commonest endings, and the ranking counts hits.
 */
import { unknown } from "./protocol.ts";

const STOP_WORDS = new Set(
  ("a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with " +
    "he she we you i our your his her its my me him them who what which do does did have has had can").split(" "),
);

const VECTOR_LIMIT_BYTES = 1_048_575;

/** Stems in order, stop words left out. */
function stems(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

function stem(word: string): string {
  const bare = word.replace(/(?:ing|ed|es|s)$/, "");
  if (bare.length < 3 || bare === word) return word;
  return bare.replace(/([^aeiouls])\1$/, "$1");
}

/** What is indexed of a text. Fails as the database does for too many words. */
export class TextVector {
  readonly #stems: string[];
  readonly #known: Set<string>;

  constructor(text: string) {
    this.#stems = stems(text);
    this.#known = new Set(this.#stems);
    let bytes = 0;
    for (const stem of this.#known) bytes += new TextEncoder().encode(stem).length;
    // A repeated word costs its positions, of which the database keeps 255 at most.
    bytes = Math.max(bytes, text.length > VECTOR_LIMIT_BYTES ? text.length : 0);
    if (bytes > VECTOR_LIMIT_BYTES) {
      throw unknown(`pq: string is too long for tsvector (${bytes} bytes, max ${VECTOR_LIMIT_BYTES} bytes)`);
    }
  }

  has(phrase: readonly string[]): boolean {
    const [first] = phrase;
    if (first === undefined || phrase.length === 1) return first !== undefined && this.#known.has(first);
    return this.#stems.some((_, at) => phrase.every((stem, i) => this.#stems[at + i] === stem));
  }

  count(stem: string): number {
    return this.#stems.filter((other) => other === stem).length;
  }
}

interface Term {
  phrase: string[];
  isUnwanted: boolean;
}

/** A query: any of some groups, all of a group's terms. Words that are no words leave it empty, and it finds nothing. */
export class WebSearch {
  readonly #groups: Term[][];

  constructor(query: string) {
    const parts = query.match(/-?"[^"]*"?|\S+/g) ?? [];
    this.#groups = [[]];
    for (const part of parts) {
      if (part.toLowerCase() === "or") this.#groups.push([]);
      else {
        const phrase = stems(part);
        if (phrase.length > 0) this.#groups.at(-1)?.push({ phrase, isUnwanted: part.startsWith("-") });
      }
    }
  }

  matches(vector: TextVector): boolean {
    return this.#groups.some((terms) =>
      terms.length > 0 && terms.every(({ phrase, isUnwanted }) => vector.has(phrase) !== isUnwanted)
    );
  }

  rank(vector: TextVector): number {
    return this.#groups.flat().flatMap(({ phrase }) => phrase).reduce((sum, stem) => sum + vector.count(stem), 0);
  }
}
