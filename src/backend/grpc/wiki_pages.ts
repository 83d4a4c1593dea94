/** Single wiki pages of a gRPC server: found in the caller's guild alone, and with everything that the port tells of them. */
import { Failure } from "../../failure.ts";
import type { WikiPage, WikiPageDraft } from "../backend.ts";
import { slugOf } from "../slug.ts";
import { bodyOf, tagsOf, titleOf } from "../texts.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";
import { pageFromWire, WIKI, type WireWikiPage } from "./wiki_wire.ts";

/** A page of the caller's guild; the server itself does not look at the guild, and not always at the caller. */
export async function getPage(calls: UserCalls, context: UserContext, id: string): Promise<WikiPage> {
  return pageOf(calls, await getWirePage(calls, context, id));
}

/** The same as the server gives it. */
export function getWirePage(calls: UserCalls, context: UserContext, id: string): Promise<WireWikiPage> {
  return calls.asMember(context, async () => {
    const page = await calls.read(WIKI.get, { id }, context);
    if (page.guild_id === context.guildId) return page;
    throw new Failure("not_found", `There is no page with id ${id} in guild ${context.guildId}`);
  });
}

/** Finds a page. All titles without a slug share one page on the server, so those are not asked for. */
export async function findPage(calls: UserCalls, context: UserContext, titleOrSlug: string): Promise<WikiPage> {
  if (slugOf(titleOrSlug) === "") {
    throw new Failure("not_found", `There is no page "${titleOrSlug}" in guild ${context.guildId}`);
  }
  const request = { guild_id: context.guildId, title: titleOrSlug };
  return pageOf(calls, await calls.asMember(context, () => calls.read(WIKI.getByTitle, request, context)));
}

/** The page that a title leads to, or `null`. */
export async function findOrNull(calls: UserCalls, context: UserContext, title: string): Promise<WikiPage | null> {
  try {
    return await findPage(calls, context, title);
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return null;
    throw error;
  }
}

/** A page of an answer. */
export function pageOf(calls: UserCalls, wire: WireWikiPage): WikiPage {
  return { ...pageFromWire(wire), authorId: calls.people.discordIdOf(wire.author_id) };
}

/** The page as answered to who created it; the server leaves their name out. */
export function createdPage(calls: UserCalls, wire: WireWikiPage, { caller }: UserContext): WikiPage {
  calls.people.learn(wire.author_id, caller.userId);
  const page = pageOf(calls, wire);
  return { ...page, authorName: page.authorName || caller.username };
}

/** A draft that may be sent: the server takes empty texts, and titles that have no slug. @throws {Failure} `bad_input`, `too_large` */
export function checkedDraft(draft: WikiPageDraft): WikiPageDraft {
  const title = titleOf(draft.title);
  if (slugOf(title) === "") {
    throw new Failure("bad_input", `The title "${title}" has no letter or digit that can stand in an address`);
  }
  return { ...draft, title, ...checkedChange(draft) };
}

/** Body and tags that may be sent. @throws {Failure} `bad_input`, `too_large` */
export function checkedChange({ body, tags }: { body: string; tags: string[] }): { body: string; tags: string[] } {
  return { body: bodyOf(body), tags: tagsOf(tags) };
}

/** What the server means by "not found" when it was asked to create a page. */
export function titleIsBlocked(title: string, cause: Failure): Failure {
  return new Failure("bad_input", `The title "${title}" belonged to a page that was deleted; choose another one`, {
    cause,
  });
}
