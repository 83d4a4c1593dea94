/** Messages that pages and notes refer to. */
import type { Message } from "./protocol.ts";
import { momentOf, type Reference, type Tables, type User } from "./tables.ts";

/** Adds a reference. Row 33: what is there already is left as it is, and the answer shows an id that is not stored. */
export function addReference(
  tables: Tables,
  entryId: string,
  { request, who }: { request: Message; who: User },
): Reference {
  const { message_id, ...fields } = request;
  const made = { id: tables.newId(), entryId, messageId: message_id, fields, addedAt: tables.now(), addedBy: who.id };
  const isThere = tables.references.some((other) => other.entryId === entryId && other.messageId === message_id);
  if (!isThere) tables.references.push(made);
  return made;
}

export function referencesOf(tables: Tables, entryId: string): Reference[] {
  return tables.references.filter((reference) => reference.entryId === entryId);
}

/** As it goes over the wire; the caller adds what it refers to. */
export function referenceMessage({ id, messageId, fields, addedAt }: Reference): Message {
  const link = `https://discord.com/channels/${fields.guild_id}/${fields.channel_id}/${messageId}`;
  return { ...fields, id, message_id: messageId, added_at: momentOf(addedAt), discord_link: link };
}
