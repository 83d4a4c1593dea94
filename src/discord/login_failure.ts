/** Why Discord's gateway will not have us, and what to do about it. */
import { DiscordjsErrorCodes } from "discord.js";
import { GatewayCloseCodes } from "discord-api-types/v10";
import { Failure } from "../failure.ts";
import { MEMBERS_INTENT } from "./members.ts";
import { discordFailure } from "./rest.ts";

/** What a close code says that no reconnecting mends; `null` for every other code. */
export function refusalOf(code: number): Failure | null {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return refusedToken();
    case GatewayCloseCodes.DisallowedIntents:
      return new Failure(
        "bad_input",
        `Discord closed the gateway connection (4014, disallowed intents): switch on ${MEMBERS_INTENT}`,
      );
    case GatewayCloseCodes.InvalidShard:
    case GatewayCloseCodes.ShardingRequired:
    case GatewayCloseCodes.InvalidAPIVersion:
    case GatewayCloseCodes.InvalidIntents:
      return new Failure(
        "bad_input",
        `Discord closed the gateway connection (${code}): this version of the bot asks for what Discord does not offer; update it`,
      );
    default:
      return null;
  }
}

/** What a failed login means. Only `unreachable` is worth another try. */
export function loginFailure(thrown: unknown): Failure {
  if (codeOf(thrown) === DiscordjsErrorCodes.TokenInvalid) return refusedToken(thrown);
  const failure = discordFailure(thrown, "connect to Discord's gateway");
  const isDefinite = failure.kind === "refused_token" || failure.kind === "not_yours" || failure.kind === "bad_input";
  return isDefinite ? failure : new Failure("unreachable", failure.message, { cause: thrown });
}

function refusedToken(cause?: unknown): Failure {
  return new Failure(
    "refused_token",
    "Discord refuses the bot's token: copy it again from the developer portal (page Bot, Reset Token) into DISCORD_BOT_TOKEN",
    { cause },
  );
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}
