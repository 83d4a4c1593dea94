/** Serves what operators and probes ask: the version, and whether the backend answers. */
import manifest from "../../../deno.json" with { type: "json" };
import type { Clock } from "../../clock.ts";
import { Failure, toFailure } from "../../failure.ts";
import type { Backend, CallOptions } from "../backend.ts";
import { ADMIN } from "./admin_wire.ts";
import { CHECK_HEALTH } from "./health_wire.ts";
import type { Services } from "./served_call.ts";
import { fromMs } from "./timestamps.ts";

export interface AdminOptions {
  clock: Clock;
  /** False from the moment the server begins to stop. */
  isServing: () => boolean;
}

export function serveAdmin(services: Services, backend: Backend, { clock, isServing }: AdminOptions): void {
  const startedAtMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  services.on(ADMIN.systemInfo, () =>
    Promise.resolve({
      version: manifest.version,
      start_time: fromMs(startedAtMs),
      uptime_seconds: Math.floor((clock.monotonicMs() - startedMs) / 1000),
      database_type: "embedded",
    }));
  services.on(ADMIN.healthCheck, async (_request, { options }) => {
    const answer = await ask(backend, options);
    return {
      status: answer === "ok" ? "healthy" : "unhealthy",
      checks: { backend: answer },
      timestamp: fromMs(clock.wallMs()),
    };
  });
  services.onOpen(CHECK_HEALTH, async ({ service }, { options }) => {
    if (service !== "") {
      throw new Failure("not_found", `There is no health of "${service}"; the empty name is the server`);
    }
    const isHealthy = isServing() && await ask(backend, options) === "ok";
    return { status: isHealthy ? "SERVING" : "NOT_SERVING" };
  });
}

/** `ok`, or the kind of failure. */
async function ask(backend: Backend, options: CallOptions): Promise<string> {
  try {
    await backend.ping(options);
    return "ok";
  } catch (error) {
    return toFailure(error).kind;
  }
}
