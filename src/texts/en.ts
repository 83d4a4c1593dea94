/** Every sentence that people read, in English. Names that stand in sentences come quoted, escaped and short. */
import type { FailureKind } from "../failure.ts";

export const en = {
  commands: {
    ping: "See whether the bot and its backend answer",
    wiki: "The wiki of this server",
    wikiSearch: "Find wiki pages",
    wikiSearchQuery: "Words to look for; the last may be the beginning of one",
    wikiView: "Show a wiki page",
    wikiViewTitle: "The page's title",
    wikiEdit: "Edit a wiki page, or write a new one",
    wikiEditTitle: "The page to edit; leave it out to write a new one",
    quote: "The quotes of this server",
    quoteAdd: "Save something that was said",
    quoteAddText: "What was said",
    quoteAddAuthor: "Who said it",
    quoteAddTags: "Tags, separated by commas",
    quoteRandom: "Show a quote by chance",
    quoteRandomTags: "Only quotes with all of these tags, separated by commas",
  },

  /** What went wrong, and what to do about it. */
  failed: {
    not_found: "🔍 I cannot find that any more; it may have been deleted in the meantime.",
    not_yours: "🔒 Only the person who saved this may change it.",
    bad_input:
      "✋ I cannot take it like this: a title needs letters or digits, and a text must not be empty. Please change it and try again.",
    too_large: "📏 This text is too long to be saved. Please shorten it or split it up.",
    unreachable: "🔌 The knowledge base does not answer at the moment. Please try again in a minute.",
    refused_token: "🔧 The bot is not set up correctly. Please tell the people who run it.",
    stale_term: "🔁 This was interrupted. Please try again.",
    aborted: "🔁 I was restarted while working on this. Please try again.",
    unknown:
      "😵 Something went wrong on my side. Please try again; if it happens again, tell the people who run the bot.",
  } satisfies Record<FailureKind, string>,
  notShown:
    "😵 I could not show the answer. If you were saving something, please look whether it is there before you try again.",
  reference: (id: string) => `-# Reference \`${id}\``,
  textReturned: "Your text is attached, so nothing has to be typed again.",
  outdated: "⏳ This comes from another version of me, and I do not know it. Please run the command again.",
  serversOnly: "🏠 This works in servers only.",

  ping: {
    pong: (name: string) => `🏓 Pong, ${name}!`,
    gateway: (ms: number | undefined) => `Gateway: ${ms === undefined ? "not measured yet" : `${ms} ms`}`,
    backend: (ms: number | undefined) => `Backend: ${ms === undefined ? "⚠️ does not answer" : `${ms} ms`}`,
    replica: (name: string) => `Replica: ${name}`,
    syncLeader: (name: string | undefined) =>
      `Member sync: ${name === undefined ? "nobody leads it" : `led by ${name}`}`,
  },

  buttons: {
    close: "✖️ Close",
    back: "↩️ Back to results",
    addToChat: "💬 Add to chat",
    edit: "✏️ Edit",
    delete: "🗑️ Delete",
    dismiss: "✖️ Dismiss",
    viewOnWeb: "🌐 View on web",
    create: "✨ Create page",
    previous: "◀️ Previous",
    next: "Next ▶️",
    append: "➕ Add a section",
    upload: "📤 Upload a file",
    difference: "🔬 See the difference",
    appendMine: "➕ Add mine below",
    replace: "♻️ Replace with mine",
  },

  wiki: {
    found: (total: number) => `${total} pages`,
    foundOne: "1 page",
    slice: (from: number, to: number) => `${from}–${to}`,
    choose: "Choose a page",
    none: "No page matches. Try fewer or other words, or create it.",
    noSuchPage: "There is no page of this title.",
    noSuchPageBut: "There is no page of this title. These match:",
    incomplete: "⚠️ I could not look everywhere; some pages may be missing.",
    channel: "Channel",
    author: "Author",
    tags: "Tags",
    references: "Messages",
    cutBody: "The whole text is attached.",
    saved: (title: string) => `✅ Saved ${title}.`,
    created: (title: string) => `✨ Created ${title}.`,
    replacedOther: (title: string) =>
      `⚠️ Somebody else created ${title} at the same moment, and your text took the place of theirs. Please ask them to add it again.`,
    announced: (name: string) => `✨ ${name} created a wiki page`,
    newTitle: "New wiki page",
    editTitle: (title: string) => `Edit: ${title}`,
    titleLabel: "Title",
    bodyLabel: "Text",
    bodyHint: "Markdown. #hashtags become tags.",
    sectionTitle: (title: string) => `Add to: ${title}`,
    sectionLabel: "New section",
    uploadTitle: (title: string) => `Replace: ${title}`,
    uploadLabel: "The whole text as a file",
    uploadHint: "A text file (.md or .txt, UTF-8) that replaces the text of the page.",
    tooLong: (title: string, length: number) =>
      `📏 ${title} has ${length} characters, more than Discord lets one edit at once (4000). Add a section to it, or change the attached file and upload it.`,
    titleNeedsLetters: "✋ A title needs letters or digits. Please choose another one.",
  },

  conflict: {
    changed: (title: string) =>
      `⚠️ ${title} has been changed by someone else since you opened it. Nothing is saved yet.`,
    exists: (title: string) => `⚠️ There is a page ${title} already. Nothing is saved yet.`,
    otherName: (typed: string, title: string) =>
      `⚠️ ${typed} is another name of the page ${title}. Nothing is saved yet.`,
    choose: "Your text is attached. What should happen to it?",
    difference: (added: number, removed: number) =>
      `🔬 The attached file shows what your text would change. Lines added: ${added}, removed: ${removed}.`,
    same: "🟰 The page has exactly your text already.",
    tooDifferent: "🔬 The two texts differ too much to compare. Both are attached.",
    textGone: "🗂️ The attached text is gone. Please edit the page again.",
  },

  file: {
    notText: "✋ This is no text file in UTF-8. Please save it as plain text and upload it again.",
    empty: "✋ This file is empty. Please upload one with text in it.",
    tooLarge: (kilobytes: number) => `📏 This file is too large: up to ${kilobytes} kB of text fit into a page.`,
  },

  quote: {
    said: (name: string) => `**${name}** said:`,
    someoneSaid: "**Somebody** said:",
    savedBy: (name: string) => `saved by ${name}`,
    source: (url: string) => `[message](${url})`,
    added: "💬 Saved this quote:",
    edited: "✅ Changed this quote:",
    deleted: "🗑️ The quote is deleted. Its text is attached, in case this was a mistake.",
    none: "🫙 There are no quotes here yet. Save one with `/quote add`, or from the menu of a message.",
    noneTagged: (tags: string) => `🫙 There is no quote with ${tags}. Try fewer tags.`,
    announced: (name: string) => `💬 ${name} saved a quote`,
    saveTitle: "Save as quote",
    editTitle: "Edit quote",
    uploadTitle: "Replace quote",
    textLabel: "Quote",
    textHint: "#hashtags become tags.",
    tagsLabel: "More tags",
    tagsHint: "Separated by commas.",
    uploadLabel: "The whole quote as a file",
    uploadHint: "A text file (.txt, UTF-8) that replaces the text of the quote.",
    tooLong: (length: number) =>
      `📏 This quote has ${length} characters, more than Discord lets one edit at once (4000). Change the attached file and upload it.`,
  },
};

/** The shape of a language. */
export type Texts = typeof en;
