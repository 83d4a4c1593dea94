/** `/quote add`, `/quote random`, and the buttons and modals of a quote. */
import {
  type ButtonInteraction,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type ModalSubmitInteraction,
} from "discord.js";
import type { Quote } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { oneLine } from "../discord/limits.ts";
import { nameOfAsker } from "../discord/names.ts";
import { button, type Card, rowsOf } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { announceQuote } from "./announcements.ts";
import { tagLine } from "./page_card.ts";
import { quoteCard, quoteFile, sharedQuoteCard } from "./quote_card.ts";
import { editModal, isEditable, uploadModal, writtenIn } from "./quote_modals.ts";
import { isNotFound } from "./refusal.ts";
import type { Answer, Opening, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { tagsAfterEdit, tagsIn, tagsOfList, unite } from "./tags.ts";
import { uploadedText } from "./uploaded_text.ts";

export function quote(services: CommandServices): Routes {
  const { backend, clock } = services;
  const quoteOf = ({ caller, args, call }: Turn<unknown>) => backend.getQuote(caller, args[0] ?? "", call());

  async function add(turn: Turn<ChatInputCommandInteraction>): Promise<Answer> {
    const { options } = turn.interaction;
    const text = options.getString("text", true);
    const author = oneLine(options.getString("author") ?? "");
    const draft = {
      body: author === "" ? text : `${text}\n— ${author}`,
      tags: unite(tagsIn(text), tagsOfList(options.getString("tags") ?? "")),
      source: null,
    };
    const saved = await backend.createQuote(turn.caller, draft, turn.call());
    return {
      show: quoteCard(named(saved, turn), own(turn, turn.texts.quote.added)),
      afterwards: () => announceQuote(saved, turn, services),
    };
  }

  async function random(turn: Turn<ChatInputCommandInteraction>): Promise<Answer> {
    const tags = tagsOfList(turn.interaction.options.getString("tags") ?? "");
    const { quote: words } = turn.texts;
    try {
      const found = await backend.randomQuote(turn.caller, tags, turn.call());
      return { show: quoteCard(found, { texts: turn.texts, viewerId: turn.caller.userId }) };
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return { show: { content: tags.length === 0 ? words.none : words.noneTagged(tagLine(tags)) } };
    }
  }

  async function share(turn: Turn<ButtonInteraction>): Promise<Answer> {
    return { post: sharedQuoteCard(await quoteOf(turn), turn.texts) };
  }

  async function edit(turn: Turn<ButtonInteraction>): Promise<Opening> {
    const found = await quoteOf(turn);
    return isEditable(found.body)
      ? { modal: editModal(found, turn.texts) }
      : { show: longQuoteCard(found, turn.texts) };
  }

  function upload({ args, texts }: Turn<ButtonInteraction>): Promise<Opening> {
    return Promise.resolve({ modal: uploadModal(args[0] ?? "", texts) });
  }

  async function change(turn: Turn<ModalSubmitInteraction>): Promise<Answer> {
    const changed = await backend.updateQuote(
      turn.caller,
      turn.args[0] ?? "",
      writtenIn(turn.interaction),
      turn.call(),
    );
    return { show: quoteCard(changed, own(turn, turn.texts.quote.edited)) };
  }

  async function changeByFile(turn: Turn<ModalSubmitInteraction>): Promise<Answer> {
    const body = await uploadedText(turn, clock);
    const old = await quoteOf(turn);
    const written = { body, tags: tagsAfterEdit(old, body) };
    const changed = await backend.updateQuote(turn.caller, old.id, written, turn.call());
    return { show: quoteCard(changed, own(turn, turn.texts.quote.edited)) };
  }

  async function remove(turn: Turn<ButtonInteraction>): Promise<Answer> {
    const old = await quoteOf(turn);
    await backend.deleteQuote(turn.caller, old.id, turn.call());
    return { show: { content: turn.texts.quote.deleted, files: [quoteFile(old)] } };
  }

  return {
    slash: { "quote add": { claimBy: "reply", run: add }, "quote random": { claimBy: "reply", run: random } },
    button: {
      "quote-share": { claimBy: "update", run: share },
      "quote-edit": { claimBy: "opening", run: edit },
      "quote-upload": { claimBy: "opening", run: upload },
      "quote-delete": { claimBy: "update", run: remove },
    },
    modal: {
      "quote-change": { claimBy: "reply", run: change },
      "quote-file": { claimBy: "reply", run: changeByFile },
    },
  };
}

function own({ texts, caller }: Turn<unknown>, notice: string) {
  return { texts, viewerId: caller.userId, notice };
}

/** A new quote, signed by the asker where the backend does not know the name yet. */
function named(saved: Quote, { interaction }: Turn<ChatInputCommandInteraction>): Quote {
  return { ...saved, savedByName: saved.savedByName || nameOfAsker(interaction) };
}

/** The way to change a text that no modal holds. */
function longQuoteCard(saved: Quote, { quote: words, buttons }: Texts): Card {
  return {
    content: words.tooLong(saved.body.length),
    files: [quoteFile(saved)],
    rows: rowsOf(
      button(buttons.upload, customId("quote-upload", saved.id), ButtonStyle.Primary),
      button(buttons.dismiss, customId("close")),
    ),
  };
}
