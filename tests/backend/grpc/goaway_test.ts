import { assertEquals } from "@std/assert";
import { type BackendServer, startBackendServer } from "../../../src/backend/server.ts";
import { openSqliteBackend } from "../../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../../src/clock.ts";
import { createGrpcBackend } from "../../../src/backend/grpc_backend.ts";
import { createLog } from "../../../src/log.ts";
import { denoRun } from "../../deno_run.ts";
import { BotProcess } from "../../process/bot_process.ts";
import { memberOf } from "../grpc_fixtures.ts";

/** The runtime's mistake shows about once in four. */
const SERVERS = 24;

Deno.test("servers that are stopped in order end no process that is connected to them", async () => {
  const log = createLog({ level: "error", format: "text" });
  const backend = openSqliteBackend({ path: ":memory:", clock: systemClock, log });
  const servers = new Map<string, BackendServer>();
  const listen = { host: "127.0.0.1", port: 0 };
  for (let count = 0; count < SERVERS; count++) {
    const server = await startBackendServer({ backend, listen, serviceToken: "token", log, clock: systemClock });
    servers.set(String(server.port), server);
  }
  const client = new Deno.Command(Deno.execPath(), {
    args: denoRun(import.meta.resolve("./goaway_client.ts"), ...servers.keys()),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaint = new Response(client.stderr).text();
  const closing: Promise<void>[] = [];
  for await (const text of client.stdout.pipeThrough(new TextDecoderStream())) {
    for (const port of text.split("\n")) closing.push(servers.get(port)?.close() ?? Promise.resolve());
  }
  const { code } = await client.status;
  await Promise.all([...closing, ...[...servers.values()].map((server) => server.close())]);
  await backend.close();
  assertEquals([code, await complaint], [0, ""]);
});

/** The runtime's mistake shows about once in a thousand, and often much sooner. */
const CLIENTS = 600;

Deno.test("a server outlives clients that leave while calls of theirs run", async () => {
  const dir = await Deno.makeTempDir();
  const log = createLog({ level: "error", format: "text" });
  const serviceToken = () => "s3cret-token";
  await using server = new BotProcess({
    name: "backend",
    args: ["backend", "--listen", "127.0.0.1:0", "--data", dir],
    env: { BACKEND_SERVICE_TOKEN: serviceToken() },
  });
  const port = Number((await server.line("backend serves")).port);
  const members = Array.from({ length: 300 }, (_, index) => memberOf(String(index + 1), { guildId: "1" }));
  for (let count = 0; count < CLIENTS && server.ended === undefined; count++) {
    const client = createGrpcBackend({ host: "127.0.0.1", port, serviceToken, clock: systemClock, log });
    const running = [client.upsertMembers(members), client.isMember("1", "1"), client.ping()];
    const settled = Promise.allSettled(running);
    await client.ping().catch(() => {/* the end of the server is what is looked for */});
    await client.close();
    await settled;
  }
  assertEquals(server.ended, undefined, server.complaints.join("\n"));
  await server.end("SIGTERM");
  await Deno.remove(dir, { recursive: true });
});
