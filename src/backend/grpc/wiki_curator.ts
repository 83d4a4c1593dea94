/** Order in the wiki of a gRPC server: lists, deletions and merges, none of which the server guards. */
import { Failure } from "../../failure.ts";
import type { ListQuery, Page, WikiCurator, WikiOrder, WikiPage, WikiPageDraft, WikiTitle } from "../backend.ts";
import { checkPaging, mergedBody } from "../texts.ts";
import { CREATE_SHARE, LOOKED_AT } from "./created.ts";
import { BROKEN_PAGE, DUPLICATE_TITLE, isOutcomeUnknown, saidBy } from "./errors.ts";
import { NOTES } from "./note_wire.ts";
import { QUOTES } from "./quote_wire.ts";
import type { TitleCache } from "./title_cache.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";
import { checkedDraft, createdPage, findOrNull, getPage, getWirePage, pageOf, titleIsBlocked } from "./wiki_pages.ts";
import { readPages, titlesOf } from "./wiki_search.ts";
import { WIKI } from "./wiki_wire.ts";

/** The words for an order that the server knows; any other it takes for `created_at`. */
const ORDERS = { created: "created_at", updated: "updated_at", title: "title" } as const;

/** The curator of a server's pages. */
export function grpcCurator(calls: UserCalls, titles: TitleCache<WikiTitle>): WikiCurator {
  return {
    async createPage(caller, draft, options) {
      const context = calls.writing(caller, options);
      return await titles.changing(context.guildId, () => createPage(calls, context, checkedDraft(draft)));
    },
    async deletePage(caller, id, options) {
      const context = calls.writing(caller, options);
      await requireOwn(calls, context, id);
      await titles.changing(context.guildId, () => calls.write(WIKI.delete, { id }, context));
    },
    async listPages(caller, query, options) {
      checkPaging(query);
      return await listPages(calls, calls.reading(caller, options), query);
    },
    async mergePages(caller, merge, options) {
      const context = calls.writing(caller, options);
      return await titles.changing(context.guildId, () => mergePages(calls, context, merge));
    },
    async listTitles(caller, options) {
      return await titlesOf(calls, calls.reading(caller, options));
    },
  };
}

/** Creates a page. It is sent once; when nobody answered, it is looked up whether it was done. */
async function createPage(calls: UserCalls, context: UserContext, draft: WikiPageDraft): Promise<WikiPage> {
  const existing = await findOrNull(calls, context, draft.title);
  if (existing !== null) throw isTaken(draft.title, existing.title);
  const { channelId, ...texts } = draft;
  const request = { ...texts, guild_id: context.guildId, channel_id: channelId };
  try {
    const once = { ...context, bounds: context.bounds.part(CREATE_SHARE) };
    return createdPage(calls, await calls.write(WIKI.create, request, once), context);
  } catch (error) {
    if (saidBy(error, DUPLICATE_TITLE)) throw isTaken(draft.title, draft.title);
    if (error instanceof Failure && error.kind === "not_found") throw titleIsBlocked(draft.title, error);
    if (!isOutcomeUnknown(error)) throw error;
    const found = await findOrNull(calls, context, draft.title).catch(() => null);
    if (found?.body !== draft.body) throw error;
    return found;
  }
}

function isTaken(title: string, by: string): Failure {
  return new Failure("bad_input", `The title "${title}" leads to the page "${by}" already`);
}

/** Sees to it that a page is the caller's own. The server lets everybody delete it, and names its author by an id of its own. */
async function requireOwn(calls: UserCalls, context: UserContext, id: string): Promise<void> {
  const { caller } = context;
  const { author_id } = await getWirePage(calls, context, id);
  if (author_id === caller.userId || author_id === await ownIdOf(calls, context)) return;
  throw new Failure("not_yours", `Page ${id} is not known to be of user ${caller.userId}`);
}

/** The server's id of the caller, as far as their notes or the guild's newest quotes tell. */
async function ownIdOf(calls: UserCalls, context: UserContext): Promise<string | undefined> {
  const { people } = calls;
  const { userId } = context.caller;
  if (people.serverIdOf(userId) !== undefined) return people.serverIdOf(userId);
  const newest = { tags: [], limit: 1, offset: 0, order_by: "created_at", ascending: false };
  const { notes } = await calls.read(NOTES.list, { guild_id: "", ...newest }, context);
  for (const { author_id } of notes) people.learn(author_id, userId);
  if (people.serverIdOf(userId) !== undefined) return people.serverIdOf(userId);
  const request = { guild_id: context.guildId, query: "", tags: [], limit: LOOKED_AT, offset: 0 };
  const { quotes } = await calls.read(QUOTES.search, request, context);
  for (const quote of quotes) people.learn(quote.author_id, quote.author_discord_id);
  return people.serverIdOf(userId);
}

/** A list; once a page was written without its title the server lists nothing of the guild, and the titles must do. */
async function listPages(
  calls: UserCalls,
  context: UserContext,
  { limit, offset, orderBy = "created", ascending = false }: ListQuery<WikiOrder>,
): Promise<Page<WikiPage>> {
  const request = { guild_id: context.guildId, limit, offset, order_by: ORDERS[orderBy], ascending };
  try {
    const { pages, total } = await calls.asMember(
      context,
      () => calls.read(WIKI.list, request, context),
      (answer) => answer.total === 0,
    );
    return { items: pages.map((page) => pageOf(calls, page)), total };
  } catch (error) {
    if (!saidBy(error, BROKEN_PAGE)) throw error;
    const titles = await titlesOf(calls, context);
    const items = await readPages(calls, context, titles.slice(offset, offset + limit));
    return { items, total: titles.length, incomplete: true };
  }
}

/** Merges two pages. It is sent once: twice at the same time would put the source's text in twice. */
async function mergePages(
  calls: UserCalls,
  context: UserContext,
  { sourceId, targetId }: { sourceId: string; targetId: string },
): Promise<WikiPage> {
  if (sourceId === targetId) throw new Failure("bad_input", `Page ${sourceId} cannot be merged into itself`);
  const [source, target] = await Promise.all([getPage(calls, context, sourceId), getPage(calls, context, targetId)]);
  const merged = mergedBody(target.body, source.body);
  try {
    const once = { ...context, bounds: context.bounds.part(CREATE_SHARE) };
    await calls.write(WIKI.merge, { source_page_id: sourceId, target_page_id: targetId }, once);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const now = await getPage(calls, context, targetId).catch(() => null);
    if (now?.body !== merged || await isThere(calls, context, sourceId)) throw error;
    return now;
  }
  return await getPage(calls, context, targetId);
}

async function isThere(calls: UserCalls, context: UserContext, id: string): Promise<boolean> {
  try {
    await getPage(calls, context, id);
    return true;
  } catch (error) {
    return !(error instanceof Failure && error.kind === "not_found");
  }
}
