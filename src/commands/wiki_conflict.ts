/** The choices of somebody whose text met a changed page: compare, add below, or replace. The text lies on the message they click on. */
import type { ButtonInteraction } from "discord.js";
import { MINE } from "./conflict_card.ts";
import { compareTexts } from "./difference.ts";
import { Refusal } from "./refusal.ts";
import type { Answer, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { textAt } from "./uploaded_text.ts";
import type { WikiWriter } from "./wiki_save.ts";

type Click = Turn<ButtonInteraction>;

export function wikiConflict({ backend, clock }: CommandServices, writer: WikiWriter): Routes {
  async function mineOf(turn: Click): Promise<string> {
    const file = turn.interaction.message.attachments.find(({ name }) => name === MINE);
    if (file === undefined) throw new Refusal(turn.texts.conflict.textGone);
    return await textAt(file, turn, clock);
  }

  async function compare(turn: Click): Promise<Answer> {
    const { conflict } = turn.texts;
    const mine = await mineOf(turn);
    const { body } = await backend.getPage(turn.caller, turn.args[0] ?? "", turn.call());
    const difference = compareTexts(body, mine);
    if (difference === undefined) {
      return {
        show: { content: conflict.tooDifferent, files: [{ name: "page.md", text: body }, { name: MINE, text: mine }] },
      };
    }
    const { added, removed, patch } = difference;
    if (added + removed === 0) return { show: { content: conflict.same } };
    return {
      show: { content: conflict.difference(added, removed), files: [{ name: "difference.diff", text: patch }] },
    };
  }

  async function append(turn: Click): Promise<Answer> {
    return await writer.append(turn, { pageId: turn.args[0] ?? "", body: await mineOf(turn) });
  }

  async function replace(turn: Click): Promise<Answer> {
    const [pageId = "", seen = ""] = turn.args;
    return await writer.replace(turn, { pageId, seen, body: await mineOf(turn) });
  }

  return {
    button: {
      "mine-compare": { claimBy: "reply", run: compare },
      "mine-append": { claimBy: "update", run: append },
      "mine-replace": { claimBy: "update", run: replace },
    },
  };
}
