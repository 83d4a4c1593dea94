/** What a call carries beside its message: who asks, in whose name, and in which term of leadership. Both ends read it here. */
import { Metadata } from "@grpc/grpc-js";
import { Failure } from "../../failure.ts";
import type { Caller } from "../backend.ts";

export const AUTHORIZATION = "authorization";
export const FENCING_TOKEN = "x-hivemind-fencing-token";
const USER_ID = "x-discord-user-id";
const GUILD_ID = "x-discord-guild-id";
const USERNAME = "x-discord-username";

/** Discord's own usernames end at 32. */
const USERNAME_LIMIT = 64;

/** The keys of one call, before they become metadata. */
export type Headers = Readonly<Record<string, string>>;

/**
 * The keys of a call for a user.
 *
 * @throws {Failure} `bad_input` without a user: a server in use today would run the call as the bot itself, which sees everything
 */
export function userHeaders(caller: Caller): Headers {
  if (caller.userId.trim() === "") throw new Failure("bad_input", "A call for a user needs the user's id");
  return {
    [USER_ID]: caller.userId,
    [GUILD_ID]: caller.guildId ?? "",
    [USERNAME]: sendableName(caller.username) || caller.userId,
  };
}

/** A name as metadata can carry it: printable ASCII. Letters lose their accents; what has no ASCII form is left out. */
export function sendableName(name: string): string {
  return name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "").trim().slice(0, USERNAME_LIMIT).trim();
}

/** Metadata of the given keys and the service token. @throws {Failure} `refused_token`, `bad_input` for what cannot be sent */
export function metadataOf(headers: Headers, serviceToken: string): Metadata {
  const metadata = new Metadata();
  try {
    metadata.set(AUTHORIZATION, `Bearer ${serviceToken}`);
  } catch (error) {
    const hint = "The backend's service token has characters that a token cannot have; is the file the right one?";
    throw new Failure("refused_token", hint, { cause: withoutValue(error) });
  }
  for (const [key, value] of Object.entries(headers)) {
    try {
      metadata.set(key, value);
    } catch (error) {
      throw new Failure("bad_input", `${key} cannot be ${JSON.stringify(value)}`, { cause: error });
    }
  }
  return metadata;
}

/** The library's message quotes the value, and this one is secret. */
function withoutValue(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}

/** One value of a key; empty when absent. */
export function valueOf(metadata: Metadata, key: string): string {
  const value = metadata.get(key)[0];
  return typeof value === "string" ? value : "";
}

/** For whom a call was made. @throws {Failure} `bad_input` when it names nobody */
export function callerOf(metadata: Metadata): Caller {
  const userId = valueOf(metadata, USER_ID);
  if (userId === "") throw new Failure("bad_input", `This call is made for a user; ${USER_ID} is missing`);
  return { userId, guildId: valueOf(metadata, GUILD_ID) || null, username: valueOf(metadata, USERNAME) };
}
