import { assertEquals } from "@std/assert";
import { type BackendServer, startBackendServer } from "../../../src/backend/server.ts";
import { openSqliteBackend } from "../../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../../src/clock.ts";
import { createLog } from "../../../src/log.ts";

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
    args: ["run", "-A", "--no-lock", "--no-check", import.meta.resolve("./goaway_client.ts"), ...servers.keys()],
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
