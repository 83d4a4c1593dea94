/** Routes about guilds, their members, and users. */

import { GatewayIntentBits } from "discord-api-types/v10";
import { missingAccess } from "./application_routes.ts";
import { invalidForm, unknown } from "./errors.ts";
import type { Guild } from "./guild.ts";
import type { Portal } from "./portal.ts";
import { botRoute, type Call, type Reply, type Route } from "./routes.ts";
import type { DoubleWorld } from "./world.ts";

const MOST_MEMBERS = 1_000;
const SNOWFLAKE = /^\d{1,20}$/;

interface Parts {
  readonly portal: Portal;
  readonly world: DoubleWorld;
}

/** The routes of guilds and users. */
export function guildRoutes(parts: Parts): readonly Route[] {
  const { world } = parts;
  const guild = ({ params }: Call): Guild => {
    const found = world.findGuild(params.guild ?? "");
    if (!found) throw unknown("Guild", 10004);
    return found;
  };
  return [
    botRoute("GET /users/@me/guilds", () => ({
      status: 200,
      body: world.guildIds.map((id) => ({
        id,
        name: world.guild(id).name,
        icon: null,
        owner: false,
        permissions: "0",
      })),
    })),
    botRoute("GET /users/:user", ({ params }) => {
      const user = world.findUser(params.user ?? "");
      if (!user) throw unknown("User", 10013);
      return { status: 200, body: user };
    }),
    botRoute("GET /guilds/:guild", (call) => {
      const found = guild(call);
      const counts = call.query.get("with_counts") === "true" ? { approximate_member_count: found.memberCount } : {};
      return { status: 200, body: { ...found.describe(), ...counts } };
    }),
    botRoute("GET /guilds/:guild/members", (call) => listMembers(call, parts)),
    botRoute("GET /guilds/:guild/members/:user", (call) => {
      const member = guild(call).members.get(call.params.user ?? "");
      if (!member) throw unknown("Member", 10007);
      return { status: 200, body: member };
    }),
  ];
}

function listMembers({ params, query }: Call, { portal, world }: Parts): Reply {
  const guild = world.findGuild(params.guild ?? "");
  if (!guild || !portal.grants(GatewayIntentBits.GuildMembers)) throw missingAccess();
  const limit = Number(query.get("limit") ?? "1");
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_MEMBERS) {
    throw invalidForm([{ path: ["limit"], message: `int value should be between 1 and ${MOST_MEMBERS}.` }]);
  }
  const after = query.get("after") ?? "0";
  if (!SNOWFLAKE.test(after)) {
    throw invalidForm([{ path: ["after"], message: `Value "${after}" is not snowflake.` }]);
  }
  return { status: 200, body: guild.members.page(after, limit) };
}
