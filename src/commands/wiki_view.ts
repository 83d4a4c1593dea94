/** `/wiki view`, its autocomplete, and the buttons of a page that change nothing. */
import type { AutocompleteInteraction, ButtonInteraction, ChatInputCommandInteraction } from "discord.js";
import { LIMITS } from "../discord/limits.ts";
import { isNotFound } from "./refusal.ts";
import { RESULTS_PER_MENU, searchCard } from "./search_card.ts";
import { sharePage, showPage } from "./show_page.ts";
import type { Answer, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { choicesOf } from "./titles.ts";

export function wikiView(services: CommandServices): Routes {
  const { backend } = services;

  async function view(turn: Turn<ChatInputCommandInteraction>): Promise<Answer> {
    const title = turn.interaction.options.getString("title", true);
    try {
      const page = await backend.findPage(turn.caller, title, turn.call());
      return { show: await showPage(page, turn, services) };
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return await suggestOthers(title, turn);
    }
  }

  /** Another page is never shown as if it were the one that was named; it is offered. */
  async function suggestOthers(title: string, turn: Turn<ChatInputCommandInteraction>): Promise<Answer> {
    const { wiki } = turn.texts;
    const query = { query: title, tags: [], limit: RESULTS_PER_MENU, offset: 0 };
    const found = await backend.searchPages(turn.caller, query, turn.call());
    const notice = found.items.length === 0 ? wiki.noSuchPage : wiki.noSuchPageBut;
    return { show: searchCard({ query: title, offset: 0, found, notice }, turn.texts) };
  }

  async function share(turn: Turn<ButtonInteraction>): Promise<Answer> {
    const page = await backend.getPage(turn.caller, turn.args[0] ?? "", turn.call());
    return { post: await sharePage(page, turn, services) };
  }

  async function suggest({ interaction, caller, call }: Turn<AutocompleteInteraction>) {
    const query = { typed: interaction.options.getFocused(), limit: LIMITS.choices };
    return choicesOf(await backend.suggestTitles(caller, query, call()));
  }

  return {
    slash: { "wiki view": { claimBy: "reply", run: view } },
    autocomplete: { "wiki view": suggest, "wiki edit": suggest },
    button: { "page-share": { claimBy: "update", run: share } },
  };
}
