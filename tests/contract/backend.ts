// deno-lint-ignore-file no-console -- contract tasks speak to the terminal
/**
 * `deno task contract:backend`: what the bot expects of its backend, asked of the server at `BACKEND_GRPC_HOST`, with the settings that the
 * bot would have. It makes guilds and users of its own, which stay there, and touches no others; nothing must be prepared. It never asks
 * for a random quote by the call that ends a server in use today, and never saves a new title from several callers at once, which spoils
 * its guild. Ends with `N passed, N failed`; the exit code is 2 where there is no server to ask.
 */
import { createGrpcBackend } from "../../src/backend/grpc_backend.ts";
import { systemClock } from "../../src/clock.ts";
import { explain } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { serverOfEnvironment } from "./backend_setup.ts";
import { runSuite } from "./suite_run.ts";
import { CannotRun, runTask } from "./task.ts";

const SUITE = new URL("backend_suite.ts", import.meta.url).pathname;

await runTask(async () => {
  const server = serverOfEnvironment();
  console.log(`Asking the backend at ${server.host}:${server.port}.`);
  const log = createLog({ level: "error", format: "text" });
  const backend = createGrpcBackend({ ...server, clock: systemClock, log });
  try {
    await backend.ping();
    await backend.isMember("0", "0");
  } catch (error) {
    throw new CannotRun(`The backend at ${server.host}:${server.port} cannot be asked: ${explain(error)}`);
  } finally {
    await backend.close();
  }
  return await runSuite(SUITE);
});
