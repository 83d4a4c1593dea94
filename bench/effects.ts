/** A backend that notes when each write of members arrives and under which fencing token, and takes its time, so that a sync never ends. */
import { openSqliteBackend } from "../src/backend/sqlite_backend.ts";
import { startBackendServer } from "../src/backend/server.ts";
import { sleep, systemClock } from "../src/clock.ts";
import { createLog } from "../src/log.ts";

/** What leader-only work did to the world, as the world saw it. */
export interface Effect {
  /** Of the term in whose name it was done. */
  readonly token: string;
  /** By this machine's wall clock, in whole milliseconds like the logs of the replicas. */
  readonly atMs: number;
}

export interface EffectRecorder extends AsyncDisposable {
  readonly hostname: string;
  readonly port: number;
  /** In the order of their arrival. */
  readonly effects: readonly Effect[];
}

/** An effect every 200 ms tells well enough when a term's effects begin and end, and leaves the processor to the election. */
const WRITE_MS = 200;

/** Serves it over gRPC on a port of this machine. */
export async function startEffectRecorder(serviceToken: string): Promise<EffectRecorder> {
  const hostname = "127.0.0.1";
  const clock = systemClock;
  const log = createLog({ level: "error", format: "text" });
  const effects: Effect[] = [];
  const kept = openSqliteBackend({ path: ":memory:", clock, log });
  const backend: typeof kept = {
    ...kept,
    async upsertMembers(members, options) {
      effects.push({ token: options?.fencingToken ?? "", atMs: clock.wallMs() });
      await sleep(clock, WRITE_MS, options?.signal);
      return members.length;
    },
  };
  const server = await startBackendServer({ backend, listen: { host: hostname, port: 0 }, serviceToken, clock, log });
  return {
    hostname,
    port: server.port,
    effects,
    async [Symbol.asyncDispose]() {
      await server.close();
      await kept.close();
    },
  };
}
