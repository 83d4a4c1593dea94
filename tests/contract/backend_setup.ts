/** The server that the task `contract:backend` asks: by the variables that the bot itself would read. */
import { readTls } from "../../src/backend/open_backend.ts";
import type { ChannelOptions } from "../../src/backend/channel.ts";
import { processEnvironment, readBotConfig } from "../../src/config.ts";
import { ConfigError } from "../../src/environment.ts";
import { CannotRun } from "./task.ts";

const WHAT_TO_SET =
  "There is no backend to ask: set BACKEND_GRPC_HOST, BACKEND_GRPC_PORT (50051 when absent) and BACKEND_SERVICE_TOKEN " +
  "(of a service account with the role bot), for example BACKEND_GRPC_HOST=127.0.0.1. The suite makes guilds of its own.";

/** @throws {CannotRun} that says what to set */
export function serverOfEnvironment(): Omit<ChannelOptions, "clock"> {
  const given = Object.entries(processEnvironment()).filter(([name]) => name.startsWith("BACKEND_"));
  try {
    // The bot's own reader, which wants a Discord token too.
    const { backend } = readBotConfig({ ...Object.fromEntries(given), DISCORD_BOT_TOKEN: "none.needed.here" });
    if (backend.kind === "embedded") throw new CannotRun(WHAT_TO_SET);
    const { host, port, serviceToken, tls } = backend;
    return { host, port, serviceToken, ...(tls && { tls: readTls(tls) }) };
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotRun(error.message);
    throw error;
  }
}
