/** Wiki pages in the file: found by slug or alias, visible in their guild alone. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { WikiPage, WikiStore } from "../backend.ts";
import { slugOf } from "../slug.ts";
import { callerInGuild, checkPaging, tagsOf } from "../texts.ts";
import type { Database } from "./database.ts";
import {
  addressOf,
  insertPage,
  pageAt,
  pageOf,
  PAGES,
  pagesIn,
  requirePage,
  rewritePage,
  type Saving,
  seqOfSlug,
} from "./pages.ts";
import { suggestTitles } from "./page_titles.ts";
import { rememberCaller } from "./people.ts";
import { listReferences, PAGE_REFERENCES, saveReference } from "./references.ts";
import { numberOf } from "./row.ts";
import { search } from "./search.ts";
import { shelfOf } from "./shelves.ts";

/** The pages of a file. */
export function wikiStore(database: Database, clock: Clock): WikiStore {
  return {
    getPage: (caller, id, options) => database.read(options, () => pageOf(requirePage(database, { caller, id }))),
    findPage: (caller, titleOrSlug, options) =>
      database.read(options, () => {
        const { guildId } = callerInGuild(caller);
        const seq = seqOfSlug(database, { guildId, slug: slugOf(titleOrSlug) });
        if (seq === undefined) throw new Failure("not_found", `There is no page "${titleOrSlug}" in guild ${guildId}`);
        return pageAt(database, seq);
      }),
    searchPages: (caller, query, options) =>
      database.read(options, () => {
        const { guildId } = callerInGuild(caller);
        checkPaging(query);
        const shelf = shelfOf(database, pagesIn(guildId));
        const { seqs, ...found } = search(database, PAGES, { ...query, shelf, filter: { tags: tagsOf(query.tags) } });
        return { items: seqs.map((seq) => pageAt(database, seq)), ...found };
      }),
    suggestTitles: (caller, query, options) =>
      database.read(options, () => {
        checkPaging({ limit: query.limit, offset: 0 });
        return suggestTitles(database, shelfOf(database, pagesIn(callerInGuild(caller).guildId)), query);
      }),
    upsertPage: (caller, draft, options) =>
      database.write(options, () => upsertPage(database, { caller, draft, nowMs: clock.wallMs() })),
    updatePage: (caller, id, change, options) =>
      database.write(options, () => {
        const row = requirePage(database, { caller, id });
        rememberCaller(database, callerInGuild(caller));
        rewritePage(database, row, { ...change, nowMs: clock.wallMs() });
        return pageAt(database, numberOf(row, "seq"));
      }),
    listPageReferences: (caller, pageId, options) =>
      database.read(options, () => {
        const row = requirePage(database, { caller, id: pageId });
        return listReferences(database, PAGE_REFERENCES, numberOf(row, "seq"));
      }),
    addPageReference: (caller, pageId, reference, options) =>
      database.write(options, () => {
        const row = requirePage(database, { caller, id: pageId });
        saveReference(database, PAGE_REFERENCES, { entry: numberOf(row, "seq"), reference });
      }),
  };
}

function upsertPage(database: Database, saving: Saving): { page: WikiPage; created: boolean } {
  const { caller, draft } = saving;
  const who = callerInGuild(caller);
  const known = seqOfSlug(database, { guildId: who.guildId, slug: addressOf(draft).slug });
  if (known === undefined) return { page: insertPage(database, saving), created: true };
  rememberCaller(database, who);
  const { id } = pageAt(database, known);
  rewritePage(database, requirePage(database, { caller, id }), { ...draft, nowMs: saving.nowMs });
  return { page: pageAt(database, known), created: false };
}
