/** Where a person is when they do something, and what Discord knows there about whatever they refer to. */

import { type APIAttachment, type APIMessage, ChannelType } from "discord-api-types/v10";
import type { From, Upload } from "./contract.ts";
import { EVERYONE_PERMISSIONS } from "./guild.ts";
import { object } from "./json.ts";
import type { Resolver } from "./slash_options.ts";
import type { DoubleWorld } from "./world.ts";

/** Where somebody is, with everything chosen. */
export interface Place {
  readonly guildId: string | undefined;
  readonly channelId: string;
  readonly userId: string;
  readonly permissions: bigint;
  readonly locale: string;
}

/** Completes what a test says about a person's place; `somebody` gives the user of those who say nothing. */
export function placeOf(world: DoubleWorld, from: From, somebody: () => string): Place {
  const guildId = from.in === "dm" ? undefined : from.in ?? world.guildIds[0];
  const userId = from.userId ?? somebody();
  return {
    guildId,
    channelId: from.channelId ?? (guildId === undefined ? world.directChannel(userId) : world.guild(guildId).channelId),
    userId,
    permissions: from.permissions ?? EVERYONE_PERMISSIONS,
    locale: from.locale ?? "en-US",
  };
}

/** The place of a message. */
export function whereIs(world: DoubleWorld, { channel_id: channelId }: APIMessage): From {
  return { channelId, in: world.findChannel(channelId)?.guild?.id ?? "dm" };
}

/** What is known at a place. */
export function resolverAt(
  world: DoubleWorld,
  place: Place & { upload: (file: Upload) => APIAttachment },
): Resolver {
  const guild = place.guildId === undefined ? undefined : world.guild(place.guildId);
  return {
    user: (id) => object(world.user(id)),
    member: (id) => {
      const member = guild?.members.get(id);
      if (!member) return undefined;
      const { user: _user, deaf: _deaf, mute: _mute, ...partial } = member;
      return { ...partial, permissions: String(EVERYONE_PERMISSIONS) };
    },
    channel: (id) => {
      const found = world.findChannel(id);
      if (!found) throw new Error(`Discord double: no channel ${id}`);
      const { name, type } = found.channel;
      const where = type === ChannelType.DM ? {} : { guild_id: found.guild?.id };
      return {
        id,
        name,
        type,
        ...where,
        permissions: String(place.permissions),
        flags: 0,
        position: 0,
        parent_id: null,
      };
    },
    role: (id) => object(guild?.roles.find((role) => role.id === id)),
    upload: place.upload,
  };
}
