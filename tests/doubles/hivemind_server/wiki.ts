/** The wiki: pages and their titles lie in two tables, which no transaction joins. */
import { TextVector, WebSearch } from "./full_text.ts";
import { type Message, StatusError, unknown } from "./protocol.ts";
import { addReference, referenceMessage, referencesOf } from "./references.ts";
import { slugOf } from "./slugs.ts";
import { hasAny, momentOf, type Page, sliceOf, type Tables, type Title, type User } from "./tables.ts";

const LIST_LIMIT = 50;
const SEARCH_LIMIT = 10;

/** What this server answers, by rpc. */
export type Handlers = Record<string, (request: Message, who: User) => Message>;

export function wikiHandlers(tables: Tables): Handlers {
  return {
    GetWikiPage: ({ id }, who) => pageById(tables, id, who),
    async GetWikiPageByTitle({ guild_id, title }, who) {
      await tables.pause();
      const page = pageByTitle(tables, { guildId: guild_id, title }, who);
      if (page === undefined) throw new StatusError("NOT_FOUND", "wiki page not found");
      return page;
    },
    async CreateWikiPage(request, who) {
      const { guild_id: guildId, title } = request;
      const existing = pageByTitle(tables, { guildId, title }, who);
      if (existing) throw unknown(`wiki page with title '${title}' already exists in this guild`);
      return await create(tables, request, who);
    },
    async UpsertWikiPage(request, who) {
      const { guild_id: guildId, title, body, tags } = request;
      if (title.trim() === "" || body.trim() === "") throw new StatusError("INVALID_ARGUMENT", "cannot be empty");
      const existing = pageByTitle(tables, { guildId, title }, who);
      if (existing === undefined) return { page: await create(tables, request, who), created: true };
      // Row 13: an alias leads here too, and its title replaces the page's.
      update(tables, { id: existing.id, title, body, tags });
      return { page: pageById(tables, existing.id, who), created: false };
    },
    UpdateWikiPage(request, who) {
      update(tables, request);
      return pageById(tables, request.id, who);
    },
    DeleteWikiPage({ id }, who) {
      pageById(tables, id, who);
      live(tables, id).isDeleted = true;
      return { success: true, message: "Wiki page deleted successfully" };
    },
    ListWikiPages: (request, who) => list(tables, request, who),
    SearchWikiPages: (request, who) => search(tables, request, who),
    AutocompleteWikiTitles({ guild_id }) {
      const pages = livePages(tables, guild_id).toSorted((a, b) => b.updatedAt - a.updatedAt);
      const suggestions = pages.map((page) => {
        const title = canonical(tables, page.id);
        return { id: page.id, title: title?.title ?? "", slug: title?.slug ?? "" };
      });
      return { suggestions };
    },
    MergeWikiPages: (request) => merge(tables, request),
    AddWikiMessageReference(request, who) {
      const { wiki_page_id, ...reference } = request;
      return { ...referenceMessage(addReference(tables, wiki_page_id, { request: reference, who })), wiki_page_id };
    },
    ListWikiMessageReferences: ({ wiki_page_id }) => ({
      references: referencesOf(tables, wiki_page_id).map((row) => ({ ...referenceMessage(row), wiki_page_id })),
    }),
  };
}

function live(tables: Tables, id: string): Page {
  const page = tables.pages.get(id);
  if (page === undefined || page.isDeleted) throw unknown(`failed to get wiki page: wiki page not found: ${id}`);
  return page;
}

function livePages(tables: Tables, guildId: string): Page[] {
  return [...tables.pages.values()].filter((page) => page.guildId === guildId && !page.isDeleted);
}

function canonical(tables: Tables, pageId: string): Title | undefined {
  return tables.titles.find((title) => title.pageId === pageId && title.isCanonical);
}

/** Row 6: only members find a page. Row 16: title and slug are those of the last update, not those of the list. */
function pageById(tables: Tables, id: string, who: User): Message {
  const page = live(tables, id);
  if (!tables.sees(who, page.guildId)) throw unknown(`failed to get wiki page: wiki page not found: ${id}`);
  return message(tables, page, { title: page.title, slug: slugOf(page.title) });
}

/** By the slug, canonical or an alias. Row 15: the title of a deleted page still leads to it, and that fails. */
function pageByTitle(tables: Tables, where: { guildId: string; title: string }, who: User): Message | undefined {
  const slug = slugOf(where.title);
  const title = tables.titles.find((row) => row.guildId === where.guildId && row.slug === slug);
  if (title === undefined) return undefined;
  const page = pageById(tables, title.pageId, who);
  const own = canonical(tables, title.pageId);
  return { ...page, title: own?.title ?? "", slug: own?.slug ?? "" };
}

/** Row 2: first the page, then its title; whoever comes second with the same title leaves a page without one. */
async function create(tables: Tables, request: Message, who: User): Promise<Message> {
  const { title, body, guild_id: guildId, channel_id: channelId, tags } = request;
  await tables.pause();
  tables.requireGuild(guildId, "wiki_pages");
  new TextVector(`${title} ${body}`);
  const now = tables.now();
  const id = tables.newId();
  const page = { id, title, body, authorId: who.id, guildId, channelId, tags, createdAt: now, updatedAt: now };
  tables.pages.set(id, { ...page, isDeleted: false });
  await tables.pause();
  const slug = slugOf(title);
  if (tables.titles.some((row) => row.guildId === guildId && row.slug === slug)) {
    throw unknown(`failed to create wiki page: pq: duplicate key value violates unique constraint "wiki_titles_pkey"`);
  }
  tables.titles.push({ guildId, slug, title, pageId: id, isCanonical: true });
  // Row 18: the answer knows neither the author's name nor the guild's.
  return { ...message(tables, live(tables, id), { title, slug }), author_username: "" };
}

/** Rows 16 and 17: empty texts are taken as they are; titles and their slugs stay. */
function update(tables: Tables, { id, title, body, tags }: Message): void {
  const page = live(tables, id);
  new TextVector(`${title} ${body}`);
  Object.assign(page, { title, body, tags, updatedAt: tables.now() });
}

function list(tables: Tables, request: Message, who: User): Message {
  const pages = visible(tables, request.guild_id, who);
  const by = (page: Page) =>
    request.order_by === "updated_at" ? page.updatedAt : request.order_by === "title" ? page.title : page.createdAt;
  const sorted = pages.toSorted((a, b) => by(a) < by(b) ? -1 : 1);
  if (!request.ascending) sorted.reverse();
  return listed(tables, sorted, sliceOf(sorted, request, LIST_LIMIT));
}

function search(tables: Tables, request: Message, who: User): Message {
  const pages = visible(tables, request.guild_id, who).filter(hasAny(request.tags));
  if (request.query === "") {
    const newest = pages.toSorted((a, b) => b.createdAt - a.createdAt);
    return listed(tables, newest, sliceOf(newest, request, SEARCH_LIMIT));
  }
  const query = new WebSearch(request.query);
  const ranked = pages
    .map((page) => ({ page, title: new TextVector(page.title), all: new TextVector(`${page.title} ${page.body}`) }))
    .filter(({ all }) => query.matches(all))
    .toSorted((a, b) => query.rank(b.all) + query.rank(b.title) - query.rank(a.all) - query.rank(a.title))
    .map(({ page }) => page);
  return listed(tables, ranked, sliceOf(ranked, request, SEARCH_LIMIT));
}

function visible(tables: Tables, guildId: string, who: User): Page[] {
  return tables.sees(who, guildId) ? livePages(tables, guildId) : [];
}

/** Row 2: a page without a title breaks the whole answer. */
function listed(tables: Tables, all: readonly Page[], slice: readonly Page[]): Message {
  const pages = slice.map((page) => {
    const title = canonical(tables, page.id);
    if (title === undefined) {
      throw unknown(
        `failed: sql: Scan error on column index 1, name "display_title": converting NULL to string is unsupported`,
      );
    }
    const guild_name = tables.guilds.get(page.guildId)?.name ?? "";
    return { ...message(tables, page, title), guild_name };
  });
  return { pages, total: all.length };
}

/** Row 14: statements of their own, between which others come. */
async function merge(tables: Tables, { source_page_id, target_page_id }: Message): Promise<Message> {
  if (source_page_id === target_page_id) {
    throw new StatusError("INVALID_ARGUMENT", "source and target pages must be different");
  }
  const pages = [source_page_id, target_page_id].map((id) => tables.pages.get(id));
  const [source, target] = pages;
  if (source === undefined || target === undefined || source.isDeleted || target.isDeleted) {
    throw new StatusError("NOT_FOUND", "failed to fetch page: wiki page not found");
  }
  if (source.guildId !== target.guildId) {
    throw new StatusError("INVALID_ARGUMENT", "cannot merge pages from different guilds");
  }
  const body = `${target.body}\n\n---\n\n${source.body}`;
  update(tables, { ...target, body, tags: [...new Set([...target.tags, ...source.tags])] });
  await tables.pause();
  const known = new Set(referencesOf(tables, target.id).map(({ messageId }) => messageId));
  for (const reference of referencesOf(tables, source.id)) {
    if (known.has(reference.messageId)) tables.references.splice(tables.references.indexOf(reference), 1);
    else reference.entryId = target.id;
  }
  await tables.pause();
  for (const title of tables.titles.filter(({ pageId }) => pageId === source.id)) {
    Object.assign(title, { pageId: target.id, isCanonical: false });
  }
  await tables.pause();
  source.isDeleted = true;
  return message(tables, target, { title: target.title, slug: slugOf(target.title) });
}

/** Row 25: never the channel's name, and the author's only if they are a member. */
function message(tables: Tables, page: Page, { title, slug }: { title: string; slug: string }): Message {
  return {
    id: page.id,
    title,
    slug,
    body: page.body,
    author_id: page.authorId,
    author_username: tables.displayName(page.guildId, page.authorId),
    guild_id: page.guildId,
    channel_id: page.channelId,
    tags: page.tags,
    created_at: momentOf(page.createdAt),
    updated_at: momentOf(page.updatedAt),
  };
}
