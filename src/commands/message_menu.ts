/** `Save as Quote` in the menu of a message. */
import { type MessageContextMenuCommandInteraction, type ModalSubmitInteraction, SnowflakeUtil } from "discord.js";
import type { QuoteSource } from "../backend/backend.ts";
import { nameOfAsker, nameOfAuthor } from "../discord/names.ts";
import { explain } from "../failure.ts";
import { announceQuote } from "./announcements.ts";
import { quoteCard } from "./quote_card.ts";
import { saveModal, writtenIn } from "./quote_modals.ts";
import type { Answer, Opening, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";

export function messageMenu(services: CommandServices): Routes {
  const { backend, clock } = services;

  function open({ interaction, texts }: Turn<MessageContextMenuCommandInteraction>): Promise<Opening> {
    const { id, author, content } = interaction.targetMessage;
    return Promise.resolve({ modal: saveModal({ id, authorId: author.id, content }, texts) });
  }

  async function save(turn: Turn<ModalSubmitInteraction>): Promise<Answer> {
    const { interaction, caller, texts } = turn;
    const source = await sourceOf(turn);
    const saved = await backend.createQuote(caller, { ...writtenIn(interaction), source }, turn.call());
    const signed = { ...saved, savedByName: saved.savedByName || nameOfAsker(interaction) };
    return {
      show: quoteCard(signed, { texts, viewerId: caller.userId, notice: texts.quote.added }),
      afterwards: async () => {
        await Promise.all([react(source), announceQuote(signed, turn, services)]);
      },
    };
  }

  /** The modal does not bring the message back: its id tells when it was sent, and Discord who wrote it. */
  async function sourceOf({ interaction, args }: Turn<ModalSubmitInteraction>): Promise<QuoteSource> {
    const [messageId = "", authorId = ""] = args;
    const channelId = interaction.channelId ?? "";
    const message = { guildId: interaction.guildId ?? "", channelId, messageId, authorId };
    return {
      messageId,
      channelId,
      channelName: interaction.channel && "name" in interaction.channel ? interaction.channel.name ?? "" : "",
      authorId,
      authorName: await nameOfAuthor(message, { rest: interaction.client.rest, clock }),
      sentAt: SnowflakeUtil.timestampFrom(messageId),
    };
  }

  async function react({ channelId, messageId }: QuoteSource): Promise<void> {
    try {
      await services.react({ channelId, messageId, emoji: "quote" });
    } catch (error) {
      services.log.warn("reaction failed", { channel: channelId, message: messageId, cause: explain(error) });
    }
  }

  return {
    messageMenu: { "Save as Quote": { claimBy: "opening", run: open } },
    modal: { "quote-save": { claimBy: "reply", run: save } },
  };
}
