/** Every call of the port against a backend in trouble: it ends in time and says what is wrong; and when the trouble is over, so is its. */
import { startTcpProxy } from "../doubles/tcp_proxy.ts";
import { BotProcess } from "../process/bot_process.ts";
import { clientOf } from "./grpc_fixtures.ts";
import { Refusal, startStrangeServer } from "./strange_server.ts";
import { assertAllFail, assertHeals, serve } from "./trouble.ts";

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
