/**
 * The claim: every replica receives every interaction, and the first callback that Discord accepts decides who handles it. Nothing may be
 * written or posted before. What this does not tell: whether a first attempt, whose answer got lost and which was sent again, had won;
 * it then counts as lost, because doing nothing is mended by another click and doing it twice is not.
 */
import { DiscordAPIError, RESTJSONErrorCodes } from "discord.js";

/** `lost`: another replica was faster, or the 3 s for the first answer had passed. */
export type Claim = "won" | "lost";

/**
 * Sends the first callback of an interaction.
 *
 * @throws whatever kept the callback from being sent or accepted for another reason
 */
export async function claim(sendFirstCallback: () => Promise<unknown>): Promise<Claim> {
  try {
    await sendFirstCallback();
    return "won";
  } catch (error) {
    if (isLost(error)) return "lost";
    throw error;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged ||
      error.code === RESTJSONErrorCodes.UnknownInteraction);
}
