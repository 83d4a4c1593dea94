/** `/wiki edit` and the buttons that open something to write in. All of it only reads; `wiki_save.ts` has what is submitted. */
import { type ButtonInteraction, ButtonStyle, type ChatInputCommandInteraction } from "discord.js";
import type { WikiPage } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { button, type Card, rowsOf, shown } from "../discord/reply.ts";
import { isNotFound } from "./refusal.ts";
import type { Texts } from "../texts/texts.ts";
import { pageFile } from "./page_card.ts";
import { versionOf } from "./page_version.ts";
import { queryIn } from "./query_line.ts";
import type { Opening, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { editModal, isEditable, newPageModal, sectionModal, uploadModal } from "./wiki_modals.ts";

export function wikiEdit({ backend }: CommandServices): Routes {
  const pageOf = ({ caller, args, call }: Turn<ButtonInteraction>) => backend.getPage(caller, args[0] ?? "", call());

  async function edit(turn: Turn<ChatInputCommandInteraction>): Promise<Opening> {
    const title = turn.interaction.options.getString("title");
    if (title === null) return { modal: newPageModal("", turn.texts) };
    try {
      return editing(await backend.findPage(turn.caller, title, turn.call()), turn.texts);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return { modal: newPageModal(title, turn.texts) };
    }
  }

  async function editShown(turn: Turn<ButtonInteraction>): Promise<Opening> {
    return editing(await pageOf(turn), turn.texts);
  }

  function create({ interaction, texts }: Turn<ButtonInteraction>): Promise<Opening> {
    return Promise.resolve({ modal: newPageModal(queryIn(interaction.message.content) ?? "", texts) });
  }

  async function section(turn: Turn<ButtonInteraction>): Promise<Opening> {
    return { modal: sectionModal(await pageOf(turn), turn.texts) };
  }

  async function upload(turn: Turn<ButtonInteraction>): Promise<Opening> {
    const { id, title } = await pageOf(turn);
    return { modal: uploadModal({ id, title, version: turn.args[1] ?? "" }, turn.texts) };
  }

  return {
    slash: { "wiki edit": { claimBy: "opening", run: edit } },
    button: {
      "page-edit": { claimBy: "opening", run: editShown },
      "page-new": { claimBy: "opening", run: create },
      "page-section": { claimBy: "opening", run: section },
      "page-upload": { claimBy: "opening", run: upload },
    },
  };
}

function editing(page: WikiPage, texts: Texts): Opening {
  return isEditable(page.body) ? { modal: editModal(page, texts) } : { show: longPageCard(page, texts) };
}

/** The ways to change a text that no modal holds. */
function longPageCard(page: WikiPage, { wiki, buttons }: Texts): Card {
  return {
    content: wiki.tooLong(shown(page.title), page.body.length),
    files: [pageFile(page)],
    rows: rowsOf(
      button(buttons.append, customId("page-section", page.id), ButtonStyle.Primary),
      button(buttons.upload, customId("page-upload", page.id, versionOf(page))),
      button(buttons.close, customId("close")),
    ),
  };
}
