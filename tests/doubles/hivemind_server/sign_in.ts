/** Who calls: the service token and its role, and the Discord user, whom the server makes on first sight. */
import type { Metadata } from "@grpc/grpc-js";
import { StatusError } from "./protocol.ts";
import type { Tables, User } from "./tables.ts";

/** Only a bot may act for users. */
export type Role = "bot" | "admin";

/** Everything that comes without a user; it sees all. */
const SERVICE_BOT: User = { id: "service-bot", discordId: "" };

/** Checks a call's token and finds its user. */
export async function signIn(
  metadata: Metadata,
  { tables, tokens }: { tables: Tables; tokens: ReadonlyMap<string, Role> },
): Promise<User> {
  const value = (key: string) => String(metadata.get(key)[0] ?? "");
  const role = roleOf(value("authorization"), tokens);
  const discordId = value("x-discord-user-id");
  if (discordId === "") return SERVICE_BOT;
  if (role !== "bot") throw new StatusError("PERMISSION_DENIED", "only bots can act on behalf of Discord users");
  return await provision(tables, discordId, value("x-discord-username"));
}

function roleOf(authorization: string, tokens: ReadonlyMap<string, Role>): Role {
  if (authorization === "") throw new StatusError("UNAUTHENTICATED", "missing authorization token");
  const role = tokens.get(authorization.replace(/^Bearer /, ""));
  if (role === undefined) throw new StatusError("UNAUTHENTICATED", "invalid token");
  return role;
}

/** Rows 6, 7 and 8: looks, then inserts; whoever comes second meanwhile fails. A member it does not make, and the name stays. */
async function provision(tables: Tables, discordId: string, username: string): Promise<User> {
  const known = tables.users.get(discordId);
  if (known !== undefined) return known;
  await tables.pause();
  if (tables.users.has(discordId)) throw new StatusError("INTERNAL", "failed to provision user");
  const user = { id: tables.newId(), discordId };
  tables.users.set(discordId, user);
  if (!tables.discordUsers.has(discordId)) {
    tables.discordUsers.set(discordId, { username, globalName: "", avatarHash: "" });
  }
  await tables.pause();
  return user;
}
