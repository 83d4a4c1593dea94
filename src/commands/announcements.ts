/** Tells a guild about new pages and quotes, in the channel and to the extent that its settings say. */
import type { BaseInteraction } from "discord.js";
import type { AnnouncementSettings, Quote, WikiPage } from "../backend/backend.ts";
import { nameOfAsker } from "../discord/names.ts";
import type { Card } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { pageNews, quoteNews } from "./news_card.ts";
import type { Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";

type News = Pick<CommandServices, "announce" | "backend" | "textsFor" | "webBaseUrl">;

/** Announces a new page. Rejects when that fails. */
export function announcePage(page: WikiPage, turn: Turn<BaseInteraction>, services: News): Promise<void> {
  return announce(page.guildId, "notifyWikiCreate", turn, services, (texts) => {
    return pageNews(page, { author: nameOfAsker(turn.interaction), texts, webBaseUrl: services.webBaseUrl });
  });
}

/** Announces a new quote. Rejects when that fails. */
export function announceQuote(quote: Quote, turn: Turn<BaseInteraction>, services: News): Promise<void> {
  return announce(quote.guildId, "notifyQuoteCreate", turn, services, (texts) => {
    return quoteNews(quote, { author: nameOfAsker(turn.interaction), texts });
  });
}

async function announce(
  guildId: string,
  kind: keyof AnnouncementSettings & `notify${string}`,
  { interaction }: Turn<BaseInteraction>,
  { backend, announce, textsFor }: News,
  cardIn: (texts: Texts) => Card,
): Promise<void> {
  // The time for an answer may be used up by now: this call has its own.
  const settings = await backend.getAnnouncements(guildId);
  if (!settings.enabled || settings.channelId === "" || !settings[kind]) return;
  const card = cardIn(textsFor(interaction.guildLocale ?? interaction.locale));
  await announce({ channelId: settings.channelId, card });
}
