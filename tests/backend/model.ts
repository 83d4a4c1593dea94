/** What the embedded backend should do, as simply as it can be said: everything in arrays, nothing fast. */

export type Outcome = { answer: unknown } | { fails: string };

interface Page {
  n: number;
  guild: string;
  author: string;
  title: string;
  slugs: string[];
  body: string;
  tags: string[];
  references: string[];
  changed: number;
}

interface Note {
  n: number;
  author: string;
  guild: string | null;
  title: string;
  body: string;
  tags: string[];
}

interface Quote {
  n: number;
  guild: string;
  author: string;
  body: string;
  tags: string[];
}

export interface Who {
  user: string;
  guild: string;
}

const NOT_FOUND: Outcome = { fails: "not_found" };
const NOT_YOURS: Outcome = { fails: "not_yours" };
const BAD_INPUT: Outcome = { fails: "bad_input" };

export class Model {
  #pages: Page[] = [];
  #notes: Note[] = [];
  #quotes: Quote[] = [];
  #last = 0;

  createPage(who: Who, draft: { title: string; body: string; tags: string[] }): Outcome {
    if (draft.body === "" || this.#bySlug(who, draft.title)) return BAD_INPUT;
    return this.#addPage(who, draft);
  }

  upsertPage(who: Who, draft: { title: string; body: string; tags: string[] }): Outcome {
    if (draft.body === "") return BAD_INPUT;
    const page = this.#bySlug(who, draft.title);
    if (!page) return this.#addPage(who, draft);
    Object.assign(page, { body: draft.body, tags: draft.tags.toSorted(), changed: ++this.#last });
    return { answer: page.n };
  }

  deletePage(who: Who, n: number): Outcome {
    const page = this.#page(who, n);
    if (!page) return NOT_FOUND;
    if (page.author !== who.user) return NOT_YOURS;
    this.#pages = this.#pages.filter((other) => other !== page);
    return { answer: null };
  }

  refer(who: Who, n: number, message: string): Outcome {
    const page = this.#page(who, n);
    if (!page) return NOT_FOUND;
    if (!page.references.includes(message)) page.references.push(message);
    return { answer: null };
  }

  merge(who: Who, source: number, target: number): Outcome {
    if (source === target) return BAD_INPUT;
    const [from, into] = [this.#page(who, source), this.#page(who, target)];
    if (!from || !into) return NOT_FOUND;
    into.body += `\n\n---\n\n${from.body}`;
    into.tags = [...new Set([...into.tags, ...from.tags])].toSorted();
    into.references = [...new Set([...into.references, ...from.references])];
    into.slugs.push(...from.slugs);
    into.changed = ++this.#last;
    this.#pages = this.#pages.filter((page) => page !== from);
    return { answer: into.n };
  }

  createNote(who: Who, note: { title: string; body: string; tags: string[] }): Outcome {
    if (note.body === "") return BAD_INPUT;
    const n = ++this.#last;
    this.#notes.push({ n, author: who.user, guild: who.guild, ...note, tags: note.tags.toSorted() });
    return { answer: n };
  }

  updateNote(who: Who, n: number, change: { title: string; body: string; tags: string[] }): Outcome {
    return this.#own(this.#notes, who, n, (note) => {
      if (change.body === "") return BAD_INPUT;
      Object.assign(note, change, { tags: change.tags.toSorted() });
      return { answer: n };
    });
  }

  deleteNote(who: Who, n: number): Outcome {
    return this.#own(this.#notes, who, n, (note) => {
      this.#notes = this.#notes.filter((other) => other !== note);
      return { answer: null };
    });
  }

  createQuote(who: Who, quote: { body: string; tags: string[] }): Outcome {
    if (quote.body === "") return BAD_INPUT;
    const n = ++this.#last;
    this.#quotes.push({ n, guild: who.guild, author: who.user, body: quote.body, tags: quote.tags.toSorted() });
    return { answer: n };
  }

  deleteQuote(who: Who, n: number): Outcome {
    return this.#own(this.#quotes.filter(({ guild }) => guild === who.guild), who, n, (quote) => {
      this.#quotes = this.#quotes.filter((other) => other !== quote);
      return { answer: null };
    });
  }

  /** All that this person can see, in the order in which it is to be listed. */
  seenBy(who: Who, { titles, query, tag }: { titles: readonly string[]; query: string; tag: string }): unknown {
    const pages = this.#pages.filter(({ guild }) => guild === who.guild).toSorted((a, b) => b.n - a.n);
    const notes = this.#notes.filter(({ author }) => author === who.user).toSorted((a, b) => b.n - a.n);
    const quotes = this.#quotes.filter(({ guild }) => guild === who.guild).toSorted((a, b) => b.n - a.n);
    return {
      pages: pages.map(({ n, title, body, tags, references }) => [n, title, body, tags, references.toSorted()]),
      byChange: pages.toSorted((a, b) => b.changed - a.changed).map(({ n }) => n),
      leadsTo: titles.map((title) => this.#bySlug(who, title)?.n ?? null),
      foundPages: pages.filter((page) => has(`${page.title} ${page.body}`, query)).map(({ n }) => n).toSorted(byNumber),
      taggedPages: pages.filter(({ tags }) => tags.includes(tag)).map(({ n }) => n),
      notes: notes.map(({ n, title, body, tags, guild }) => [n, title, body, tags, guild]),
      foundNotes: notes.filter((note) => has(`${note.title} ${note.body}`, query)).map(({ n }) => n).toSorted(byNumber),
      quotes: quotes.map(({ n, body, tags }) => [n, body, tags]),
      foundQuotes: quotes.filter(({ body }) => has(body, query)).map(({ n }) => n).toSorted(byNumber),
    };
  }

  #addPage(who: Who, { title, body, tags }: { title: string; body: string; tags: string[] }): Outcome {
    const n = ++this.#last;
    const page = { n, guild: who.guild, author: who.user, title, slugs: [slug(title)], body, changed: n };
    this.#pages.push({ ...page, tags: tags.toSorted(), references: [] });
    return { answer: n };
  }

  #page(who: Who, n: number): Page | undefined {
    return this.#pages.find((page) => page.n === n && page.guild === who.guild);
  }

  #bySlug(who: Who, title: string): Page | undefined {
    return this.#pages.find((page) => page.guild === who.guild && page.slugs.includes(slug(title)));
  }

  #own<T extends { n: number; author: string }>(all: T[], who: Who, n: number, act: (one: T) => Outcome): Outcome {
    const one = all.find((entry) => entry.n === n);
    if (!one) return NOT_FOUND;
    return one.author === who.user ? act(one) : NOT_YOURS;
  }
}

export function byNumber(a: number, b: number): number {
  return a - b;
}

/** Enough for the titles of the test: English letters and punctuation. */
function slug(title: string): string {
  return title.toLowerCase().replace(/[^a-z]+/g, " ").trim();
}

/** All words, the last as a beginning; the words of the test have no stems. */
function has(text: string, query: string): boolean {
  const [words, wanted] = [slug(text).split(" "), slug(query).split(" ")];
  return wanted.every((part, i) =>
    words.some((word) => word === part || (i === wanted.length - 1 && word.startsWith(part)))
  );
}
