/** Wiki pages on a gRPC server, as the port promises them. */
import { Failure } from "../../failure.ts";
import type { WikiPage, WikiPageDraft, WikiStore, WikiTitle } from "../backend.ts";
import { checkPaging, tagsOf } from "../texts.ts";
import { matchingPages } from "../title_matches.ts";
import { CREATE_SHARE } from "./created.ts";
import { isOutcomeUnknown } from "./errors.ts";
import type { TitleCache } from "./title_cache.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";
import {
  checkedChange,
  checkedDraft,
  createdPage,
  findOrNull,
  findPage,
  getPage,
  pageOf,
  titleIsBlocked,
} from "./wiki_pages.ts";
import { keptTitlesOf, searchWiki } from "./wiki_search.ts";
import { referenceFromWire, referenceToWire, WIKI } from "./wiki_wire.ts";

/** The pages of a server. */
export function grpcWiki(calls: UserCalls, titles: TitleCache<WikiTitle>): WikiStore {
  return {
    async getPage(caller, id, options) {
      return await getPage(calls, calls.reading(caller, options), id);
    },
    async findPage(caller, titleOrSlug, options) {
      return await findPage(calls, calls.reading(caller, options), titleOrSlug);
    },
    async searchPages(caller, query, options) {
      checkPaging(query);
      const context = calls.reading(caller, options);
      return await searchWiki({ calls, context, titles }, { ...query, tags: tagsOf(query.tags) });
    },
    async suggestTitles(caller, query, options) {
      checkPaging({ limit: query.limit, offset: 0 });
      const context = calls.reading(caller, options);
      return matchingPages(await keptTitlesOf({ calls, context, titles }), query);
    },
    async upsertPage(caller, draft, options) {
      const context = calls.writing(caller, options);
      return await titles.changing(context.guildId, () => upsertPage(calls, context, checkedDraft(draft)));
    },
    async updatePage(caller, id, change, options) {
      const context = calls.writing(caller, options);
      const { body, tags } = checkedChange(change);
      return await rewrite(calls, context, { page: await getPage(calls, context, id), body, tags });
    },
    async listPageReferences(caller, pageId, options) {
      const context = calls.reading(caller, options);
      await getPage(calls, context, pageId);
      const { references } = await calls.read(WIKI.listReferences, { wiki_page_id: pageId }, context);
      return references.map(referenceFromWire);
    },
    async addPageReference(caller, pageId, reference, options) {
      const context = calls.writing(caller, options);
      await getPage(calls, context, pageId);
      // The answer is not looked at: for a reference that exists already it shows an id that is not stored.
      await calls.write(WIKI.addReference, { wiki_page_id: pageId, ...referenceToWire(reference) }, context);
    },
  };
}

/**
 * Replaces the page that the title leads to, or creates one.
 *
 * The server's own upsert would overwrite the title of a page that is found by an alias, so it is used for new pages alone.
 */
async function upsertPage(
  calls: UserCalls,
  context: UserContext,
  draft: WikiPageDraft,
): Promise<{ page: WikiPage; created: boolean }> {
  const existing = await findOrNull(calls, context, draft.title);
  if (existing === null) return await create(calls, context, draft);
  return { page: await rewrite(calls, context, { page: existing, ...draft }), created: false };
}

/** Creates a page. It is sent once: two at the same time can leave a page without a title, after which the guild cannot be searched. */
async function create(
  calls: UserCalls,
  context: UserContext,
  draft: WikiPageDraft,
): Promise<{ page: WikiPage; created: boolean }> {
  const request = { ...textsOf(draft), guild_id: context.guildId, channel_id: draft.channelId };
  try {
    const once = { ...context, bounds: context.bounds.part(CREATE_SHARE) };
    const { page, created } = await calls.write(WIKI.upsert, request, once);
    if (page === null) throw new Failure("unknown", "UpsertWikiPage was answered without a page");
    return { page: created ? createdPage(calls, page, context) : pageOf(calls, page), created };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") throw titleIsBlocked(draft.title, error);
    if (!isOutcomeUnknown(error)) throw error;
    const found = await findOrNull(calls, context, draft.title).catch(() => null);
    if (found?.body !== draft.body) throw error;
    return { page: found, created: true };
  }
}

/** Replaces body and tags. The title goes along as it is: another one would rename half of the page, an empty one empty it. */
async function rewrite(
  calls: UserCalls,
  context: UserContext,
  { page, body, tags }: { page: WikiPage; body: string; tags: string[] },
): Promise<WikiPage> {
  const request = { id: page.id, ...textsOf({ title: page.title, body, tags }) };
  const updated = pageOf(calls, await calls.write(WIKI.update, request, context));
  return { ...updated, authorName: updated.authorName || page.authorName };
}

function textsOf({ title, body, tags }: { title: string; body: string; tags: string[] }) {
  return { title, body, tags };
}
