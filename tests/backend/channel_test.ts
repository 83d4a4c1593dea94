import { assert, assertEquals, assertLess, assertNotMatch, assertRejects, assertThrows } from "@std/assert";
import { Bounds } from "../../src/backend/grpc/bounds.ts";
import { Channel, type ChannelOptions } from "../../src/backend/channel.ts";
import { DISCORD, memberToWire } from "../../src/backend/grpc/discord_wire.ts";
import { startBackendServer } from "../../src/backend/server.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { sleep, systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { createMetrics } from "../../src/metrics.ts";
import { startTcpProxy } from "../doubles/tcp_proxy.ts";
import { LIBRARY_TIMER_MS, memberOf, SILENT } from "./grpc_fixtures.ts";
import { Refusal, startStrangeServer } from "./strange_server.ts";

const REQUEST = { guild_id: "1", discord_id: "2" };

/** A channel that asks one question: as a read, which may be sent again, or as a call, which may not. */
function channelTo(port: number, options: Partial<ChannelOptions> = {}) {
  const serviceToken = () => "s3cret";
  const channel = new Channel({
    host: "127.0.0.1",
    port,
    serviceToken,
    clock: systemClock,
    reconnectDelayMs: 15,
    ...options,
  });
  const bounds = (deadlineMs = 2_000, signal: AbortSignal | undefined = undefined) =>
    new Bounds(systemClock, signal === undefined ? undefined : { signal }, deadlineMs);
  return {
    read: (deadlineMs?: number, signal?: AbortSignal) =>
      channel.read(DISCORD.checkMembership, REQUEST, { bounds: bounds(deadlineMs, signal) }),
    call: (deadlineMs?: number, signal?: AbortSignal) =>
      channel.call(DISCORD.checkMembership, REQUEST, { bounds: bounds(deadlineMs, signal) }),
    slow: (deadlineMs: number) =>
      channel.call(DISCORD.upsertMember, memberToWire(memberOf("2")), { bounds: bounds(deadlineMs) }),
    close: () => channel.close(),
    async [Symbol.asyncDispose]() {
      await channel.close();
      await sleep(systemClock, LIBRARY_TIMER_MS);
    },
  };
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, Failure)).kind;
}

/** A port on which nobody listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function timeOf(work: Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work;
  return performance.now() - startMs;
}

Deno.test("every call brings the token of its moment", async () => {
  await using server = await startStrangeServer();
  let token = "first";
  await using channel = channelTo(server.port, { serviceToken: () => Promise.resolve(token) });
  await channel.read();
  token = "second";
  await channel.read();
  assertEquals(server.calls.map(({ metadata }) => metadata.authorization), ["Bearer first", "Bearer second"]);
});

Deno.test("a token that cannot be sent is refused here, and not shown", async () => {
  await using server = await startStrangeServer();
  await using channel = channelTo(server.port, { serviceToken: () => "two\nlines" });
  const failure = await assertRejects(() => channel.read(), Failure);
  assertEquals(failure.kind, "refused_token");
  assertNotMatch(`${failure.message} ${failure.cause}`, /lines/);
  assertEquals(server.calls, []);
});

Deno.test("a backend that is down is unreachable, soon, and after a while at once", async () => {
  await using channel = channelTo(freePort());
  const timeToFail = () => timeOf(kindOf(channel.call()).then((kind) => assertEquals(kind, "unreachable")));
  assertLess(await timeToFail(), 2_000);
  await timeToFail();
  assertLess(await timeToFail(), 500); // of the 2 s that the call would have had
});

Deno.test("a write that could not be sent is sent when the backend is there", async () => {
  const port = freePort();
  await using channel = channelTo(port);
  const written = channel.call();
  await sleep(systemClock, 50);
  await using server = await startStrangeServer({}, { port });
  assertEquals(await written, { is_member: true });
  assertEquals(server.calls.length, 1);
});

Deno.test("a connection that fell silent is given up for a new one", async () => {
  await using server = await startStrangeServer();
  await using proxy = startTcpProxy({ target: { hostname: "127.0.0.1", port: server.port } });
  await using channel = channelTo(proxy.port);
  await channel.call();
  proxy.forget();
  assertEquals(await kindOf(channel.call(500)), "unreachable");
  assertEquals(await channel.call(500), { is_member: true });
  assertEquals(proxy.connections, 2);
});

Deno.test("a call that alone is slow costs the others no connection", async () => {
  await using server = await startStrangeServer({ UpsertGuildMember: () => new Promise(() => {}) });
  await using proxy = startTcpProxy({ target: { hostname: "127.0.0.1", port: server.port } });
  await using channel = channelTo(proxy.port);
  const slow = kindOf(channel.slow(500));
  await sleep(systemClock, 80);
  await channel.call();
  assertEquals(await slow, "unreachable");
  await channel.call();
  assertEquals(proxy.connections, 1);
});

Deno.test("a backend that hangs is unreachable when the deadline has passed", async () => {
  await using server = await startStrangeServer({ CheckGuildMembership: () => new Promise(() => {}) });
  await using channel = channelTo(server.port);
  const tookMs = await timeOf(kindOf(channel.read(200)).then((kind) => assertEquals(kind, "unreachable")));
  assert(tookMs > 150 && tookMs < 600, `${tookMs} ms`);
  assertEquals(server.calls.length, 1);
});

Deno.test("a host that takes connections and never answers is unreachable when the deadline has passed", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) accepted.push(connection);
  })();
  {
    await using channel = channelTo(listener.addr.port);
    const tookMs = await timeOf(kindOf(channel.read(350)).then((kind) => assertEquals(kind, "unreachable")));
    assertLess(tookMs, 800);
  }
  listener.close();
  await accepting;
  for (const connection of accepted) connection.close();
});

Deno.test("aborting a call cancels it, whatever the server does", async () => {
  const asker = new AbortController();
  await using server = await startStrangeServer({
    CheckGuildMembership() {
      asker.abort();
      return new Promise(() => {});
    },
  });
  await using channel = channelTo(server.port);
  const startMs = performance.now();
  assertEquals(await kindOf(channel.read(5_000, asker.signal)), "aborted");
  assertLess(performance.now() - startMs, 2_000);
  assertEquals(await kindOf(channel.read(5_000, asker.signal)), "aborted");
  assertEquals(server.calls.length, 1);
});

Deno.test("a read that nobody answered is sent again, a write is not", async () => {
  for (const refusal of [new Refusal("UNAVAILABLE", "going away"), new Refusal("INTERNAL", "write EPIPE")]) {
    let refusals = 2;
    await using server = await startStrangeServer({
      CheckGuildMembership() {
        if (refusals-- > 0) throw refusal;
        return { is_member: true };
      },
    });
    await using channel = channelTo(server.port, { random: () => 0 });
    assertEquals(await channel.read(), { is_member: true });
    assertEquals(server.calls.length, 3);
    refusals = 1;
    assertEquals(await kindOf(channel.call()), "unreachable");
    assertEquals(server.calls.length, 4);
  }
});

Deno.test("a read is not sent again when the answer was no", async () => {
  for (const code of ["UNAUTHENTICATED", "NOT_FOUND", "INTERNAL"] as const) {
    await using server = await startStrangeServer({
      CheckGuildMembership() {
        throw new Refusal(code, "no");
      },
    });
    await using channel = channelTo(server.port);
    await assertRejects(() => channel.read(), Failure);
    assertEquals(server.calls.length, 1);
  }
});

Deno.test("a read that cannot be sent again in time fails in time", async () => {
  await using server = await startStrangeServer({
    CheckGuildMembership() {
      throw new Refusal("UNAVAILABLE", "going away");
    },
  });
  await using channel = channelTo(server.port, { random: () => 0.9 });
  assertLess(await timeOf(kindOf(channel.read(120))), 500);
});

Deno.test("a backend that was replaced is found again without a word", async () => {
  const first = await startStrangeServer();
  await using channel = channelTo(first.port);
  await channel.read();
  await first[Symbol.asyncDispose]();
  assertEquals(await kindOf(channel.call(500)), "unreachable");
  await using second = await startStrangeServer({}, { port: first.port });
  assertEquals(await channel.read(), { is_member: true });
  assertEquals(second.calls.length, 1);
});

Deno.test("connections that the server ends by their age cost nobody an answer", async () => {
  await using server = await startStrangeServer({}, { connectionAgeMs: 60 });
  await using channel = channelTo(server.port);
  for (let call = 0; call < 40; call++) {
    assertEquals(await channel.read(), { is_member: true });
    await sleep(systemClock, 8);
  }
});

Deno.test("closing lets running calls end and takes no new ones", async () => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<unknown>();
  await using server = await startStrangeServer({
    CheckGuildMembership() {
      begun.resolve();
      return release.promise;
    },
  });
  await using channel = channelTo(server.port);
  const running = channel.call();
  await begun.promise;
  let isClosed = false;
  const closed = channel.close().then(() => isClosed = true);
  assertEquals(await kindOf(channel.call()), "aborted");
  assertEquals(isClosed, false);
  release.resolve({ is_member: false });
  assertEquals(await running, { is_member: false });
  await closed;
});

Deno.test("each call is measured, by name and outcome", async () => {
  const metrics = createMetrics();
  await using server = await startStrangeServer();
  await using channel = channelTo(server.port, { metrics });
  await channel.read();
  server.on("CheckGuildMembership", () => {
    throw new Refusal("NOT_FOUND", "no");
  });
  await assertRejects(() => channel.read(), Failure);
  const text = await metrics.registry.metrics();
  for (const outcome of ["ok", "not_found"]) {
    assert(text.includes(`hivemind_backend_call_seconds_count{call="CheckGuildMembership",outcome="${outcome}"} 1`));
  }
});

function pem(name: string): string {
  return Deno.readTextFileSync(new URL(`fixtures/tls/${name}`, import.meta.url));
}

/** Certificates are checked by name. */
const LOCAL = { host: "localhost" };

async function tlsServer(ca?: string) {
  const backend = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const server = await startBackendServer({
    backend,
    listen: { host: "127.0.0.1", port: 0 },
    serviceToken: "s3cret",
    tls: { cert: pem("server.pem"), key: pem("server.key"), ...(ca === undefined ? {} : { ca }) },
    clock: systemClock,
    log: SILENT,
  });
  return {
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server.close();
      await backend.close();
    },
  };
}

Deno.test("TLS works with the operator's own authority, and with no other", async () => {
  await using server = await tlsServer();
  await using channel = channelTo(server.port, { ...LOCAL, tls: { ca: pem("ca.pem") } });
  assertEquals(await channel.read(), { is_member: false });
  await using suspicious = channelTo(server.port, { ...LOCAL, tls: { ca: pem("other_ca.pem") } });
  assertEquals(await kindOf(suspicious.call(1_000)), "unreachable");
  await using careless = channelTo(server.port);
  assertEquals(await kindOf(careless.call(1_000)), "unreachable");
});

Deno.test("a server that asks for certificates serves clients that have one", async () => {
  await using server = await tlsServer(pem("ca.pem"));
  const ca = pem("ca.pem");
  await using known = channelTo(server.port, {
    ...LOCAL,
    tls: { ca, cert: pem("client.pem"), key: pem("client.key") },
  });
  assertEquals(await known.read(), { is_member: false });
  await using unknown = channelTo(server.port, { ...LOCAL, tls: { ca } });
  assertEquals(await kindOf(unknown.call(1_000)), "unreachable");
});

Deno.test("TLS to an address is refused at once, because its certificate could not be checked", () => {
  const failure = assertThrows(() => channelTo(1, { tls: { ca: pem("ca.pem") } }), Failure, "127.0.0.1");
  assertEquals(failure.kind, "bad_input");
});
