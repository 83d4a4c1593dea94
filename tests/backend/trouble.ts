/** What every call of the port does while a backend is in trouble, and once the trouble is over. */
import { assert, assertEquals } from "@std/assert";
import type { Backend } from "../../src/backend/backend.ts";
import { startBackendServer } from "../../src/backend/server.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { SILENT } from "./grpc_fixtures.ts";
import { CALLS } from "./port_calls.ts";

const DEADLINE_MS = 600;
/** For a busy machine: timers fire late there. */
const LATENESS_MS = 3_000;
const HEALED_WITHIN_MS = 2_000;

/** All calls of the port at once; how each of them ended: `ok` or the kind of failure. */
async function outcomes(backend: Backend): Promise<Record<string, string>> {
  const entries = Object.entries(CALLS).map(async ([name, call]) => {
    const startMs = performance.now();
    const outcome = await call(backend, { deadlineMs: DEADLINE_MS }).then(() => "ok", (error) => {
      assert(error instanceof Failure, `${name}: ${error}`);
      return error.kind;
    });
    const tookMs = performance.now() - startMs;
    assert(tookMs < DEADLINE_MS + LATENESS_MS, `${name} took ${tookMs} ms`);
    return [name, outcome] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export async function assertAllFail(backend: Backend, ...kinds: string[]): Promise<void> {
  const wrong = Object.entries(await outcomes(backend)).filter(([, outcome]) => !kinds.includes(outcome));
  assertEquals(wrong, []);
}

/** Asks as people do, again and again, until somebody is answered; a read and a write. */
export async function assertHeals(backend: Backend): Promise<void> {
  const startMs = performance.now();
  const calls = [
    () => backend.isMember("1", "1"),
    () => backend.upsertGuild({ id: "1", name: "", iconUrl: "", ownerId: "" }),
  ];
  for (const call of calls) {
    while (!(await call().then(() => true, () => false))) {
      const tookMs = performance.now() - startMs;
      assert(tookMs < HEALED_WITHIN_MS + LATENESS_MS, `not healed after ${tookMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The own server, on a port that may have been something else before. */
export async function serve(port = 0) {
  const backend = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const listen = { host: "127.0.0.1", port };
  const server = await startBackendServer({ backend, listen, serviceToken: "s3cret", clock: systemClock, log: SILENT });
  return {
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server.close();
      await backend.close();
    },
  };
}
