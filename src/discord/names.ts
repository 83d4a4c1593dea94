/** The name that people know somebody by in a guild. */
import {
  type APIGuildMember,
  type APIMessage,
  type APIUser,
  type BaseInteraction,
  type REST,
  Routes,
} from "discord.js";
import { type Clock, deadline } from "../clock.ts";
import { within } from "./rest.ts";

const FIND_WITHIN_MS = 3_000;

/** The asker's name: nickname, else global name, else username. */
export function nameOfAsker({ member, user }: Pick<BaseInteraction, "member" | "user">): string {
  const nick = member && ("nickname" in member ? member.nickname : member.nick);
  return nick || user.displayName;
}

/**
 * The name of a message's author: the member's, else (they left, or it is a webhook) the one that the message carries. Empty when
 * neither can be had; never rejects.
 */
export async function nameOfAuthor(
  message: { guildId: string; channelId: string; messageId: string; authorId: string },
  { rest, clock }: { rest: REST; clock: Clock },
): Promise<string> {
  using limit = deadline(clock, FIND_WITHIN_MS);
  const { signal } = limit;
  const { guildId, channelId, messageId, authorId } = message;
  try {
    const member = await within(rest.get(Routes.guildMember(guildId, authorId), { signal }), signal) as APIGuildMember;
    return member.nick || nameOfUser(member.user);
  } catch {
    // Not a member, or Discord does not answer: the message knows a name, too.
  }
  try {
    const found = await within(rest.get(Routes.channelMessage(channelId, messageId), { signal }), signal) as APIMessage;
    return nameOfUser(found.author);
  } catch {
    return "";
  }
}

function nameOfUser({ global_name, username }: APIUser): string {
  return global_name || username;
}
