/** The modals in which people write quotes, and what they submit. */
import type { ModalSubmitInteraction } from "discord.js";
import type { Quote } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { LIMITS } from "../discord/limits.ts";
import { type Modal, modal } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { tagsBeside, tagsIn, tagsOfList, unite } from "./tags.ts";

const TAGS_LENGTH = 400;

/** What was written in one of these modals. */
export interface WrittenQuote {
  body: string;
  tags: string[];
}

/** For saving a message; `content` is at most as long as Discord lets one write. */
export function saveModal(message: { id: string; authorId: string; content: string }, { quote }: Texts): Modal {
  return quoteModal(quote.saveTitle, customId("quote-save", message.id, message.authorId), {
    texts: quote,
    value: message.content,
    tags: [],
  });
}

/** Whether the whole text fits into a modal. */
export function isEditable(body: string): boolean {
  return body.length <= LIMITS.inputValue;
}

/** For the text of a quote that {@linkcode isEditable}. */
export function editModal(saved: Quote, { quote }: Texts): Modal {
  return quoteModal(quote.editTitle, customId("quote-change", saved.id), {
    texts: quote,
    value: saved.body,
    tags: tagsBeside(saved),
  });
}

/** For a file in the place of a quote's text. */
export function uploadModal(id: string, { quote }: Texts): Modal {
  return modal(quote.uploadTitle, customId("quote-file", id), [
    { id: "file", kind: "file", label: quote.uploadLabel, description: quote.uploadHint },
  ]);
}

/** Reads what was submitted: the tags are those of the text and those of the list. */
export function writtenIn({ fields }: ModalSubmitInteraction): WrittenQuote {
  const body = fields.getTextInputValue("body");
  return { body, tags: unite(tagsIn(body), tagsOfList(fields.getTextInputValue("tags"))) };
}

function quoteModal(
  title: string,
  id: string,
  filled: { texts: Texts["quote"]; value: string; tags: string[] },
): Modal {
  const { texts, value, tags } = filled;
  const list = tags.join(", ");
  return modal(title, id, [
    { id: "body", kind: "text", label: texts.textLabel, description: texts.textHint, value },
    {
      id: "tags",
      kind: "line",
      label: texts.tagsLabel,
      description: texts.tagsHint,
      value: list,
      maxLength: Math.min(Math.max(TAGS_LENGTH, list.length), LIMITS.inputValue),
      optional: true,
    },
  ]);
}
