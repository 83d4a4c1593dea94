/** `/wiki search`: one hit is shown, several are offered, and the way back from a page to its search. */
import type { ButtonInteraction, ChatInputCommandInteraction, StringSelectMenuInteraction } from "discord.js";
import type { Page, WikiPage } from "../backend/backend.ts";
import { queryIn } from "./query_line.ts";
import { Refusal } from "./refusal.ts";
import type { Answer, Routes, Turn } from "./route.ts";
import { RESULTS_PER_MENU, searchCard } from "./search_card.ts";
import { showPage } from "./show_page.ts";
import type { CommandServices } from "./services.ts";

export function wikiSearch(services: CommandServices): Routes {
  const { backend } = services;

  function find(query: string, offset: number, turn: Turn<unknown>): Promise<Page<WikiPage>> {
    return backend.searchPages(turn.caller, { query, tags: [], limit: RESULTS_PER_MENU, offset }, turn.call());
  }

  async function search(turn: Turn<ChatInputCommandInteraction>): Promise<Answer> {
    const query = turn.interaction.options.getString("query", true);
    const found = await find(query, 0, turn);
    const [only] = found.items;
    if (only !== undefined && found.total === 1 && !found.incomplete) {
      return { show: await showPage(only, turn, services) };
    }
    return { show: searchCard({ query, offset: 0, found }, turn.texts) };
  }

  /** Another slice of the results, or the one that somebody came from. */
  async function results(turn: Turn<ButtonInteraction>): Promise<Answer> {
    const query = queryOf(turn);
    let offset = offsetOf(turn);
    let found = await find(query, offset, turn);
    if (found.items.length === 0 && offset > 0) {
      offset = 0;
      found = await find(query, offset, turn);
    }
    return { show: searchCard({ query, offset, found }, turn.texts) };
  }

  async function pick(turn: Turn<StringSelectMenuInteraction>): Promise<Answer> {
    const page = await backend.getPage(turn.caller, turn.interaction.values[0] ?? "", turn.call());
    return { show: await showPage(page, turn, services, { search: { query: queryOf(turn), offset: offsetOf(turn) } }) };
  }

  return {
    slash: { "wiki search": { claimBy: "reply", run: search } },
    button: { search: { claimBy: "update", run: results } },
    select: { "search-pick": { claimBy: "update", run: pick } },
  };
}

function queryOf({ interaction, texts }: Turn<ButtonInteraction | StringSelectMenuInteraction>): string {
  const query = queryIn(interaction.message.content);
  if (query === undefined) throw new Refusal(texts.outdated);
  return query;
}

function offsetOf({ args, texts }: Turn<unknown>): number {
  const offset = Number(args[0]);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new Refusal(texts.outdated);
  return offset;
}
