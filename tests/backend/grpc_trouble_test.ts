/** Every call of the port against a backend in trouble: it ends in time and says what is wrong; and when the trouble is over, so is its. */
import { assert, assertEquals } from "@std/assert";
import type { Backend } from "../../src/backend/backend.ts";
import { startBackendServer } from "../../src/backend/server.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { type Nonsense, startNonsense } from "../doubles/nonsense_server.ts";
import { startTcpProxy } from "../doubles/tcp_proxy.ts";
import { BotProcess } from "../process/bot_process.ts";
import { clientOf, SILENT } from "./grpc_fixtures.ts";
import { READS, WRITES } from "./port_calls.ts";
import { Refusal, startStrangeServer } from "./strange_server.ts";

const DEADLINE_MS = 600;
/** For a busy machine: timers fire late there. */
const LATENESS_MS = 400;
const HEALED_WITHIN_MS = 2_000;

/** All calls at once; how each of them ended: `ok` or the kind of failure. */
async function outcomes(backend: Backend): Promise<Record<string, string>> {
  const entries = Object.entries({ ...READS, ...WRITES }).map(async ([name, call]) => {
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

async function assertAllFail(backend: Backend, ...kinds: string[]): Promise<void> {
  const wrong = Object.entries(await outcomes(backend)).filter(([, outcome]) => !kinds.includes(outcome));
  assertEquals(wrong, []);
}

/** Asks as people do, again and again, until somebody is answered; a read and a write. */
async function assertHeals(backend: Backend): Promise<void> {
  const startMs = performance.now();
  const calls = [
    () => backend.isMember("1", "1"),
    () => backend.upsertGuild({ id: "1", name: "", iconUrl: "", ownerId: "" }),
  ];
  for (const call of calls) {
    while (!(await call().then(() => true, () => false))) {
      const tookMs = performance.now() - startMs;
      assert(tookMs < HEALED_WITHIN_MS, `not healed after ${tookMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The own server, on a port that may have been something else before. */
async function serve(port = 0) {
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

const NONSENSE: Record<Nonsense, string[]> = {
  "bytes": ["unreachable"],
  "http/1.1": ["unreachable"],
  "silence": ["unreachable"],
  "hangup": ["unreachable"],
  "page": ["unreachable"],
  "bad gateway": ["unreachable"],
  "messages": ["unknown"],
  "half": ["unreachable"],
};

for (const [what, kinds] of Object.entries(NONSENSE)) {
  Deno.test(`behind the port is ${what}, then the backend`, async () => {
    let port = 0;
    await using client = await (async () => {
      await using nonsense = await startNonsense(what as Nonsense);
      port = nonsense.port;
      // Deno 2.9.6 dies of some HTTP/2 sessions that end in nonsense, about one in a thousand: few attempts to connect.
      const client = clientOf(port, { reconnectDelayMs: 150 });
      await assertAllFail(client, ...kinds);
      return client;
    })();
    await using _server = await serve(port);
    await assertHeals(client);
  });
}

Deno.test("the backend is down, then there, then down again", async () => {
  const port = await (async () => {
    await using server = await serve();
    return server.port;
  })();
  await using client = clientOf(port);
  await assertAllFail(client, "unreachable");
  {
    await using _server = await serve(port);
    await assertHeals(client);
  }
  await assertAllFail(client, "unreachable");
});

const BY_CODE = {
  CANCELLED: "unreachable",
  UNKNOWN: "unknown",
  INVALID_ARGUMENT: "bad_input",
  DEADLINE_EXCEEDED: "unreachable",
  ALREADY_EXISTS: "unknown",
  PERMISSION_DENIED: "not_yours",
  RESOURCE_EXHAUSTED: "too_large",
  FAILED_PRECONDITION: "stale_term",
  ABORTED: "unknown",
  OUT_OF_RANGE: "unknown",
  UNIMPLEMENTED: "unknown",
  INTERNAL: "unknown",
  UNAVAILABLE: "unreachable",
  DATA_LOSS: "unknown",
  UNAUTHENTICATED: "refused_token",
} as const;

Deno.test("each status code comes back as its kind, from every call", async () => {
  for (const [code, kind] of Object.entries(BY_CODE)) {
    await using server = await startStrangeServer();
    server.onAny(() => {
      throw new Refusal(code as keyof typeof BY_CODE, "as it says");
    });
    await using client = clientOf(server.port);
    await assertAllFail(client, kind);
  }
});

Deno.test("a process that stands still is unreachable, and goes on as if nothing had been", async () => {
  const dir = await Deno.makeTempDir();
  const args = ["backend", "--listen", "127.0.0.1:0", "--data", dir];
  await using process = new BotProcess({ name: "backend", args, env: { BACKEND_SERVICE_TOKEN: "s3cret" } });
  const { port } = await process.line("backend serves");
  {
    await using client = clientOf(Number(port));
    await assertHeals(client);
    process.signal("SIGSTOP");
    await assertAllFail(client, "unreachable");
    await assertAllFail(client, "unreachable");
    process.signal("SIGCONT");
    await assertHeals(client);
    await process.end("SIGKILL");
    await assertAllFail(client, "unreachable");
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a black hole swallows what is sent, and is left for another connection", async () => {
  await using server = await serve();
  await using proxy = startTcpProxy({ target: { hostname: "127.0.0.1", port: server.port } });
  await using client = clientOf(proxy.port);
  await assertHeals(client);
  proxy.stall();
  await assertAllFail(client, "unreachable");
  proxy.heal();
  await assertHeals(client);
  proxy.forget();
  await assertAllFail(client, "unreachable");
  await assertHeals(client);
});
