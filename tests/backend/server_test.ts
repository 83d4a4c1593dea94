import {
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertNotMatch,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import type { Backend } from "../../src/backend/backend.ts";
import { Channel } from "../../src/backend/channel.ts";
import { Bounds } from "../../src/backend/grpc/bounds.ts";
import { userHeaders } from "../../src/backend/grpc/metadata.ts";
import { method } from "../../src/backend/grpc/protocol.ts";
import { type BackendServerOptions, startBackendServer } from "../../src/backend/server.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { ALICE, clientOf, GUILD, memberOf, SILENT } from "./grpc_fixtures.ts";
import { WIRE_FACTS } from "./wire_facts.ts";

const BOB = { userId: "100000000000000002", guildId: GUILD, username: "bob" };

async function serve(options: Partial<BackendServerOptions> = {}) {
  const own = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const server = await startBackendServer({
    backend: own,
    listen: { host: "127.0.0.1", port: 0 },
    serviceToken: "s3cret",
    log: SILENT,
    clock: systemClock,
    ...options,
  });
  return {
    port: server.port,
    close: () => server.close(),
    async [Symbol.asyncDispose]() {
      await server.close();
      await own.close();
    },
  };
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  const failure = await assertRejects(() => work, Failure);
  return failure.kind;
}

Deno.test("a page goes over the wire and comes back as it was kept", async () => {
  await using server = await serve();
  await using client = clientOf(server.port);
  const draft = { title: "Évolution & Co", body: "Größe 😀 #tag", tags: ["b", "a"], channelId: "300" };
  const { page, created } = await client.upsertPage(ALICE, draft);
  assertEquals(created, true);
  const { id, createdAt, updatedAt, ...rest } = page;
  assertEquals(rest, {
    slug: "evolution-and-co",
    title: draft.title,
    body: draft.body,
    tags: ["a", "b"],
    guildId: GUILD,
    channelId: "300",
    authorId: ALICE.userId,
    authorName: "alice",
  });
  assertGreater(createdAt, Date.now() - 60_000);
  assertGreater(updatedAt, Date.now() - 60_000);
  assertEquals(await client.getPage(ALICE, id), page);
});

Deno.test("calls without the right token are refused, health is not", async () => {
  await using server = await serve();
  await using stranger = clientOf(server.port, { serviceToken: () => "s3cre" });
  assertEquals(await kindOf(stranger.listTitles(ALICE)), "refused_token");
  assertEquals(await kindOf(stranger.isMember(GUILD, ALICE.userId)), "refused_token");
  assertGreater(await stranger.ping(), 0);
});

Deno.test("failures keep their kind across the wire", async () => {
  await using server = await serve();
  await using client = clientOf(server.port);
  const quote = await client.createQuote(ALICE, { body: "mine", tags: [], source: null });
  assertEquals(await kindOf(client.getPage(ALICE, "none")), "not_found");
  assertEquals(await kindOf(client.deleteQuote(BOB, quote.id)), "not_yours");
  assertEquals(await kindOf(client.createQuote(ALICE, { body: " ", tags: [], source: null })), "bad_input");
  assertEquals(await client.upsertMembers([memberOf("1")], { fencingToken: "7" }), 1);
  assertEquals(await kindOf(client.upsertMembers([memberOf("2")], { fencingToken: "6" })), "stale_term");
  assertEquals(await kindOf(client.removeMember(GUILD, "1", { fencingToken: "6" })), "stale_term");
  const other = memberOf("2");
  assertEquals(await client.upsertMembers([other], { fencingToken: "10000000000000000001" }), 1);
  assertEquals(await kindOf(client.upsertMembers([other], { fencingToken: "9999999999999999998" })), "stale_term");
  const tooLong = { body: "x".repeat(300 * 1024), tags: [], source: null };
  assertEquals(await kindOf(client.createQuote(ALICE, tooLong)), "too_large");
});

Deno.test("a defect of the backend is told as a reference, its text stays in the log", async () => {
  const lines: unknown[] = [];
  const own = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const backend: Backend = { ...own, isMember: () => Promise.reject(new TypeError("secret of the inside")) };
  await using server = await serve({ backend, log: { ...SILENT, error: (_msg, fields) => void lines.push(fields) } });
  await using client = clientOf(server.port);
  const failure = await assertRejects(() => client.isMember(GUILD, "1"), Failure);
  assertEquals(failure.kind, "unknown");
  assertMatch(failure.message, /reference [0-9a-f]{8}/);
  assertEquals(/secret/.test(failure.message), false);
  assertMatch(JSON.stringify(lines), /secret of the inside/);
  await own.close();
});

Deno.test("a guild that a request names must have the caller, unless it is the one the caller is in", async () => {
  await using server = await serve();
  await using client = clientOf(server.port);
  const other = "200000000000000002";
  await client.upsertPage({ ...BOB, guildId: other }, { title: "Theirs", body: "text", tags: [], channelId: "" });
  assertEquals(await client.listTitles(ALICE), []);
  assertEquals((await client.listTitles({ ...ALICE, guildId: other })).length, 1);
});

Deno.test("health says NOT_SERVING while the backend cannot be asked", async () => {
  const own = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  await own.close();
  await using server = await serve({ backend: own });
  await using client = clientOf(server.port);
  assertEquals(await kindOf(client.ping()), "unreachable");
});

Deno.test("a server without a token listens on loopback alone", async () => {
  const failure = await assertRejects(
    () => serve({ serviceToken: " ", listen: { host: "0.0.0.0", port: 0 } }),
    Failure,
    "without a token",
  );
  assertEquals(failure.kind, "bad_input");
  await using server = await serve({ serviceToken: "" });
  await using client = clientOf(server.port);
  assertEquals(await client.listTitles(ALICE), []);
});

Deno.test("a port in use is named", async () => {
  await using first = await serve();
  const failure = await assertRejects(
    () => serve({ listen: { host: "127.0.0.1", port: first.port } }),
    Failure,
    `127.0.0.1:${first.port}: another program has this port`,
  );
  assertEquals(failure.kind, "bad_input");
});

Deno.test("closing lets a running call end and refuses the next", async () => {
  const own = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<boolean>();
  const backend: Backend = {
    ...own,
    isMember() {
      begun.resolve();
      return release.promise;
    },
  };
  await using server = await serve({ backend });
  await using client = clientOf(server.port);
  const running = client.isMember(GUILD, "1");
  await begun.promise;
  const closed = server.close();
  release.resolve(true);
  assertEquals(await running, true);
  await closed;
  assertEquals(await kindOf(client.isMember(GUILD, "1", { deadlineMs: 500 })), "unreachable");
  await own.close();
});

Deno.test("closing ends calls that hang, after the time they have", async () => {
  const own = openSqliteBackend({ path: ":memory:", clock: systemClock, log: SILENT });
  const begun = Promise.withResolvers<void>();
  const backend: Backend = {
    ...own,
    isMember() {
      begun.resolve();
      return new Promise(() => {});
    },
  };
  await using server = await serve({ backend, drainMs: 20 });
  await using client = clientOf(server.port);
  const running = kindOf(client.isMember(GUILD, "1", { deadlineMs: 4_000 }));
  await begun.promise;
  const startMs = performance.now();
  await server.close();
  assertLess(performance.now() - startMs, 2_000);
  assertEquals(await running, "unreachable");
  await own.close();
});

/** Calls that the bot itself does not make. */
async function ask(port: number, rpc: string, request: object, headers = ALICE_HEADERS): Promise<unknown> {
  const [service, name] = rpc.split("/");
  const channel = new Channel({ host: "127.0.0.1", port, serviceToken: () => "s3cret", clock: systemClock });
  try {
    const bounds = new Bounds(systemClock, undefined, 2_000);
    return await channel.call(method(service ?? "", name ?? ""), request, { bounds, headers });
  } finally {
    await channel.close();
  }
}

const ALICE_HEADERS = userHeaders(ALICE);

Deno.test("other clients find the calls that the bot does not make", async () => {
  await using server = await serve();
  await using client = clientOf(server.port);
  await client.createQuote(ALICE, { body: "first", tags: ["a"], source: null });
  await client.upsertPage(ALICE, { title: "Page", body: "text", tags: [], channelId: "" });
  const list = { guild_id: GUILD, limit: 10, offset: 0, order_by: "created_at" };
  assertObjectMatch(await ask(server.port, "hivemind.wiki.WikiService/ListWikiPages", list) as object, { total: 1 });
  assertObjectMatch(await ask(server.port, "hivemind.quotes.QuoteService/ListQuotes", list) as object, { total: 1 });
  const random = await ask(server.port, "hivemind.quotes.QuoteService/GetRandomQuote", {
    guild_id: GUILD,
    tags: ["a"],
  });
  assertObjectMatch(random as object, { body: "first", author_discord_id: ALICE.userId });
  assertObjectMatch(await ask(server.port, "hivemind.admin.v1.AdminService/GetSystemInfo", {}) as object, {
    version: "0.1.0",
  });
  assertObjectMatch(await ask(server.port, "hivemind.admin.v1.AdminService/GetHealthCheck", {}) as object, {
    status: "healthy",
    checks: { backend: "ok" },
  });
});

Deno.test("every call of the contract is served", async () => {
  await using server = await serve();
  for (const { package: name, service, rpcs } of Object.values(WIRE_FACTS)) {
    for (const rpc of Object.keys(rpcs)) {
      const answer = await ask(server.port, `${name}.${service}/${rpc}`, {}).catch((error) => error.message);
      assertNotMatch(JSON.stringify(answer), /UNIMPLEMENTED|internal error/, rpc);
    }
  }
});

Deno.test("titles of notes are one's own, all of them, of the guild that was asked for", async () => {
  await using server = await serve();
  await using client = clientOf(server.port);
  const draft = { body: "text", tags: [], channelId: "", sourceMessageId: "" };
  const titles = Array.from({ length: 130 }, (_, i) => `Note ${i}`);
  for (const title of titles) await client.createNote(ALICE, { ...draft, title });
  await client.createNote(BOB, { ...draft, title: "Bob's" });
  await client.createNote({ ...ALICE, guildId: null }, { ...draft, title: "Direct" });
  const { suggestions } = await ask(server.port, "hivemind.notes.NoteService/AutocompleteNoteTitles", {
    guild_id: GUILD,
  }) as { suggestions: { title: string }[] };
  assertEquals(suggestions.map(({ title }) => title).toSorted(), titles.toSorted());
});

Deno.test("what the server does not do is refused and not done by halves", async () => {
  await using server = await serve();
  await using client = clientOf(server.port);
  const { page } = await client.upsertPage(ALICE, { title: "Page", body: "text", tags: [], channelId: "" });
  const rename = { id: page.id, title: "Other", body: "new", tags: [] };
  const list = { guild_id: GUILD, limit: 10, offset: 0 };
  const refused: [string, object, Record<string, string>?][] = [
    ["hivemind.wiki.WikiService/UpdateWikiPage", rename],
    ["hivemind.wiki.WikiService/ListWikiPages", { ...list, order_by: "body" }],
    ["hivemind.wiki.WikiService/ListWikiPages", { ...list, limit: 0 }],
    ["hivemind.notes.NoteService/ListNotes", { ...list, order_by: "title" }],
    ["hivemind.quotes.QuoteService/ListQuotes", { ...list, order_by: "random" }],
    ["hivemind.wiki.WikiService/GetWikiPage", { id: page.id }, {}],
  ];
  for (const [rpc, request, headers] of refused) {
    assertEquals(await kindOf(ask(server.port, rpc, request, headers)), "bad_input", rpc);
  }
  assertEquals((await client.getPage(ALICE, page.id)).body, "text");
  assertEquals(await kindOf(ask(server.port, "grpc.health.v1.Health/Check", { service: "other" })), "not_found");
});
