/**
 * What becomes of submitted pages. Between reading a page here and writing it another writer may slip in, because the backend has no
 * conditional write; the window is the time of one call.
 */
import type { ModalSubmitInteraction } from "discord.js";
import type { WikiPage } from "../backend/backend.ts";
import { oneLine } from "../discord/limits.ts";
import { nameOfAsker } from "../discord/names.ts";
import { shown } from "../discord/reply.ts";
import { announcePage } from "./announcements.ts";
import { conflictCard } from "./conflict_card.ts";
import { versionOf } from "./page_version.ts";
import { isNotFound, Refusal } from "./refusal.ts";
import type { Answer, Routes, Turn } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { showPage } from "./show_page.ts";
import { tagsAfterEdit, tagsIn } from "./tags.ts";
import { uploadedText } from "./uploaded_text.ts";

type Submission = Turn<ModalSubmitInteraction>;

export interface WikiWriter {
  /** Saves a text in the place of the version that its writer has seen; asks what to do when that is no longer there. */
  replace(turn: Turn<unknown>, change: { pageId: string; seen: string; body: string }): Promise<Answer>;
  /** Adds a text to the page as it is now. */
  append(turn: Turn<unknown>, change: { pageId: string; body: string }): Promise<Answer>;
}

export function wikiWriter(services: CommandServices): WikiWriter {
  const { backend } = services;

  async function save(page: WikiPage, body: string, turn: Turn<unknown>): Promise<Answer> {
    const change = { body, tags: tagsAfterEdit(page, body) };
    const saved = await backend.updatePage(turn.caller, page.id, change, turn.call());
    const notice = turn.texts.wiki.saved(shown(page.title));
    return { show: await showPage(saved, turn, services, { notice }) };
  }

  return {
    async replace(turn, { pageId, seen, body }) {
      const page = await backend.getPage(turn.caller, pageId, turn.call());
      if (versionOf(page) === seen || page.body === body) return await save(page, body, turn);
      const reason = turn.texts.conflict.changed(shown(page.title));
      return { show: conflictCard(page, body, { reason, texts: turn.texts }) };
    },
    async append(turn, { pageId, body }) {
      const page = await backend.getPage(turn.caller, pageId, turn.call());
      return await save(page, `${page.body.trimEnd()}\n\n${body}`, turn);
    },
  };
}

export function wikiSave(services: CommandServices, writer: WikiWriter): Routes {
  const { backend } = services;
  const bodyOf = ({ interaction }: Submission) => interaction.fields.getTextInputValue("body");

  async function create(turn: Submission): Promise<Answer> {
    const { caller, texts, interaction } = turn;
    const title = oneLine(interaction.fields.getTextInputValue("title"));
    const body = bodyOf(turn);
    if (!/[\p{L}\p{N}]/u.test(title)) throw new Refusal(texts.wiki.titleNeedsLetters);
    const present = await pageNamed(title, turn);
    if (present !== undefined) {
      return { show: conflictCard(present, body, { reason: nameTaken(title, present, turn), texts }) };
    }

    const draft = { title, body, tags: tagsIn(body), channelId: interaction.channelId ?? "" };
    const { page, created } = await backend.upsertPage(caller, draft, turn.call());
    const signed = { ...page, authorName: page.authorName || nameOfAsker(interaction) };
    const notice = created ? texts.wiki.created(shown(title)) : texts.wiki.replacedOther(shown(title));
    return {
      show: await showPage(signed, turn, services, { notice }),
      ...(created ? { afterwards: () => announcePage(signed, turn, services) } : {}),
    };
  }

  async function pageNamed(title: string, { caller, call }: Submission): Promise<WikiPage | undefined> {
    try {
      return await backend.findPage(caller, title, call());
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  function replace(turn: Submission): Promise<Answer> {
    return writer.replace(turn, { pageId: turn.args[0] ?? "", seen: turn.args[1] ?? "", body: bodyOf(turn) });
  }

  function append(turn: Submission): Promise<Answer> {
    return writer.append(turn, { pageId: turn.args[0] ?? "", body: bodyOf(turn) });
  }

  async function replaceByFile(turn: Submission): Promise<Answer> {
    const body = await uploadedText(turn, services.clock);
    return await writer.replace(turn, { pageId: turn.args[0] ?? "", seen: turn.args[1] ?? "", body });
  }

  return {
    modal: {
      "page-create": { claimBy: "reply", run: create },
      "page-save": { claimBy: "reply", run: replace },
      "page-append": { claimBy: "reply", run: append },
      "page-file": { claimBy: "reply", run: replaceByFile },
    },
  };
}

/** A page is found by any of its names; the person is told which page that is. */
function nameTaken(typed: string, page: WikiPage, { texts: { conflict } }: Submission): string {
  return typed.toLowerCase() === oneLine(page.title).toLowerCase()
    ? conflict.exists(shown(page.title))
    : conflict.otherName(shown(typed), shown(page.title));
}
