/** Routes about channels: reading them, writing messages, reacting. */

import type { APIMessage } from "discord-api-types/v10";
import { missingAccess } from "./application_routes.ts";
import type { EffectLog } from "./effects.ts";
import { ApiError, unknown } from "./errors.ts";
import { object } from "./json.ts";
import { editedMessage, newMessage, pingsOf, type StoredMessage, type Writing } from "./messages.ts";
import { checkMessage } from "./payload_check.ts";
import { botRoute, type Call, type Reply, type Route } from "./routes.ts";
import { checkSchema } from "./schemas.ts";
import type { DoubleWorld } from "./world.ts";

const CUSTOM_EMOJI = /^\w{2,32}:\d{17,20}$/;
const UNICODE_EMOJI = /^[\p{Emoji}\p{Emoji_Component}\u200d\ufe0f]{1,32}$/u;
const NOT_DIGITS_ALONE = /\D/;

interface Parts {
  readonly world: DoubleWorld;
  readonly effects: EffectLog;
  /** What writing a message of the bot in a channel needs. */
  readonly writing: (channelId: string) => Writing;
}

/** The routes of channels. */
export function channelRoutes(parts: Parts): readonly Route[] {
  return [
    botRoute("GET /channels/:channel", (call) => ({ status: 200, body: access(call, parts).channel })),
    botRoute("GET /channels/:channel/messages/:message", (call) => ({ status: 200, body: find(call, parts).message })),
    botRoute("POST /channels/:channel/messages", (call) => send(call, parts)),
    botRoute("PATCH /channels/:channel/messages/:message", (call) => edit(call, parts)),
    botRoute("DELETE /channels/:channel/messages/:message", (call) => remove(call, parts)),
    botRoute("PUT /channels/:channel/messages/:message/reactions/:emoji/@me", (call) => react(call, parts)),
  ];
}

function access({ params }: Call, { world }: Parts) {
  const found = world.findChannel(params.channel ?? "");
  if (!found) throw unknown("Channel", 10003);
  if (found.guild && !world.isAvailable(found.guild.id)) throw missingAccess();
  return found;
}

function writable(call: Call, parts: Parts) {
  const found = access(call, parts);
  if (!found.botMayWrite) throw new ApiError(403, 50013, { message: "Missing Permissions" });
  return found;
}

function find(call: Call, parts: Parts): StoredMessage {
  const { channel } = access(call, parts);
  const stored = parts.world.messages.find(channel.id, call.params.message ?? "");
  if (!stored) throw unknown("Message", 10008);
  return stored;
}

/** The bot's own message. @throws 403/50005 for one of somebody else. */
function findOwn(call: Call, parts: Parts): StoredMessage {
  const stored = find(call, parts);
  if (stored.message.author.id === parts.world.bot.id) return stored;
  throw new ApiError(403, 50005, { message: "Cannot edit a message authored by another user" });
}

function send(call: Call, parts: Parts): Reply {
  const { world, effects } = parts;
  const { channel } = writable(call, parts);
  const body = object(call.body);
  checkSchema("message", body);
  checkMessage(body, { ephemeralAllowed: false });
  const stored = newMessage(body, { ...parts.writing(channel.id), files: call.files });
  const reference = object(body.message_reference);
  if (reference.message_id !== undefined && !world.message(channel.id, String(reference.message_id))) {
    throw new ApiError(400, 50035, {
      message: "Invalid Form Body",
      at: [{ path: ["message_reference"], message: "Unknown message" }],
    });
  }
  world.messages.put(stored);
  const pings = pingsOf(stored.message.content, body);
  effects.add({
    kind: "message",
    via: "channel",
    interactionId: undefined,
    channelId: channel.id,
    message: stored.message,
    files: call.files,
    pings,
    ephemeral: false,
  }, call.replica);
  world.announce(stored.message);
  return { status: 200, body: stored.message };
}

function edit(call: Call, parts: Parts): Reply {
  const { world, effects } = parts;
  const before = findOwn(call, parts);
  const body = object(call.body);
  checkSchema("messageEdit", body);
  checkMessage(body, { ephemeralAllowed: false });
  const channelId = before.message.channel_id;
  const stored = editedMessage(body, before, { ...parts.writing(channelId), files: call.files });
  world.messages.put(stored);
  const message: APIMessage = stored.message;
  const pings = pingsOf(message.content, body);
  effects.add({
    kind: "edit",
    interactionId: undefined,
    channelId,
    message,
    files: call.files,
    pings,
    ephemeral: false,
  }, call.replica);
  return { status: 200, body: message };
}

function remove(call: Call, parts: Parts): Reply {
  const { message } = find(call, parts);
  if (message.author.id !== parts.world.bot.id) throw new ApiError(403, 50013, { message: "Missing Permissions" });
  parts.world.messages.delete(message.id);
  const { channel_id: channelId, id: messageId } = message;
  parts.effects.add({ kind: "delete", interactionId: undefined, channelId, messageId }, call.replica);
  return { status: 204 };
}

function react(call: Call, parts: Parts): Reply {
  const { channel } = writable(call, parts);
  const { message } = find(call, parts);
  const emoji = call.params.emoji ?? "";
  const known = CUSTOM_EMOJI.test(emoji) || UNICODE_EMOJI.test(emoji) && NOT_DIGITS_ALONE.test(emoji);
  if (!known) throw new ApiError(400, 10014, { message: "Unknown Emoji" });
  const effect = { kind: "reaction", channelId: channel.id, messageId: message.id, emoji } as const;
  parts.effects.add(effect, call.replica);
  return { status: 204 };
}
