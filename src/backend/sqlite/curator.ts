/** Order in the wiki of the file: pages made, deleted, listed and merged. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Caller, WikiCurator, WikiPage } from "../backend.ts";
import { callerInGuild, checkPaging } from "../texts.ts";
import type { Database } from "./database.ts";
import { count, list } from "./entries.ts";
import { addressOf, insertPage, pageAt, PAGES, pagesIn, requirePage, type Saving, seqOfSlug } from "./pages.ts";
import { mergePages } from "./merge.ts";
import { listTitles } from "./page_titles.ts";
import { numberOf, textOf } from "./row.ts";
import { type Shelf, shelfOf } from "./shelves.ts";

/** The columns that decide an order; each has an index. */
const ORDERS = { created: "seq", updated: "updated_at", title: "slug" } as const;

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
    listTitles: async (caller, options) => await listTitles(database, callerInGuild(caller).guildId, options),
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
