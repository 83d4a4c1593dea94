/**
 * Discord's limits, and texts cut to them: by grapheme, so never inside an emoji, and marked with `…`. Lengths are counted in UTF-16 units,
 * which is never less than what Discord counts.
 */
import type { APIEmbed } from "discord.js";

/** https://discord.com/developers/docs/resources/message, …/interactions and …/components */
export const LIMITS = {
  content: 2000,
  embedTitle: 256,
  embedDescription: 4096,
  embedFields: 25,
  embedFieldName: 256,
  embedFieldValue: 1024,
  embedFooter: 2048,
  embedAuthor: 256,
  embedTotal: 6000,
  buttonLabel: 80,
  buttonUrl: 512,
  selectOptions: 25,
  selectText: 100,
  selectPlaceholder: 150,
  customId: 100,
  modalTitle: 45,
  inputLabel: 45,
  inputDescription: 100,
  inputPlaceholder: 100,
  inputValue: 4000,
  choices: 25,
  choiceText: 100,
} as const;

const ELLIPSIS = "…";

/** The longest emoji in use has 35 units (a family with skin tones); what is longer is no emoji, but a letter with many marks. */
const LONGEST_EMOJI = 35;

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The text, or its beginning and `…`, in at most `max` UTF-16 units. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = max - ELLIPSIS.length;
  if (room < 0) return "";
  const begun = graphemes.segment(text.slice(0, room + LONGEST_EMOJI)).containing(room);
  const end = begun && room - begun.index < LONGEST_EMOJI ? begun.index : wholeCodePoints(text, room);
  return text.slice(0, end).trimEnd() + ELLIPSIS;
}

/** `end`, or one less when a character of two units would be parted. */
function wholeCodePoints(text: string, end: number): number {
  const unit = text.charCodeAt(end);
  return unit >= 0xdc00 && unit <= 0xdfff ? end - 1 : end;
}

/** The text on one line: white space of any kind becomes single spaces. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** As many whole lines from the beginning as fit into `max`, so that a link is never cut. */
export function fitLines(lines: readonly string[], max: number): string {
  let text = "";
  for (const line of lines) {
    const longer = text === "" ? line : `${text}\n${line}`;
    if (longer.length > max) break;
    text = longer;
  }
  return text;
}

/** Every part of the embed within its limit, and all together within 6000: the description gives way first, then the last fields. */
export function fitEmbed(embed: APIEmbed): APIEmbed {
  const fitted: APIEmbed = { ...embed };
  if (embed.title !== undefined) fitted.title = cut(embed.title, LIMITS.embedTitle);
  if (embed.description !== undefined) fitted.description = cut(embed.description, LIMITS.embedDescription);
  if (embed.footer) fitted.footer = { ...embed.footer, text: cut(embed.footer.text, LIMITS.embedFooter) };
  if (embed.author) fitted.author = { ...embed.author, name: cut(embed.author.name, LIMITS.embedAuthor) };
  if (embed.fields) fitted.fields = embed.fields.slice(0, LIMITS.embedFields).map(fitField);
  return fitTotal(fitted);
}

function fitField(field: NonNullable<APIEmbed["fields"]>[number]) {
  return { ...field, name: cut(field.name, LIMITS.embedFieldName), value: cut(field.value, LIMITS.embedFieldValue) };
}

function fitTotal(embed: APIEmbed): APIEmbed {
  const excess = embedLength(embed) - LIMITS.embedTotal;
  if (excess <= 0) return embed;
  const { description = "", fields = [] } = embed;
  if (description.length > excess) return { ...embed, description: cut(description, description.length - excess) };
  return fitTotal({ ...embed, fields: fields.slice(0, -1) });
}

/** What counts towards the total of 6000. */
export function embedLength(embed: APIEmbed): number {
  const fields = (embed.fields ?? []).flatMap((field) => [field.name, field.value]);
  const parts = [embed.title, embed.description, embed.footer?.text, embed.author?.name, ...fields];
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}
