/** A client that is busy while servers say goodbye: asks each of the ports it is given, says so, and then looks away for a moment. */
import { createGrpcBackend } from "../../../src/backend/grpc_backend.ts";
import { systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";

const LOOKS_AWAY_MS = 100;

const log = createLog({ level: "error", format: "text" });
for (const port of Deno.args) {
  const backend = createGrpcBackend({
    host: "127.0.0.1",
    port: Number(port),
    serviceToken: () => "token",
    clock: systemClock,
    log,
  });
  await backend.ping();
  await backend.isMember("1", "2");
  // deno-lint-ignore no-console -- this is how the test hears of it
  console.log(port);
  const untilMs = performance.now() + LOOKS_AWAY_MS;
  while (performance.now() < untilMs);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await backend.close();
}
Deno.exit(0);
