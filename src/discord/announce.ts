/** Posts news to a server's announcement channel. */
import type { REST } from "discord.js";
import { type RESTPostAPIChannelMessageJSONBody, Routes } from "discord-api-types/v10";
import { newReference } from "../failure.ts";
import { asMessage, type Card } from "./reply.ts";
import { discordFailure } from "./rest.ts";

export interface Announcement {
  channelId: string;
  card: Omit<Card, "files">;
}

/**
 * Posts a card to a channel, pinging nobody.
 *
 * @throws {Failure} `not_yours` when the bot may not write there, `not_found` when the channel is gone, `unreachable`
 */
export async function announce(rest: REST, { channelId, card }: Announcement): Promise<void> {
  const { content, embeds, components } = asMessage(card);
  const body: RESTPostAPIChannelMessageJSONBody = {
    content,
    embeds,
    components,
    allowed_mentions: { parse: [] },
    // What is sent again after a lost answer does not stand there twice.
    nonce: newReference(),
    enforce_nonce: true,
  };
  await rest.post(Routes.channelMessages(channelId), { body }).catch((thrown) => {
    throw discordFailure(thrown, `announce in channel ${channelId}`);
  });
}
