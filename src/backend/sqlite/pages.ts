/** Pages as they stand in the file: read by id, number or slug, added and rewritten. */
import { Failure } from "../../failure.ts";
import type { Caller, WikiPage, WikiPageDraft } from "../backend.ts";
import { slugOf } from "../slug.ts";
import { bodyOf, callerInGuild, clean, tagsOf, titleOf } from "../texts.ts";
import type { Database } from "./database.ts";
import { type Entries, replaceTags, tagsColumn } from "./entries.ts";
import { nameToShow, rememberCaller } from "./people.ts";
import { numberOf, type Row, textOf, textsOf } from "./row.ts";
import { nextSeq, type ShelfName } from "./shelves.ts";

export const PAGES: Entries = {
  table: "pages",
  tags: "page_tags",
  stems: "page_stems",
  words: "page_words",
  owner: "guild_id",
  visible: "entry.deleted_at IS NULL",
  titled: true,
};

const SELECT_PAGE = `SELECT seq, id, slug, title, body, ${tagsColumn(PAGES)} AS tags, guild_id, channel_id, author_id,
  ${nameToShow("entry.author_id", "''")} AS author_name, created_at, updated_at FROM pages AS entry`;

const BY_ID = `${SELECT_PAGE} WHERE id = ? AND guild_id = ? AND ${PAGES.visible}`;
const BY_SEQ = `${SELECT_PAGE} WHERE seq = ?`;

/** The shelf of a guild's pages. */
export function pagesIn(guildId: string): ShelfName {
  return { kind: "pages", ownerId: guildId };
}

/** A page of the caller's guild. @throws {Failure} `not_found` */
export function requirePage(database: Database, { caller, id }: { caller: Caller; id: string }): Row {
  const { guildId } = callerInGuild(caller);
  const row = database.first(BY_ID, id, guildId);
  if (row === undefined) throw new Failure("not_found", `There is no page with id ${id} in guild ${guildId}`);
  return row;
}

/** A page that is known to be there. */
export function pageAt(database: Database, seq: number): WikiPage {
  const row = database.first(BY_SEQ, seq);
  if (row === undefined) throw new Failure("unknown", `Page ${seq} is in an index and not in its table`);
  return pageOf(row);
}

/** The page that a slug leads to, by itself or as an alias. */
export function seqOfSlug(
  database: Database,
  { guildId, slug }: { guildId: string; slug: string },
): number | undefined {
  const own = "SELECT seq FROM pages WHERE guild_id = ? AND slug = ? AND deleted_at IS NULL";
  const alias = "SELECT page AS seq FROM page_aliases WHERE guild_id = ? AND slug = ?";
  const row = database.first(own, guildId, slug) ?? database.first(alias, guildId, slug);
  return row === undefined ? undefined : numberOf(row, "seq");
}

export interface Saving {
  caller: Caller;
  draft: WikiPageDraft;
  nowMs: number;
}

/** The title that a draft asks for, and its slug. @throws {Failure} `bad_input` without a letter or a digit, `too_large` */
export function addressOf(draft: WikiPageDraft): { title: string; slug: string } {
  const title = titleOf(draft.title);
  const slug = slugOf(title);
  if (slug === "") {
    throw new Failure("bad_input", `The title "${title}" has no letter or digit that can stand in an address`);
  }
  return { title, slug };
}

/** Adds a page whose slug is free. */
export function insertPage(database: Database, { caller, draft, nowMs }: Saving): WikiPage {
  const { guildId, ...who } = callerInGuild(caller);
  const { title, slug } = addressOf(draft);
  rememberCaller(database, { guildId, ...who });
  const seq = nextSeq(database, pagesIn(guildId));
  database.run(
    `INSERT INTO pages (seq, id, guild_id, slug, channel_id, author_id, created_at, updated_at, title, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[seq, crypto.randomUUID(), guildId, slug, clean(draft.channelId), who.userId, nowMs, nowMs],
    ...[title, bodyOf(draft.body)],
  );
  replaceTags(database, PAGES, { seq, tags: tagsOf(draft.tags) });
  return pageAt(database, seq);
}

/** The time of a change is always later than the last one's, because people's edits are told apart by it. */
export function rewritePage(
  database: Database,
  row: Row,
  change: { body: string; tags: string[]; nowMs: number },
): void {
  const seq = numberOf(row, "seq");
  database.run(
    "UPDATE pages SET body = ?, updated_at = max(?, updated_at + 1) WHERE seq = ?",
    ...[bodyOf(change.body), change.nowMs, seq],
  );
  replaceTags(database, PAGES, { seq, tags: tagsOf(change.tags) });
}

/** A row of the columns that pages are read with. */
export function pageOf(row: Row): WikiPage {
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
