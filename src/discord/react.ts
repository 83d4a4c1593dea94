/** Marks a message of people with one of the application's emoji. */
import type { REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { discordFailure } from "./rest.ts";

export interface Reaction {
  channelId: string;
  messageId: string;
  /** Id of an application emoji. */
  emojiId: string;
}

/** Discord goes by the id and takes any name. */
const ANY_NAME = "hivemind";

/**
 * Adds the reaction; one that is there already changes nothing.
 *
 * @throws {Failure} `bad_input` for an unknown emoji, `not_yours` when the bot may not react there, `not_found`, `unreachable`
 */
export async function react(rest: REST, { channelId, messageId, emojiId }: Reaction): Promise<void> {
  const emoji = encodeURIComponent(`${ANY_NAME}:${emojiId}`);
  await rest.put(Routes.channelMessageOwnReaction(channelId, messageId, emoji)).catch((thrown) => {
    throw discordFailure(thrown, `react to message ${messageId} with emoji ${emojiId}`);
  });
}
