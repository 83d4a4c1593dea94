/** What people do in Discord: commands, clicks, choices, modals, each sent to every session as an interaction. */

import {
  type APIApplicationCommand,
  type APIInteraction,
  type APIMessage,
  ApplicationCommandType,
  ComponentType,
  InteractionContextType,
  InteractionType,
} from "discord-api-types/v10";
import { buttonsOf, selectsOf } from "./answer.ts";
import type {
  Answer,
  ComponentChoice,
  From,
  InputValue,
  InteractionHandle,
  MessageSource,
  OptionValue,
  People,
  ShownSelect,
  Upload,
} from "./contract.ts";
import { BOT_PERMISSIONS } from "./guild.ts";
import { LiveInteraction } from "./interaction.ts";
import type { Json } from "./json.ts";
import { makeMember } from "./members.ts";
import { filledModal } from "./modal_submit.ts";
import { type Place, placeOf, resolverAt, whereIs } from "./place.ts";
import { type Resolver, typedCommand } from "./slash_options.ts";
import type { Uploads } from "./uploads.ts";
import type { DoubleWorld } from "./world.ts";

const ATTACHMENT_LIMIT_BYTES = 10_485_760;

interface Parts {
  readonly world: DoubleWorld;
  readonly uploads: Uploads;
  readonly applicationId: string;
  readonly strictCommands: boolean;
  readonly fileBase: () => string;
  /** Makes the interaction known and sends it to every session. */
  readonly send: (payload: APIInteraction, from: From) => LiveInteraction;
  readonly find: (interactionId: string) => LiveInteraction | undefined;
}

/** The people of a double. */
export class DoublePeople implements People {
  readonly #parts: Parts;
  #somebody: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  slash(path: string, options: Readonly<Record<string, OptionValue>> = {}, from: From = {}): InteractionHandle {
    return this.#command(InteractionType.ApplicationCommand, { path, options, from });
  }

  autocomplete(
    path: string,
    options: Readonly<Record<string, OptionValue>>,
    from: From & { focused: string },
  ): InteractionHandle {
    const typed = { [from.focused]: "", ...options };
    const { focused } = from;
    return this.#command(InteractionType.ApplicationCommandAutocomplete, { path, options: typed, from, focused });
  }

  #command(
    type: InteractionType,
    { path, options, from, focused }: {
      path: string;
      options: Readonly<Record<string, OptionValue>>;
      from: From;
      focused?: string;
    },
  ): InteractionHandle {
    const place = this.#place(from);
    const definition = this.#definition(path.split(" ")[0] ?? "", ApplicationCommandType.ChatInput, place);
    const context = { resolver: this.#resolver(place), definition, ...(focused === undefined ? {} : { focused }) };
    const { name, options: nested, resolved } = typedCommand(path, options, context);
    return this.#send(place, type, {
      data: {
        id: definition?.id ?? this.#parts.world.ids.next(),
        name,
        type: ApplicationCommandType.ChatInput,
        ...(nested.length > 0 ? { options: nested } : {}),
        ...(resolved ? { resolved } : {}),
        ...(definition?.guild_id === undefined ? {} : { guild_id: definition.guild_id }),
      },
    });
  }

  messageMenu(name: string, source: MessageSource, from: From = {}): InteractionHandle {
    const message = this.#message(source);
    const place = this.#place({ ...whereIs(this.#parts.world, message), ...from });
    const resolved = { messages: { [message.id]: message } };
    return this.#menu(name, { type: ApplicationCommandType.Message, target: message.id, resolved, place });
  }

  userMenu(name: string, targetUserId: string, from: From = {}): InteractionHandle {
    const place = this.#place(from);
    const resolver = this.#resolver(place);
    const member = resolver.member(targetUserId);
    const resolved = {
      users: { [targetUserId]: resolver.user(targetUserId) },
      ...(member ? { members: { [targetUserId]: member } } : {}),
    };
    return this.#menu(name, { type: ApplicationCommandType.User, target: targetUserId, resolved, place });
  }

  #menu(
    name: string,
    { type, target, resolved, place }: { type: ApplicationCommandType; target: string; resolved: Json; place: Place },
  ): InteractionHandle {
    const id = this.#definition(name, type, place)?.id ?? this.#parts.world.ids.next();
    return this.#send(place, InteractionType.ApplicationCommand, {
      data: { id, name, type, target_id: target, resolved },
    });
  }

  button(source: MessageSource, which: ComponentChoice, from: From = {}): InteractionHandle {
    const message = this.#message(source);
    const buttons = buttonsOf(message.components ?? []).filter(({ customId }) => customId !== undefined);
    const button = buttons.find(({ customId = "", label }) => fits(which, customId, label));
    const shown = buttons.map(({ label, customId }) => `${label} (${customId})`);
    if (!button) throw noComponent("button", which, shown);
    if (button.disabled) throw new Error(`Discord double: the button ${button.label} is disabled`);
    return this.#component(source, {
      message,
      from,
      data: { custom_id: button.customId, component_type: ComponentType.Button },
    });
  }

  select(
    source: MessageSource,
    which: ComponentChoice,
    values: readonly string[],
    from: From = {},
  ): InteractionHandle {
    const message = this.#message(source);
    const selects = selectsOf(message.components ?? []);
    const select = selects.find(({ customId, placeholder }) => fits(which, customId, placeholder));
    if (!select) throw noComponent("select menu", which, selects.map(({ customId }) => customId));
    if (select.disabled) throw new Error(`Discord double: the select menu ${select.customId} is disabled`);
    const place = this.#place({ ...whereIs(this.#parts.world, message), ...this.#fromOf(source), ...from });
    const data = {
      custom_id: select.customId,
      component_type: select.type,
      ...this.#chosen(select, values, place),
    };
    return this.#component(source, { message, from, data });
  }

  #chosen(select: ShownSelect, values: readonly string[], place: Place): Json {
    if (select.type !== ComponentType.StringSelect) {
      const resolver = this.#resolver(place);
      const resolve = select.type === ComponentType.ChannelSelect
        ? { channels: Object.fromEntries(values.map((id) => [id, resolver.channel(id)])) }
        : { users: Object.fromEntries(values.map((id) => [id, resolver.user(id)])) };
      return { values, resolved: resolve };
    }
    const chosen = values.map((value) => {
      const option = select.options.find((each) => each.value === value || each.label === value);
      if (option) return option.value;
      throw noComponent("option", value, select.options.map(({ label, value }) => `${label} (${value})`));
    });
    return { values: chosen };
  }

  #component(
    source: MessageSource,
    { message, from, data }: { message: APIMessage; from: From; data: Json },
  ): InteractionHandle {
    const place = this.#place({ ...whereIs(this.#parts.world, message), ...this.#fromOf(source), ...from });
    return this.#send(place, InteractionType.MessageComponent, { message, data });
  }

  modal(
    shown: InteractionHandle | Answer,
    values: Readonly<Record<string, InputValue>> = {},
    from: From = {},
  ): InteractionHandle {
    const interaction = this.#parts.find("payload" in shown ? shown.id : shown.interactionId);
    if (!interaction?.modal) throw new Error("Discord double: this interaction has shown no modal (yet)");
    const place = this.#place({ ...interaction.from, ...from });
    const data = filledModal(interaction.modal, values, (file) => this.#upload(file, place));
    const { message } = interaction.payload;
    return this.#send(place, InteractionType.ModalSubmit, { data, ...(message ? { message } : {}) });
  }

  #send(place: Place, type: InteractionType, specific: Json): InteractionHandle {
    const { world, applicationId } = this.#parts;
    const { guildId, channelId, userId, locale } = place;
    const user = world.user(userId);
    const guild = guildId === undefined ? undefined : world.guild(guildId);
    const channel = world.findChannel(channelId)?.channel;
    const member = guild?.members.get(userId) ?? makeMember(user);
    const payload: unknown = {
      id: world.ids.next(),
      application_id: applicationId,
      type,
      token: `interaction-token-${crypto.randomUUID()}`,
      version: 1,
      channel_id: channelId,
      channel: { ...channel, permissions: String(place.permissions) },
      ...(guild
        ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: guild.locale, features: [] },
          guild_locale: guild.locale,
          member: { ...member, permissions: String(place.permissions) },
        }
        : { user }),
      locale,
      app_permissions: String(BOT_PERMISSIONS),
      entitlements: [],
      authorizing_integration_owners: { "0": guild?.id ?? "0" },
      context: guild ? InteractionContextType.Guild : InteractionContextType.BotDM,
      attachment_size_limit: ATTACHMENT_LIMIT_BYTES,
      ...specific,
    };
    const { guildId: _, ...rest } = place;
    return this.#parts.send(payload as APIInteraction, { ...rest, in: guildId ?? "dm" });
  }

  #place(from: From): Place {
    return placeOf(this.#parts.world, from, () => this.#somebodyId());
  }

  #somebodyId(): string {
    return this.#somebody ??= this.#parts.world.addUser({ username: "somebody", globalName: "Some Body" }).id;
  }

  /** A click is made by whoever the answer is for, unless a test says otherwise. */
  #fromOf(source: MessageSource): From {
    if ("payload" in source) return this.#parts.find(source.id)?.from ?? {};
    return "interactionId" in source ? this.#parts.find(source.interactionId)?.from ?? {} : {};
  }

  /** The message as it stands now. */
  #message(source: MessageSource): APIMessage {
    const shown = "payload" in source ? source.current?.message : "interactionId" in source ? source.message : source;
    const stored = shown && this.#parts.world.messages.get(shown.id);
    if (!stored) throw new Error("Discord double: there is no such message (any more)");
    return stored.message;
  }

  #definition(name: string, type: ApplicationCommandType, { guildId }: Place): APIApplicationCommand | undefined {
    const { world, strictCommands } = this.#parts;
    const all = [...guildId === undefined ? [] : world.commands(guildId), ...world.commands()];
    const found = all.find((command) => command.name === name && command.type === type);
    if (!found && strictCommands) throw noComponent("command", name, all.map((command) => command.name));
    return found;
  }

  #resolver(place: Place): Resolver {
    return resolverAt(this.#parts.world, { ...place, upload: (file) => this.#upload(file, place) });
  }

  #upload(file: Upload, place: Place) {
    const { uploads, world, fileBase } = this.#parts;
    return uploads.upload(file, { id: world.ids.next(), channelId: place.channelId, base: fileBase() });
  }
}

function fits(which: ComponentChoice, customId: string, label: string): boolean {
  if (typeof which === "string") return which === customId;
  if (which instanceof RegExp) return which.test(customId);
  return typeof which.label === "string" ? which.label === label : which.label.test(label);
}

function noComponent(kind: string, which: ComponentChoice, shown: readonly string[]): Error {
  const wanted = typeof which === "string" || which instanceof RegExp ? which : which.label;
  return new Error(`Discord double: no ${kind} ${wanted}; there are ${shown.join(", ") || "none"}`);
}
