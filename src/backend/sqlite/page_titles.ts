/** Titles of pages in the file: those that fit what somebody types, and all of them. */
import type { CallOptions, TitleQuery, WikiTitle } from "../backend.ts";
import { slugOf } from "../slug.ts";
import type { Database } from "./database.ts";
import { list } from "./entries.ts";
import { PAGES } from "./pages.ts";
import { numberOf, textOf } from "./row.ts";
import type { Shelf } from "./shelves.ts";
import { nextTurn } from "./turns.ts";

/** Below this, an index of the parts of words has nothing to look for. */
const SHORTEST_PART = 3;

/** How many slugs are looked through for one or two letters inside them: 1 ms. */
const LOOKED_THROUGH = 10_000;

/** 8 ms of a blocked event loop. */
const TITLES_AT_ONCE = 5_000;

/** Looks among slugs: they are what titles are without case and accents. */
export function suggestTitles(database: Database, shelf: Shelf, { typed, limit }: TitleQuery): WikiTitle[] {
  const part = slugOf(typed);
  if (part === "") return titlesAt(database, list(database, PAGES, { shelf, filter: { tags: [] }, limit, offset: 0 }));
  const begins = database.seqs(
    `SELECT seq FROM pages WHERE guild_id = :guild AND deleted_at IS NULL AND slug >= :part AND slug < :beyond
     ORDER BY slug LIMIT :limit`,
    { ":guild": shelf.ownerId, ":part": part, ":beyond": `${part}\u{7f}`, ":limit": limit },
  );
  if (begins.length === limit) return titlesAt(database, begins);
  const contains = part.length < SHORTEST_PART ? lookThrough : lookUp;
  const seqs = new Set([...begins, ...contains(database, shelf, { part, limit: limit * 2 })]);
  return titlesAt(database, [...seqs].slice(0, limit));
}

interface Part {
  part: string;
  limit: number;
}

function lookUp(database: Database, shelf: Shelf, { part, limit }: Part): number[] {
  return database.seqs(
    `SELECT rowid AS seq FROM page_slugs WHERE page_slugs MATCH :match AND rowid BETWEEN :from AND :to
     ORDER BY rowid DESC LIMIT :limit`,
    { ":match": `"${part}"`, ":from": shelf.from, ":to": shelf.to, ":limit": limit },
  );
}

function lookThrough(database: Database, shelf: Shelf, { part, limit }: Part): number[] {
  return database.seqs(
    `SELECT seq FROM (SELECT seq, slug FROM pages WHERE guild_id = :guild AND deleted_at IS NULL
       ORDER BY slug LIMIT ${LOOKED_THROUGH}) WHERE instr(slug, :part) > 0 LIMIT :limit`,
    { ":guild": shelf.ownerId, ":part": part, ":limit": limit },
  );
}

function titlesAt(database: Database, seqs: readonly number[]): WikiTitle[] {
  return seqs.flatMap((seq) => {
    const row = database.first("SELECT id, slug, title FROM pages WHERE seq = ?", seq);
    return row === undefined ? [] : [{ id: textOf(row, "id"), slug: textOf(row, "slug"), title: textOf(row, "title") }];
  });
}

/** All titles, the newest first; read in pieces, so that people are answered meanwhile. */
export async function listTitles(
  database: Database,
  guildId: string,
  options: CallOptions | undefined,
): Promise<WikiTitle[]> {
  const titles: WikiTitle[] = [];
  for (let before = Number.MAX_SAFE_INTEGER;; await nextTurn()) {
    const rows = await database.read(options, () =>
      database.all(
        `SELECT seq, id, slug, title FROM pages WHERE guild_id = ? AND deleted_at IS NULL AND seq < ?
         ORDER BY seq DESC LIMIT ${TITLES_AT_ONCE}`,
        ...[guildId, before],
      ));
    for (const row of rows) {
      titles.push({ id: textOf(row, "id"), slug: textOf(row, "slug"), title: textOf(row, "title") });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < TITLES_AT_ONCE) return titles;
    before = numberOf(last, "seq");
  }
}
