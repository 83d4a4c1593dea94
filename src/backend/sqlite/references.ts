/** Discord messages that pages and notes refer to, each once an entry. */
import { Failure } from "../../failure.ts";
import type { MessageReference } from "../backend.ts";
import type { Database } from "./database.ts";
import { nameToShow } from "./people.ts";
import { numberOf, type Row, textOf } from "./row.ts";
import { clean } from "../texts.ts";

/** Where the references of a kind of entries are kept. */
export interface References {
  table: "page_references" | "note_references";
  /** The column with the `seq` of the entry that refers. */
  entry: "page" | "note";
}

export const PAGE_REFERENCES: References = { table: "page_references", entry: "page" };
export const NOTE_REFERENCES: References = { table: "note_references", entry: "note" };

/** The references of an entry, last added first. */
export function listReferences(database: Database, { table, entry }: References, seq: number): MessageReference[] {
  const sql = `SELECT message_id, channel_id, guild_id, content, author_id,
    ${nameToShow("entry.author_id", "entry.author_name")} AS author_name, sent_at
    FROM ${table} AS entry WHERE ${entry} = ? ORDER BY seq DESC`;
  return database.all(sql, seq).map(referenceOf);
}

/** Adds a reference; nothing changes when the entry has one to this message. @throws {Failure} `bad_input` */
export function saveReference(
  database: Database,
  { table, entry: column }: References,
  { entry, reference }: { entry: number; reference: MessageReference },
): void {
  if (reference.messageId === "") throw new Failure("bad_input", "A reference needs the message's id");
  database.run(
    `INSERT INTO ${table} (${column}, message_id, channel_id, guild_id, content, author_id, author_name, sent_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (${column}, message_id) DO NOTHING`,
    ...[entry, reference.messageId, reference.channelId, reference.guildId, clean(reference.content)],
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
