/** Serves the wiki's calls from a backend. */
import { Failure } from "../../failure.ts";
import type { Backend } from "../backend.ts";
import { orderFromWire } from "./list_order.ts";
import type { Services } from "./served_call.ts";
import { pageToWire, referenceFromWire, referenceToWire, WIKI } from "./wiki_wire.ts";

export function serveWiki(services: Services, backend: Backend): void {
  services.on(WIKI.get, async ({ id }, { caller, options }) => {
    return pageToWire(await backend.getPage(await caller(), id, options));
  });
  services.on(WIKI.getByTitle, async ({ guild_id, title }, { caller, options }) => {
    return pageToWire(await backend.findPage(await caller(guild_id), title, options));
  });
  services.on(WIKI.search, async ({ guild_id, ...query }, { caller, options }) => {
    const { items, total } = await backend.searchPages(await caller(guild_id), query, options);
    return { pages: items.map(pageToWire), total };
  });
  services.on(WIKI.list, async ({ guild_id, order_by, ...query }, { caller, options }) => {
    const orderBy = orderFromWire(order_by, ["created", "updated", "title"]);
    const { items, total } = await backend.listPages(await caller(guild_id), { ...query, orderBy }, options);
    return { pages: items.map(pageToWire), total };
  });
  services.on(WIKI.titles, async ({ guild_id }, { caller, options }) => {
    return { suggestions: await backend.listTitles(await caller(guild_id), options) };
  });
  services.on(WIKI.update, async ({ id, title, body, tags }, { caller, options }) => {
    const who = await caller();
    const page = await backend.getPage(who, id, options);
    if (title !== "" && title !== page.title) {
      throw new Failure("bad_input", `Page ${id} keeps its title "${page.title}"; send it, or none`);
    }
    return pageToWire(await backend.updatePage(who, id, { body, tags }, options));
  });
  services.on(WIKI.upsert, async ({ guild_id, channel_id, ...texts }, { caller, options }) => {
    const draft = { ...texts, channelId: channel_id };
    const { page, created } = await backend.upsertPage(await caller(guild_id), draft, options);
    return { page: pageToWire(page), created };
  });
  services.on(WIKI.create, async ({ guild_id, channel_id, ...texts }, { caller, options }) => {
    const draft = { ...texts, channelId: channel_id };
    return pageToWire(await backend.createPage(await caller(guild_id), draft, options));
  });
  services.on(WIKI.delete, async ({ id }, { caller, options }) => {
    await backend.deletePage(await caller(), id, options);
    return { success: true, message: "" };
  });
  services.on(WIKI.merge, async ({ source_page_id, target_page_id }, { caller, options }) => {
    const merge = { sourceId: source_page_id, targetId: target_page_id };
    return pageToWire(await backend.mergePages(await caller(), merge, options));
  });
  services.on(WIKI.addReference, async ({ wiki_page_id, ...reference }, { caller, options }) => {
    const added = referenceFromWire(reference);
    await backend.addPageReference(await caller(), wiki_page_id, added, options);
    return stored(wiki_page_id, added);
  });
  services.on(WIKI.listReferences, async ({ wiki_page_id }, { caller, options }) => {
    const references = await backend.listPageReferences(await caller(), wiki_page_id, options);
    return { references: references.map((reference) => stored(wiki_page_id, reference)) };
  });
}

/** A reference has no id of its own: page and message say which it is. */
function stored(pageId: string, reference: Parameters<typeof referenceToWire>[0]) {
  const id = `${pageId}/${reference.messageId}`;
  return { ...referenceToWire(reference), id, wiki_page_id: pageId, discord_link: reference.link };
}
