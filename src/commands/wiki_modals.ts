/** The modals in which people write pages. What they prefill is always the whole text, never a part of one. */
import type { WikiPage } from "../backend/backend.ts";
import { customId } from "../discord/custom_id.ts";
import { LIMITS } from "../discord/limits.ts";
import { type Modal, modal } from "../discord/reply.ts";
import type { Texts } from "../texts/texts.ts";
import { versionOf } from "./page_version.ts";

/** Long enough for any title that somebody can read in a menu. */
const TITLE_LENGTH = 100;

/** Whether the whole text fits into a modal. */
export function isEditable(body: string): boolean {
  return body.length <= LIMITS.inputValue;
}

/** For the text of a page that {@linkcode isEditable}; its submission knows which version this was. */
export function editModal(page: WikiPage, { wiki }: Texts): Modal {
  return modal(wiki.editTitle(page.title), customId("page-save", page.id, versionOf(page)), [
    { id: "body", kind: "text", label: wiki.bodyLabel, description: wiki.bodyHint, value: page.body },
  ]);
}

/** For a new page. What somebody typed while looking for it is proposed as its title unless it may be a slug. */
export function newPageModal(typed: string, { wiki }: Texts): Modal {
  const title = mayBeSlug(typed) || typed.length > TITLE_LENGTH ? { placeholder: typed } : { value: typed };
  return modal(wiki.newTitle, customId("page-create"), [
    { id: "title", kind: "line", label: wiki.titleLabel, maxLength: TITLE_LENGTH, ...title },
    { id: "body", kind: "text", label: wiki.bodyLabel, description: wiki.bodyHint },
  ]);
}

/** A choice of autocomplete arrives as a slug, for example of a page that has just been deleted; it must not become a title. */
function mayBeSlug(typed: string): boolean {
  return /^[a-z0-9_]+(?:-[a-z0-9_]+)+$/.test(typed);
}

/** For a section at the end of a page. */
export function sectionModal({ id, title }: Pick<WikiPage, "id" | "title">, { wiki }: Texts): Modal {
  return modal(wiki.sectionTitle(title), customId("page-append", id), [
    { id: "body", kind: "text", label: wiki.sectionLabel, description: wiki.bodyHint },
  ]);
}

/** For a file in the place of a page's text; `version` is the one that the person downloaded. */
export function uploadModal(page: { id: string; title: string; version: string }, { wiki }: Texts): Modal {
  return modal(wiki.uploadTitle(page.title), customId("page-file", page.id, page.version), [
    { id: "file", kind: "file", label: wiki.uploadLabel, description: wiki.uploadHint },
  ]);
}
