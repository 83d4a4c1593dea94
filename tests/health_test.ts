import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { deadline, systemClock } from "../src/clock.ts";
import { Failure } from "../src/failure.ts";
import { askHealth, type HealthServer, startHealthServer } from "../src/health.ts";
import { createLog } from "../src/log.ts";
import { createMetrics } from "../src/metrics.ts";

const log = createLog({ level: "error", format: "text" });

function start(change: { unhealthy?: string; unready?: string; port?: number } = {}): HealthServer {
  return startHealthServer({
    port: change.port ?? 0,
    log,
    metrics: createMetrics(),
    unhealthy: () => change.unhealthy,
    unready: () => change.unready,
    state: () => ({ replica: "bot-1" }),
  });
}

async function get(server: HealthServer, path: string): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return [response.status, await response.text()];
}

Deno.test("a replica that is well says so, and shows its metrics and its state", async () => {
  const server = start();
  assertEquals(await get(server, "/health"), [200, "ok\n"]);
  assertEquals(await get(server, "/ready"), [200, "ok\n"]);
  assertStringIncludes((await get(server, "/metrics"))[1], "leader_election_master_status");
  assertEquals(JSON.parse((await get(server, "/state"))[1]), { replica: "bot-1" });
  await server.close();
});

Deno.test("what is wrong stands in the answer of the probe that it concerns", async () => {
  const server = start({ unready: "the gateway is connecting" });
  assertEquals(await get(server, "/health"), [200, "ok\n"]);
  assertEquals(await get(server, "/ready"), [503, "the gateway is connecting\n"]);
  await server.close();
});

Deno.test("another path or method gets an answer that helps", async () => {
  const server = start();
  assertStringIncludes((await get(server, "/"))[1], "/metrics /health /ready /state");
  const response = await fetch(`http://127.0.0.1:${server.port}/health`, { method: "POST" });
  await response.body?.cancel();
  assertEquals(response.status, 405);
  await server.close();
});

Deno.test("a port in use is refused with the variable to change", async () => {
  const server = start();
  const failure = assertThrows(() => start({ port: server.port }), Failure);
  assertEquals(failure.kind, "bad_input");
  assertStringIncludes(failure.message, `METRICS_PORT ${server.port}`);
  await server.close();
});

Deno.test("the health check asks the process beside it", async () => {
  using limit = deadline(systemClock, 5_000);
  const well = start();
  assertEquals(await askHealth(well.port, limit.signal), undefined);
  await well.close();
  const ill = start({ unhealthy: "the lease could not be renewed" });
  assertEquals(await askHealth(ill.port, limit.signal), "unhealthy: the lease could not be renewed");
  await ill.close();
  assertStringIncludes(await askHealth(ill.port, limit.signal) ?? "", "Nothing answers");
});
