/** Messages of the fake Discord: kept ones, and how a bot's request body becomes or changes one. */

import {
  type APIAllowedMentions,
  type APIAttachment,
  type APIEmbed,
  type APIMessage,
  type APIMessageTopLevelComponent,
  type APIUser,
  EmbedType,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";
import type { Pings, SentFile } from "./effects.ts";
import { ApiError } from "./errors.ts";
import { type Json, number, object, objects, text } from "./json.ts";

/** A message with what its public form does not hold. */
export interface StoredMessage {
  readonly message: APIMessage;
  readonly files: readonly SentFile[];
  readonly ephemeral: boolean;
}

/** All messages of a double. */
export class MessageStore {
  readonly #all = new Map<string, StoredMessage>();

  put(stored: StoredMessage): void {
    this.#all.set(stored.message.id, stored);
  }

  delete(messageId: string): void {
    this.#all.delete(messageId);
  }

  get(messageId: string): StoredMessage | undefined {
    return this.#all.get(messageId);
  }

  /** A message as its channel shows it: ephemeral ones are in no channel. */
  find(channelId: string, messageId: string): StoredMessage | undefined {
    const stored = this.#all.get(messageId);
    return stored?.message.channel_id === channelId && !stored.ephemeral ? stored : undefined;
  }
}

/** What is needed to write a message. */
export interface Writing {
  readonly id: string;
  readonly channelId: string;
  readonly author: APIUser;
  readonly wallMs: number;
  readonly ephemeral: boolean;
  /** Extra fields: application id, interaction metadata. */
  readonly extra?: Partial<APIMessage>;
  /** Keeps a file where it can be read again. */
  readonly upload: (file: SentFile) => APIAttachment;
  readonly user: (id: string) => APIUser | undefined;
}

/** The author's message "thinking…", which a deferred answer shows. */
export function loadingMessage(writing: Writing): StoredMessage {
  const stored = write({}, { ...writing, files: [] });
  return { ...stored, message: { ...stored.message, flags: (stored.message.flags ?? 0) | MessageFlags.Loading } };
}

/**
 * A message from a request body that has passed its checks.
 *
 * @throws 400/50006 when nothing would be visible.
 */
export function newMessage(body: Json, writing: Writing & { files: readonly SentFile[] }): StoredMessage {
  const stored = write(body, writing);
  assertVisible(stored.message);
  return stored;
}

function write(body: Json, writing: Writing & { files: readonly SentFile[] }): StoredMessage {
  const { channelId, author, ephemeral, wallMs } = writing;
  const flags = number(body.flags, 0) | (ephemeral ? MessageFlags.Ephemeral : 0);
  const message: APIMessage = {
    id: writing.id,
    type: MessageType.Default,
    channel_id: channelId,
    author,
    content: "",
    timestamp: new Date(wallMs).toISOString(),
    edited_timestamp: null,
    tts: body.tts === true,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    flags,
    ...writing.extra,
  };
  return apply(body, { message, files: [], ephemeral }, writing);
}

/**
 * A message after an edit; fields that the body does not name stay.
 *
 * @throws 400/50006 when nothing visible is left.
 */
export function editedMessage(
  body: Json,
  before: StoredMessage,
  writing: Writing & { files: readonly SentFile[] },
): StoredMessage {
  const loaded = (before.message.flags ?? 0) & ~MessageFlags.Loading;
  const flags = loaded | (number(body.flags, 0) & ~MessageFlags.Ephemeral);
  const isFirst = loaded !== before.message.flags;
  const message: APIMessage = {
    ...before.message,
    flags,
    edited_timestamp: isFirst ? null : new Date(writing.wallMs).toISOString(),
  };
  const after = apply(body, { ...before, message }, writing);
  assertVisible(after.message);
  return after;
}

function apply(
  body: Json,
  before: StoredMessage,
  writing: Writing & { files: readonly SentFile[] },
): StoredMessage {
  const content = body.content === undefined ? before.message.content : text(body.content);
  const kept = keptAttachments(body, before.message);
  const attachments = [...kept, ...writing.files.map((file, index) => attach(file, index, body, writing))];
  const files = [
    ...before.files.filter(({ name }) => kept.some(({ filename }) => filename === name)),
    ...writing.files,
  ];
  const pings = pingsOf(content, body);
  const mentioned = [...content.matchAll(/<@!?(\d+)>/g)].flatMap(([, id]) => writing.user(id ?? "") ?? []);
  const message: APIMessage = {
    ...before.message,
    content,
    attachments,
    embeds: body.embeds === undefined ? before.message.embeds : objects(body.embeds).map(toEmbed),
    components: body.components === undefined ? before.message.components ?? [] : toComponents(body.components),
    mention_everyone: pings.everyone,
    mentions: mentioned,
    mention_roles: [...pings.roles],
  };
  return { message, files, ephemeral: before.ephemeral };
}

/** An edit without `attachments` keeps all; with it, those that it names. */
function keptAttachments(body: Json, before: APIMessage): APIAttachment[] {
  if (!Array.isArray(body.attachments)) return before.attachments;
  const named = new Set(objects(body.attachments).map(({ id }) => String(id)));
  return before.attachments.filter(({ id }) => named.has(id));
}

function attach(file: SentFile, index: number, body: Json, writing: Writing): APIAttachment {
  const described = objects(body.attachments).find(({ id }) => String(id) === String(index));
  return {
    ...writing.upload(file),
    ...(described?.description === undefined ? {} : { description: text(described.description) }),
  };
}

/** Whom a text notifies, by Discord's rule: `allowed_mentions` filters, and without it everything counts. */
export function pingsOf(content: string, body: Json): Pings {
  const allowed: APIAllowedMentions | undefined = body.allowed_mentions ? object(body.allowed_mentions) : undefined;
  const list = (value: unknown) => Array.isArray(value) ? value.map(String) : [];
  const allows = (kind: "users" | "roles", id: string) =>
    allowed === undefined || list(allowed.parse).includes(kind) || list(allowed[kind]).includes(id);
  const ids = (pattern: RegExp) => [...new Set([...content.matchAll(pattern)].map(([, id]) => id ?? ""))];
  return {
    everyone: /@(everyone|here)/.test(content) && (allowed === undefined || list(allowed.parse).includes("everyone")),
    users: ids(/<@!?(\d+)>/g).filter((id) => allows("users", id)),
    roles: ids(/<@&(\d+)>/g).filter((id) => allows("roles", id)),
  };
}

function toEmbed(embed: Json): APIEmbed {
  return { ...embed, type: EmbedType.Rich };
}

/** Components have passed the schema before they come here. */
function toComponents(value: unknown): APIMessageTopLevelComponent[] {
  return structuredClone(value) as APIMessageTopLevelComponent[];
}

function assertVisible(message: APIMessage): void {
  const parts = [message.embeds, message.attachments, message.components ?? []];
  if (message.content.trim() !== "" || parts.some((part) => part.length > 0)) return;
  throw new ApiError(400, 50006, { message: "Cannot send an empty message", violation: true });
}
