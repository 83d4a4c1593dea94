/** The guilds that the bot is in, asked over REST where no gateway tells of them. */
import type { REST } from "discord.js";
import { type APIGuild, type APIPartialGuild, Routes } from "discord-api-types/v10";
import { Failure } from "../failure.ts";
import { type DiscordGuild, guildFrom } from "./members.ts";
import { discordFailure } from "./rest.ts";

/** The most that Discord gives at once. */
const GUILDS_AT_ONCE = 200;

/** The ids of all guilds, ascending. @throws {Failure} */
export async function listGuildIds(rest: REST): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined = "0"; after !== undefined;) {
    const query: URLSearchParams = new URLSearchParams({ limit: String(GUILDS_AT_ONCE), after });
    const answer: unknown = await rest.get(Routes.userGuilds(), { query }).catch((thrown) => {
      throw discordFailure(thrown, "list the bot's guilds");
    });
    const guilds: APIPartialGuild[] = Array.isArray(answer) ? answer : [];
    ids.push(...guilds.map(({ id }) => id));
    after = guilds.length < GUILDS_AT_ONCE ? undefined : ids.at(-1);
  }
  return ids;
}

/** A guild. @throws {Failure} `not_found`, `not_yours` when the bot is not in it */
export async function readGuild(rest: REST, guildId: string): Promise<DiscordGuild> {
  const answer = await rest.get(Routes.guild(guildId)).catch((thrown) => {
    throw discordFailure(thrown, `read guild ${guildId}; is the bot in it?`);
  });
  if (!isGuild(answer)) throw new Failure("unknown", `Discord's answer about guild ${guildId} is no guild`);
  return guildFrom(answer);
}

function isGuild(answer: unknown): answer is APIGuild {
  return typeof answer === "object" && answer !== null && "owner_id" in answer && "name" in answer;
}
