/**
 * Searching wiki pages on a server that misses beginnings of words and stop words, and that cannot search a guild at all once one of its
 * pages was written without a title: what the search does not give, the titles give.
 */
import { Failure } from "../../failure.ts";
import type { Page, SearchQuery, WikiPage, WikiTitle } from "../backend.ts";
import { slugOf } from "../slug.ts";
import { BROKEN_PAGE, saidBy } from "./errors.ts";
import { hasAll, withAllTags, withAndWithoutAccents, wordsOf } from "./search_words.ts";
import type { TitleCache } from "./title_cache.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";
import { pageOf } from "./wiki_pages.ts";
import { WIKI } from "./wiki_wire.ts";

/** How many pages are read, at most, to look at the tags of those whose titles match. */
const READ_LIMIT = 100;

/** What a search goes by: the connection, who asks, and the titles that are known. */
interface Search {
  calls: UserCalls;
  context: UserContext;
  titles: TitleCache<WikiTitle>;
}

export async function searchWiki(search: Search, query: SearchQuery): Promise<Page<WikiPage>> {
  const { calls, context } = search;
  const words = wordsOf(query.query);
  if (words.length === 0 && query.query.trim() !== "") return { items: [], total: 0 };
  try {
    const page = await calls.asMember(
      context,
      () => withAndWithoutAccents(words, (text) => askServer(calls, context, { ...query, query: text })),
      (found) => found.total === 0,
    );
    if (page.total > 0 || words.length === 0) return page;
  } catch (error) {
    if (!saidBy(error, BROKEN_PAGE)) throw error;
    return { ...await searchTitles(search, query), incomplete: true };
  }
  return await searchTitles(search, query);
}

function askServer(calls: UserCalls, context: UserContext, query: SearchQuery): Promise<Page<WikiPage>> {
  return withAllTags(query, async ({ limit, offset }) => {
    const request = { guild_id: context.guildId, query: query.query, tags: query.tags, limit, offset };
    const { pages, total } = await calls.read(WIKI.search, request, context);
    return { items: pages.map((page) => pageOf(calls, page)), total };
  });
}

/** The titles of the guild; one that is empty belongs to a broken page and leads nowhere. */
export async function titlesOf(calls: UserCalls, context: UserContext): Promise<WikiTitle[]> {
  const { suggestions } = await calls.read(WIKI.titles, { guild_id: context.guildId }, context);
  return suggestions.filter(({ title }) => title !== "");
}

/** The same, as of the last minute. */
export function keptTitlesOf({ calls, context, titles }: Search): Promise<readonly WikiTitle[]> {
  return titles.of(context.guildId, context.bounds, (bounds) => titlesOf(calls, { ...context, bounds }));
}

/** The pages in whose titles every word occurs somewhere, whatever its case and accents. */
async function searchTitles(search: Search, query: SearchQuery): Promise<Page<WikiPage>> {
  const { calls, context } = search;
  const words = wordsOf(query.query).map(slugOf);
  const isNamed = ({ slug }: WikiTitle) => words.every((word) => word !== "" && slug.includes(word));
  const matching = (await keptTitlesOf(search)).filter(isNamed);
  const { offset, limit, tags } = query;
  if (tags.length === 0) {
    return { items: await readPages(calls, context, matching.slice(offset, offset + limit)), total: matching.length };
  }
  const pages = await readPages(calls, context, matching.slice(0, READ_LIMIT));
  const tagged = pages.filter(hasAll(tags));
  const slice = { items: tagged.slice(offset, offset + limit), total: tagged.length };
  return matching.length > READ_LIMIT ? { ...slice, incomplete: true } : slice;
}

/** The pages of some titles, without those that have gone meanwhile. */
export async function readPages(
  calls: UserCalls,
  context: UserContext,
  titles: readonly WikiTitle[],
): Promise<WikiPage[]> {
  const pages = await Promise.all(titles.map(async ({ id }) => {
    try {
      return [pageOf(calls, await calls.read(WIKI.get, { id }, context))];
    } catch (error) {
      if (error instanceof Failure && error.kind === "not_found") return [];
      throw error;
    }
  }));
  return pages.flat();
}
