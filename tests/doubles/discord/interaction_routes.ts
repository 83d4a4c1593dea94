/** Routes that answer interactions: the callback, and what its token allows afterwards. */

import {
  type APIApplicationCommandOptionChoice,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
} from "discord-api-types/v10";
import { modalOf } from "./answer.ts";
import type { EffectLog, SentFile } from "./effects.ts";
import { ApiError, invalidForm, unknown } from "./errors.ts";
import type { LiveInteraction } from "./interaction.ts";
import { type Json, number, object } from "./json.ts";
import { editedMessage, loadingMessage, newMessage, pingsOf, type StoredMessage, type Writing } from "./messages.ts";
import { checkMessage, checkModal } from "./payload_check.ts";
import { type Call, type Reply, type Route, tokenRoute } from "./routes.ts";
import { type BodyKind, checkSchema } from "./schemas.ts";
import type { DoubleWorld } from "./world.ts";

interface Parts {
  readonly world: DoubleWorld;
  readonly effects: EffectLog;
  readonly applicationId: string;
  readonly byId: (id: string) => LiveInteraction | undefined;
  readonly byToken: (token: string) => LiveInteraction | undefined;
  readonly writing: (channelId: string) => Writing;
}

const BODIES: Readonly<Record<number, BodyKind>> = {
  [InteractionResponseType.ChannelMessageWithSource]: "reply",
  [InteractionResponseType.DeferredChannelMessageWithSource]: "reply",
  [InteractionResponseType.DeferredMessageUpdate]: "update",
  [InteractionResponseType.UpdateMessage]: "update",
  [InteractionResponseType.ApplicationCommandAutocompleteResult]: "choices",
  [InteractionResponseType.Modal]: "modal",
};

/** The routes of interactions. */
export function interactionRoutes(parts: Parts): readonly Route[] {
  const routes = new InteractionRoutes(parts);
  const at = "/webhooks/:application/:token";
  return [
    tokenRoute("POST /interactions/:interaction/:token/callback", (call) => routes.callback(call)),
    tokenRoute(`POST ${at}`, (call) => routes.followUp(call)),
    tokenRoute(`GET ${at}/messages/:message`, (call) => routes.read(call)),
    tokenRoute(`PATCH ${at}/messages/:message`, (call) => routes.edit(call)),
    tokenRoute(`DELETE ${at}/messages/:message`, (call) => routes.remove(call)),
  ];
}

class InteractionRoutes {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  callback(call: Call): Reply {
    const interaction = this.#parts.byId(call.params.interaction ?? "");
    if (!interaction || interaction.payload.token !== call.params.token) throw unknown("interaction", 10062);
    const body = object(call.body);
    const type = checkCallback(body);
    const take = this.#prepare(interaction, { type, data: object(body.data), call });
    interaction.claim(type, call.replica);
    take();
    this.#parts.effects.changed();
    if (call.query.get("with_response") !== "true") return { status: 204 };
    return { status: 200, body: this.#describe(interaction, type) };
  }

  /** Checks what a callback would do before it may claim anything, and gives what does it. */
  #prepare(
    interaction: LiveInteraction,
    { type, data, call }: { type: InteractionResponseType; data: Json; call: Call },
  ): () => void {
    switch (type) {
      case InteractionResponseType.ChannelMessageWithSource: {
        const stored = newMessage(data, this.#writing(interaction, { data, files: call.files }));
        return () => {
          interaction.originalId = stored.message.id;
          interaction.pending = false;
          this.#wrote(stored, { via: "callback", interaction, call, data });
        };
      }
      case InteractionResponseType.DeferredChannelMessageWithSource: {
        const stored = loadingMessage(this.#writing(interaction, { data, files: [] }));
        return () => {
          interaction.originalId = stored.message.id;
          this.#parts.world.messages.put(stored);
        };
      }
      case InteractionResponseType.DeferredMessageUpdate:
        return () => interaction.originalId = sourceOf(interaction)?.id;
      case InteractionResponseType.UpdateMessage: {
        const messageId = sourceOf(interaction)?.id ?? "";
        const change = this.#prepareChange(interaction, { messageId, data, call });
        return () => {
          interaction.originalId = messageId;
          change();
        };
      }
      case InteractionResponseType.ApplicationCommandAutocompleteResult:
        return () => interaction.choices = Array.isArray(data.choices) ? data.choices.filter(isChoice) : [];
      default:
        return () => interaction.modal = isModal(data) ? modalOf(data) : undefined;
    }
  }

  followUp(call: Call): Reply {
    const interaction = this.#usable(call);
    const body = object(call.body);
    checkSchema("followup", body);
    checkMessage(body, { ephemeralAllowed: true });
    const original = this.#parts.world.messages.get(interaction.originalId ?? "");
    if (original && isLoading(original)) {
      // Discord gives the first followup after a deferred answer to that answer, ephemeral or not as it was deferred.
      return {
        status: 200,
        body: this.#prepareChange(interaction, { messageId: original.message.id, data: body, call })(),
      };
    }
    const stored = newMessage(body, this.#writing(interaction, { data: body, files: call.files }));
    interaction.addFollowup(stored.message.id);
    this.#wrote(stored, { via: "followup", interaction, call, data: body });
    return { status: 200, body: stored.message };
  }

  read(call: Call): Reply {
    const interaction = this.#usable(call);
    return { status: 200, body: this.#find(interaction, call).message };
  }

  edit(call: Call): Reply {
    const interaction = this.#usable(call);
    const body = object(call.body);
    checkSchema("followupEdit", body);
    checkMessage(body, { ephemeralAllowed: true });
    const { message } = this.#find(interaction, call);
    return { status: 200, body: this.#prepareChange(interaction, { messageId: message.id, data: body, call })() };
  }

  remove(call: Call): Reply {
    const interaction = this.#usable(call);
    const { message } = this.#find(interaction, call);
    this.#parts.world.messages.delete(message.id);
    if (message.id === interaction.originalId) interaction.originalDeleted = true;
    const { channel_id: channelId, id: messageId } = message;
    this.#parts.effects.add({ kind: "delete", interactionId: interaction.id, channelId, messageId }, call.replica);
    return { status: 204 };
  }

  #usable(call: Call): LiveInteraction {
    if (call.params.application !== this.#parts.applicationId) throw unknown("Webhook", 10015);
    const interaction = this.#parts.byToken(call.params.token ?? "");
    if (!interaction) throw new ApiError(401, 50027, { message: "Invalid Webhook Token" });
    interaction.assertUsable(call.replica, call.route);
    return interaction;
  }

  #find(interaction: LiveInteraction, call: Call): StoredMessage {
    const { message = "" } = call.params;
    const id = message === "@original" ? interaction.originalId ?? "" : message;
    const belongs = id === interaction.originalId || interaction.hasFollowup(id) || id === sourceOf(interaction)?.id;
    const stored = belongs ? this.#parts.world.messages.get(id) : undefined;
    if (!stored) throw unknown("Message", 10008);
    return stored;
  }

  /** Changes a message of the interaction: the original, a followup, or the one whose component was used. */
  #prepareChange(
    interaction: LiveInteraction,
    { messageId, data, call }: { messageId: string; data: Json; call: Call },
  ): () => APIMessage {
    const { world, effects } = this.#parts;
    const before = world.messages.get(messageId);
    if (!before) throw unknown("Message", 10008);
    const after = editedMessage(data, before, this.#writing(interaction, { data, files: call.files }));
    return () => {
      const { message, ephemeral } = after;
      world.messages.put(after);
      if (messageId === interaction.originalId) interaction.pending = false;
      const { channel_id: channelId } = message;
      const pings = pingsOf(message.content, data);
      const edit = { kind: "edit", interactionId: interaction.id, channelId, message, files: call.files } as const;
      effects.add({ ...edit, pings, ephemeral }, call.replica);
      return message;
    };
  }

  #wrote(
    stored: StoredMessage,
    { via, interaction, call, data }: {
      via: "callback" | "followup";
      interaction: LiveInteraction;
      call: Call;
      data: Json;
    },
  ): void {
    const { message, files, ephemeral } = stored;
    this.#parts.world.messages.put(stored);
    const pings = pingsOf(message.content, data);
    this.#parts.effects.add(
      {
        kind: "message",
        via,
        interactionId: interaction.id,
        channelId: message.channel_id,
        message,
        files,
        pings,
        ephemeral,
      },
      call.replica,
    );
    if (!ephemeral) this.#parts.world.announce(message);
  }

  #writing(interaction: LiveInteraction, { data, files }: { data: Json; files: readonly SentFile[] }) {
    const { payload } = interaction;
    const user = payload.member?.user ?? payload.user ?? this.#parts.world.bot;
    return {
      ...this.#parts.writing(payload.channel?.id ?? ""),
      ephemeral: (number(data.flags, 0) & MessageFlags.Ephemeral) !== 0,
      files,
      extra: { application_id: this.#parts.applicationId, webhook_id: this.#parts.applicationId },
      invoker: user,
    };
  }

  #describe(interaction: LiveInteraction, type: InteractionResponseType): unknown {
    const stored = this.#parts.world.messages.get(interaction.originalId ?? "");
    return {
      interaction: {
        id: interaction.id,
        type: interaction.payload.type,
        ...(stored
          ? {
            response_message_id: stored.message.id,
            response_message_loading: isLoading(stored),
            response_message_ephemeral: stored.ephemeral,
          }
          : {}),
      },
      resource: { type, ...(stored ? { message: stored.message } : {}) },
    };
  }
}

/** @throws 400/50035 when the callback's body is wrong. */
function checkCallback(body: Json): InteractionResponseType {
  const type = number(body.type, -1);
  const kind = BODIES[type];
  if (kind === undefined) {
    throw invalidForm([{ path: ["type"], message: `Interaction callback type ${body.type} is not served` }]);
  }
  checkSchema(kind, body);
  const data = object(body.data);
  if (kind === "reply" || kind === "update") checkMessage(data, { ephemeralAllowed: true, prefix: ["data"] });
  if (kind === "modal") checkModal(data, ["data"]);
  return type;
}

/** The message whose component was used, also when a modal came in between. */
function sourceOf({ payload }: LiveInteraction): APIMessage | undefined {
  return payload.message;
}

function isLoading({ message }: StoredMessage): boolean {
  return ((message.flags ?? 0) & MessageFlags.Loading) !== 0;
}

/** The schema has checked it before. */
function isChoice(value: unknown): value is APIApplicationCommandOptionChoice {
  return typeof object(value).name === "string";
}

/** The schema has checked it before. */
function isModal(value: unknown): value is APIModalInteractionResponseCallbackData {
  return typeof object(value).custom_id === "string";
}
