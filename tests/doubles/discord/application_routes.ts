/** Routes about the application: the gateway's address, who the bot is, its commands. */

import { type APIApplicationCommand, ApplicationCommandType } from "discord-api-types/v10";
import type { Clock } from "../../../src/clock.ts";
import { checkCommands, commandType } from "./command_check.ts";
import type { EffectLog } from "./effects.ts";
import { ApiError, unknown } from "./errors.ts";
import { type Json, text } from "./json.ts";
import type { Settings } from "./options.ts";
import type { Portal } from "./portal.ts";
import { botRoute, type Call, type Reply, type Route } from "./routes.ts";
import type { DoubleWorld } from "./world.ts";

const CREATES_A_DAY = 200;
const DAY_MS = 24 * 3_600_000;

interface Parts {
  readonly settings: Settings;
  readonly portal: Portal;
  readonly world: DoubleWorld;
  readonly effects: EffectLog;
  readonly gatewayUrl: (replica: string) => string;
}

/** The routes of an application. */
export function applicationRoutes(parts: Parts): readonly Route[] {
  const { settings, portal, world } = parts;
  const creates = new DailyCreates(settings.clock);
  const application = (): Reply => ({
    status: 200,
    body: {
      id: settings.applicationId,
      name: "hivemind",
      icon: null,
      description: "",
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: "0".repeat(64),
      flags: portal.flags(),
      team: null,
      bot: world.bot,
      owner: world.user(world.guildIds[0] ? world.guild(world.guildIds[0]).ownerId : settings.applicationId),
      approximate_guild_count: world.guildIds.length,
    },
  });
  const list = (call: Call): Reply => {
    const guildId = guildOf(call, parts);
    return { status: 200, body: world.commands(guildId) };
  };
  const overwrite = (call: Call) => overwriteCommands(call, parts, creates);
  return [
    botRoute("GET /gateway/bot", ({ replica }) => ({
      status: 200,
      body: { url: parts.gatewayUrl(replica), shards: settings.shards, session_start_limit: portal.startLimit() },
    })),
    botRoute("GET /gateway", ({ replica }) => ({ status: 200, body: { url: parts.gatewayUrl(replica) } })),
    botRoute("GET /users/@me", () => ({ status: 200, body: world.bot })),
    botRoute("GET /applications/@me", application),
    botRoute("GET /oauth2/applications/@me", application),
    botRoute("GET /applications/:application/commands", list),
    botRoute("PUT /applications/:application/commands", overwrite),
    botRoute("GET /applications/:application/guilds/:guild/commands", list),
    botRoute("PUT /applications/:application/guilds/:guild/commands", overwrite),
  ];
}

/** The guild of a call; undefined for the global commands. */
function guildOf({ params }: Call, { settings, world }: Parts): string | undefined {
  if (params.application !== settings.applicationId) throw unknown("Application", 10002);
  if (params.guild !== undefined && !world.findGuild(params.guild)) throw missingAccess();
  return params.guild;
}

/** 403/50001. */
export function missingAccess(): ApiError {
  return new ApiError(403, 50001, { message: "Missing Access" });
}

function overwriteCommands(call: Call, parts: Parts, creates: DailyCreates): Reply {
  const { world, effects, settings } = parts;
  const guildId = guildOf(call, parts);
  const sent = checkCommands(call.body);
  const before = new Map(world.commands(guildId).map((command) => [`${command.type}/${command.name}`, command]));
  const isNew = (command: Json) => !before.has(`${commandType(command)}/${text(command.name)}`);
  const created = sent.filter(isNew).length;
  creates.take(guildId ?? "", created);
  const commands = sent.map((command): APIApplicationCommand => {
    const known = before.get(`${commandType(command)}/${text(command.name)}`);
    return {
      ...defaults(command),
      ...command,
      id: known?.id ?? world.ids.next(),
      application_id: settings.applicationId,
      ...(guildId === undefined ? {} : { guild_id: guildId }),
      version: world.ids.next(),
    };
  });
  world.setCommands(commands, guildId);
  effects.add({ kind: "commands", guildId, commands, created }, call.replica);
  return { status: 200, body: commands };
}

/** What Discord fills in for fields that a command leaves out. */
function defaults(command: Json) {
  const type: ApplicationCommandType = commandType(command);
  return {
    type,
    name: text(command.name),
    name_localizations: null,
    description: "",
    description_localizations: null,
    default_member_permissions: null,
    dm_permission: true,
    contexts: null,
    integration_types: [0],
    nsfw: false,
  };
}

/** Creates per guild and day, of which Discord allows 200. */
class DailyCreates {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { startMs: number; used: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws 429/30034. */
  take(scope: string, count: number): void {
    const nowMs = this.#clock.monotonicMs();
    const day = this.#counts.get(scope);
    const current = day && nowMs - day.startMs < DAY_MS ? day : { startMs: nowMs, used: 0 };
    if (current.used + count > CREATES_A_DAY) {
      throw new ApiError(429, 30034, {
        message: `Max number of daily application command creates has been reached (${CREATES_A_DAY})`,
        violation: true,
      });
    }
    this.#counts.set(scope, { ...current, used: current.used + count });
  }
}
