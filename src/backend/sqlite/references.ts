/** Discord messages that pages refer to, each once a page. */
import { Failure } from "../../failure.ts";
import type { MessageReference } from "../backend.ts";
import type { Database } from "./database.ts";
import { nameToShow } from "./people.ts";
import { numberOf, type Row, textOf } from "./row.ts";
import { clean } from "../texts.ts";

const LIST = `SELECT message_id, channel_id, guild_id, content, author_id,
  ${nameToShow("entry.author_id", "entry.author_name")} AS author_name, sent_at
  FROM page_references AS entry WHERE page = ? ORDER BY seq DESC`;

/** The references of a page, last added first. */
export function listReferences(database: Database, page: number): MessageReference[] {
  return database.all(LIST, page).map(referenceOf);
}

/** Adds a reference; nothing changes when the page has one to this message. @throws {Failure} `bad_input` */
export function saveReference(database: Database, page: number, reference: MessageReference): void {
  if (reference.messageId === "") throw new Failure("bad_input", "A reference needs the message's id");
  database.run(
    `INSERT INTO page_references (page, message_id, channel_id, guild_id, content, author_id, author_name, sent_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page, message_id) DO NOTHING`,
    ...[page, reference.messageId, reference.channelId, reference.guildId, clean(reference.content)],
    ...[reference.authorId, clean(reference.authorName), reference.sentAt],
  );
}

function referenceOf(row: Row): MessageReference {
  const [guildId, channelId, messageId] = [
    textOf(row, "guild_id"),
    textOf(row, "channel_id"),
    textOf(row, "message_id"),
  ];
  return {
    messageId,
    channelId,
    guildId,
    content: textOf(row, "content"),
    authorId: textOf(row, "author_id"),
    authorName: textOf(row, "author_name"),
    sentAt: numberOf(row, "sent_at"),
    link: `https://discord.com/channels/${guildId}/${channelId}/${messageId}`,
  };
}
