/** Which application the bot's token belongs to. */
import type { REST } from "discord.js";
import { Routes } from "discord-api-types/v10";
import { Failure } from "../failure.ts";
import { discordFailure } from "./rest.ts";

/** The application's id, asked from Discord. @throws {Failure} `refused_token`, `unreachable` */
export async function readApplicationId(rest: REST): Promise<string> {
  const answer = await rest.get(Routes.currentApplication()).catch((thrown) => {
    throw discordFailure(thrown, "ask Discord which application the token belongs to");
  });
  if (typeof answer === "object" && answer !== null && "id" in answer && typeof answer.id === "string") {
    return answer.id;
  }
  throw new Failure("unknown", "Discord's account of the application has no id; set DISCORD_APPLICATION_ID");
}
