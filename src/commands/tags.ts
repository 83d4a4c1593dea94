/** Tags: hashtags in a text, and lists of tags that people type. Always lower case, unique and sorted. */

/** Code blocks, code spans, addresses, and mentions (`<#123>`, `<id:browse>`): a `#` in them is no tag. */
const NOT_PROSE = /```[\s\S]*?(?:```|$)|(`+)(?!`)[^\n]*?[^`\n]\1(?!`)|`[^`\n]+`|https?:\/\/\S+|<[^<>\s]+>/g;

/** `#` and a word, which has at least one letter: `#42` counts things and `C#` is a language. */
const HASHTAG = /(?<![\p{L}\p{M}\p{N}_#\\&/-])#(?=[\p{M}\p{N}_-]*\p{L})([\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*)/gu;

/** The tags of a text. */
export function tagsIn(text: string): string[] {
  const prose = text.normalize("NFC").replace(NOT_PROSE, " ");
  return unite(Array.from(prose.matchAll(HASHTAG), (match) => match[1] ?? ""));
}

/** The tags of a list as people type it: comma-separated, with or without `#`. */
export function tagsOfList(list: string): string[] {
  return unite(list.normalize("NFC").split(",").map((tag) => tag.trim().replace(/^#+/, "").replace(/\s+/g, "-")));
}

/** All tags of some lists. */
export function unite(...lists: readonly (readonly string[])[]): string[] {
  const clean = lists.flat().map((tag) => tag.toLowerCase().replace(/-+$/, "")).filter((tag) => tag !== "");
  return [...new Set(clean)].sort();
}

/** The tags of a text that replaces another: its own, and those that came from elsewhere than the old text. */
export function tagsAfterEdit(old: { body: string; tags: readonly string[] }, body: string): string[] {
  return unite(tagsIn(body), tagsBeside(old));
}

/** The tags that no hashtag in the text explains. */
export function tagsBeside(item: { body: string; tags: readonly string[] }): string[] {
  const inText = new Set(tagsIn(item.body));
  return item.tags.filter((tag) => !inText.has(tag.toLowerCase()));
}
