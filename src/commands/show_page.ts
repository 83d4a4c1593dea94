/** A page with the messages it refers to, ready to be shown. */
import type { MessageReference, WikiPage } from "../backend/backend.ts";
import type { Card } from "../discord/reply.ts";
import { explain } from "../failure.ts";
import { pageCard, type PageCardOptions, sharedPageCard } from "./page_card.ts";
import type { Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";

type Shown = Pick<CommandServices, "backend" | "log" | "webBaseUrl">;

/** The card of a page for the person who asked. */
export async function showPage(
  page: WikiPage,
  turn: Turn<unknown>,
  services: Shown,
  extra: Pick<PageCardOptions, "notice" | "search"> = {},
): Promise<Card> {
  const references = await referencesOf(page, turn, services);
  return pageCard(page, { texts: turn.texts, webBaseUrl: services.webBaseUrl, references, ...extra });
}

/** The card of a page for everyone. */
export async function sharePage(page: WikiPage, turn: Turn<unknown>, services: Shown): Promise<Card> {
  const references = await referencesOf(page, turn, services);
  return sharedPageCard(page, { texts: turn.texts, webBaseUrl: services.webBaseUrl, references });
}

/** A page is worth showing without them. */
async function referencesOf(
  page: WikiPage,
  { caller, call }: Turn<unknown>,
  { backend, log }: Shown,
): Promise<MessageReference[]> {
  try {
    return await backend.listPageReferences(caller, page.id, call());
  } catch (error) {
    log.warn("references of a page could not be read", { page: page.id, cause: explain(error) });
    return [];
  }
}
