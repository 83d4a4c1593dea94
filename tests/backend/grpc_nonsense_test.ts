/**
 * Every call of the port against something that is no backend at all. The gate runs this file in a process of its own: Deno 2.9.6 dies of
 * some HTTP/2 sessions that end in nonsense (SIGSEGV or an assertion of nghttp2), about one in a thousand.
 */
import { type Nonsense, startNonsense } from "../doubles/nonsense_server.ts";
import { clientOf } from "./grpc_fixtures.ts";
import { assertAllFail, assertHeals, serve } from "./trouble.ts";

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
      // Few attempts to connect, so that few sessions end in nonsense.
      const client = clientOf(port, { reconnectDelayMs: 150 });
      await assertAllFail(client, ...kinds);
      return client;
    })();
    await using _server = await serve(port);
    await assertHeals(client);
  });
}
