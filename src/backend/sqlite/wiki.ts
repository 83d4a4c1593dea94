/** Wiki pages in the file: found by slug or alias, visible in their guild alone. */
import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import type { Caller, MessageReference, WikiPage, WikiPageDraft, WikiStore, WikiTitle } from "../backend.ts";
import { slugOf } from "../slug.ts";
import type { Database } from "./database.ts";
import { nameToShow, rememberCaller } from "./people.ts";
import { listReferences, saveReference } from "./references.ts";
import { numberOf, type Row, textOf, textsOf } from "./row.ts";
import { replaceTags, search, type Searchable, tagsColumn } from "./search.ts";
import { bodyOf, callerInGuild, checkPaging, tagsOf, titleOf } from "../texts.ts";

const PAGES: Searchable = {
  table: "pages",
  tags: "page_tags",
  stems: "page_stems",
  words: "page_words",
  columns: "title body",
  // It multiplies the count of hits, whose worth levels off: with less, a word repeated in a text beats a title above a long one.
  weights: "0, 1000, 1",
  visible: "entry.deleted_at IS NULL",
};

const SELECT_PAGE = `SELECT seq, id, slug, title, body, ${tagsColumn(PAGES)} AS tags, guild_id, channel_id, author_id,
  ${nameToShow("entry.author_id", "''")} AS author_name, created_at, updated_at FROM pages AS entry`;

const BY_ID = `${SELECT_PAGE} WHERE id = ? AND guild_id = ? AND ${PAGES.visible}`;
const BY_SEQ = `${SELECT_PAGE} WHERE seq = ?`;

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
        const { seqs, total } = search(database, PAGES, { ...query, guildId, tags: tagsOf(query.tags) });
        return { items: seqs.map((seq) => pageAt(database, seq)), total };
      }),
    listTitles: (caller, options) => database.read(options, () => listTitles(database, callerInGuild(caller).guildId)),
    upsertPage: (caller, draft, options) =>
      database.write(options, () => upsertPage(database, { caller, draft, nowMs: clock.wallMs() })),
    updatePage: (caller, id, change, options) =>
      database.write(options, () => {
        const row = requirePage(database, { caller, id });
        rememberCaller(database, callerInGuild(caller));
        rewrite(database, row, { ...change, nowMs: clock.wallMs() });
        return pageAt(database, numberOf(row, "seq"));
      }),
    listPageReferences: (caller, pageId, options) =>
      database.read(options, (): MessageReference[] => {
        const row = requirePage(database, { caller, id: pageId });
        return listReferences(database, numberOf(row, "seq"));
      }),
    addPageReference: (caller, pageId, reference, options) =>
      database.write(options, () => {
        const row = requirePage(database, { caller, id: pageId });
        saveReference(database, numberOf(row, "seq"), reference);
      }),
  };
}

function requirePage(database: Database, { caller, id }: { caller: Caller; id: string }): Row {
  const { guildId } = callerInGuild(caller);
  const row = database.first(BY_ID, id, guildId);
  if (row === undefined) throw new Failure("not_found", `There is no page with id ${id} in guild ${guildId}`);
  return row;
}

function pageAt(database: Database, seq: number): WikiPage {
  const row = database.first(BY_SEQ, seq);
  if (row === undefined) throw new Failure("unknown", `Page ${seq} is in an index and not in its table`);
  return pageOf(row);
}

/** The page that a slug leads to, by itself or as an alias. */
function seqOfSlug(database: Database, { guildId, slug }: { guildId: string; slug: string }): number | undefined {
  const own = "SELECT seq FROM pages WHERE guild_id = ? AND slug = ? AND deleted_at IS NULL";
  const alias = "SELECT page AS seq FROM page_aliases WHERE guild_id = ? AND slug = ?";
  const row = database.first(own, guildId, slug) ?? database.first(alias, guildId, slug);
  return row === undefined ? undefined : numberOf(row, "seq");
}

function listTitles(database: Database, guildId: string): WikiTitle[] {
  const rows = database.all(
    "SELECT id, slug, title FROM pages WHERE guild_id = ? AND deleted_at IS NULL ORDER BY seq DESC",
    guildId,
  );
  return rows.map((row) => ({ id: textOf(row, "id"), slug: textOf(row, "slug"), title: textOf(row, "title") }));
}

interface Saving {
  caller: Caller;
  draft: WikiPageDraft;
  nowMs: number;
}

function upsertPage(database: Database, { caller, draft, nowMs }: Saving): { page: WikiPage; created: boolean } {
  const { guildId, ...who } = callerInGuild(caller);
  const title = titleOf(draft.title);
  const slug = slugOf(title);
  if (slug === "") {
    throw new Failure("bad_input", `The title "${title}" has no letter or digit that can stand in an address`);
  }
  rememberCaller(database, { guildId, ...who });
  const known = seqOfSlug(database, { guildId, slug });
  const existing = known === undefined ? undefined : database.first(BY_SEQ, known);
  if (existing !== undefined) {
    rewrite(database, existing, { ...draft, nowMs });
    return { page: pageAt(database, numberOf(existing, "seq")), created: false };
  }
  const row = database.first(
    `INSERT INTO pages (id, guild_id, slug, channel_id, author_id, created_at, updated_at, title, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
    ...[crypto.randomUUID(), guildId, slug, draft.channelId, who.userId, nowMs, nowMs, title, bodyOf(draft.body)],
  );
  const seq = numberOf(row ?? {}, "seq");
  replaceTags(database, PAGES, { guildId, seq, tags: tagsOf(draft.tags) });
  return { page: pageAt(database, seq), created: true };
}

/** The time of a change is always later than the last one's, because people's edits are told apart by it. */
function rewrite(database: Database, row: Row, change: { body: string; tags: string[]; nowMs: number }): void {
  const seq = numberOf(row, "seq");
  database.run(
    "UPDATE pages SET body = ?, updated_at = max(?, updated_at + 1) WHERE seq = ?",
    ...[bodyOf(change.body), change.nowMs, seq],
  );
  replaceTags(database, PAGES, { guildId: textOf(row, "guild_id"), seq, tags: tagsOf(change.tags) });
}

function pageOf(row: Row): WikiPage {
  return {
    id: textOf(row, "id"),
    slug: textOf(row, "slug"),
    title: textOf(row, "title"),
    body: textOf(row, "body"),
    tags: textsOf(row, "tags"),
    guildId: textOf(row, "guild_id"),
    channelId: textOf(row, "channel_id"),
    authorId: textOf(row, "author_id"),
    authorName: textOf(row, "author_name"),
    createdAt: numberOf(row, "created_at"),
    updatedAt: numberOf(row, "updated_at"),
  };
}
