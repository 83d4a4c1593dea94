/** Order in the wiki of the file: pages made, deleted, listed, merged and suggested. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Caller, TitleQuery, WikiCurator, WikiPage, WikiTitle } from "../backend.ts";
import { slugOf } from "../slug.ts";
import { callerInGuild, checkPaging } from "../texts.ts";
import type { Database } from "./database.ts";
import { count, list } from "./entries.ts";
import { addressOf, insertPage, pageAt, PAGES, pagesIn, requirePage, type Saving, seqOfSlug } from "./pages.ts";
import { mergePages } from "./merge.ts";
import { numberOf, textOf } from "./row.ts";
import { type Shelf, shelfOf } from "./shelves.ts";

/** The columns that decide an order; each has an index. */
const ORDERS = { created: "seq", updated: "updated_at", title: "slug" } as const;

/** Below this, an index of the parts of words has nothing to look for. */
const SHORTEST_PART = 3;

/** How many slugs are looked through for one or two letters inside them: 1 ms. */
const LOOKED_THROUGH = 10_000;

/** The curator of a file's pages. */
export function wikiCurator(database: Database, clock: Clock): WikiCurator {
  return {
    createPage: (caller, draft, options) =>
      database.write(options, () => createPage(database, { caller, draft, nowMs: clock.wallMs() })),
    deletePage: (caller, id, options) =>
      database.write(options, () => {
        const row = requirePage(database, { caller, id });
        if (textOf(row, "author_id") !== caller.userId) {
          throw new Failure("not_yours", `Page ${id} was written by someone else than user ${caller.userId}`);
        }
        database.run("UPDATE pages SET deleted_at = ? WHERE seq = ?", clock.wallMs(), numberOf(row, "seq"));
      }),
    listPages: (caller, { limit, offset, orderBy = "created", ascending = false }, options) =>
      database.read(options, () => {
        checkPaging({ limit, offset });
        const wanted = { shelf: pagesOf(database, caller), filter: { tags: [] } };
        const seqs = list(database, PAGES, { ...wanted, limit, offset, by: ORDERS[orderBy], ascending });
        return { items: seqs.map((seq) => pageAt(database, seq)), total: count(database, PAGES, wanted) };
      }),
    mergePages: (caller, { sourceId, targetId }, options) =>
      database.write(options, () => {
        if (sourceId === targetId) throw new Failure("bad_input", `Page ${sourceId} cannot be merged into itself`);
        const [source, target] = [sourceId, targetId].map((id) => requirePage(database, { caller, id }));
        const seq = numberOf(target ?? {}, "seq");
        mergePages(database, { source: numberOf(source ?? {}, "seq"), target: seq, nowMs: clock.wallMs() });
        return pageAt(database, seq);
      }),
    suggestTitles: (caller, query, options) =>
      database.read(options, () => {
        checkPaging({ limit: query.limit, offset: 0 });
        return suggestTitles(database, pagesOf(database, caller), query);
      }),
  };
}

function pagesOf(database: Database, caller: Caller): Shelf {
  return shelfOf(database, pagesIn(callerInGuild(caller).guildId));
}

function createPage(database: Database, saving: Saving): WikiPage {
  const { title, slug } = addressOf(saving.draft);
  const { guildId } = callerInGuild(saving.caller);
  const known = seqOfSlug(database, { guildId, slug });
  if (known === undefined) return insertPage(database, saving);
  const { title: other } = pageAt(database, known);
  throw new Failure("bad_input", `The title "${title}" leads to the page "${other}" already`);
}

/** Looks among slugs: they are what titles are without case and accents. */
function suggestTitles(database: Database, shelf: Shelf, { typed, limit }: TitleQuery): WikiTitle[] {
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
