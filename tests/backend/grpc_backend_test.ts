/** The rows of what `hivemind-server` does differently, each against a server that behaves so. */
import { assert, assertEquals, assertGreater, assertLess, assertMatch, assertRejects } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { ALICE, clientOf, GUILD, memberOf, SILENT, wirePage, wireQuote } from "./grpc_fixtures.ts";
import { type Answer, Refusal, startStrangeServer } from "./strange_server.ts";

function refuse(code: ConstructorParameters<typeof Refusal>[0], details = "no"): Answer {
  return () => {
    throw new Refusal(code, details);
  };
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, Failure)).kind;
}

const DRAFT = { title: "Title", body: "text", tags: ["x"], channelId: "300" };
const SEARCH = { query: "", tags: [], limit: 10, offset: 0 };

Deno.test("row 1: a random quote is counted, then taken, and GetRandomQuote never called", async () => {
  await using server = await startStrangeServer({
    SearchQuotes: ({ offset }) => ({ quotes: [wireQuote({ id: `q${offset}` })], total: 5 }),
  });
  await using client = clientOf(server.port, { random: () => 0.7 });
  assertEquals((await client.randomQuote(ALICE, [])).id, "q3");
  assertEquals(server.requests("SearchQuotes").map(({ limit, offset }) => [limit, offset]), [[1, 0], [1, 3]]);
  server.on("SearchQuotes", () => ({ quotes: [], total: 0 }));
  assertEquals(await kindOf(client.randomQuote(ALICE, ["none"])), "not_found");
  assertEquals(server.requests("GetRandomQuote"), []);
});

Deno.test("row 2: a page whose creation went unanswered is looked up, not sent again", async () => {
  let written = false;
  await using server = await startStrangeServer({
    GetWikiPageByTitle: () => written ? wirePage() : refuse("NOT_FOUND")({}, { rpc: "", request: {}, metadata: {} }),
    UpsertWikiPage() {
      written = true;
      throw new Refusal("UNAVAILABLE", "connection lost");
    },
  });
  await using client = clientOf(server.port);
  const { page, created } = await client.upsertPage(ALICE, DRAFT);
  assertEquals([page.id, created], ["p1", true]);
  assertEquals(server.requests("UpsertWikiPage").length, 1);
});

Deno.test("row 2: a page whose creation hangs is given up in time, after looking it up", async () => {
  await using server = await startStrangeServer({
    GetWikiPageByTitle: refuse("NOT_FOUND"),
    UpsertWikiPage: () => new Promise(() => {}),
  });
  await using client = clientOf(server.port);
  const startMs = performance.now();
  assertEquals(await kindOf(client.upsertPage(ALICE, DRAFT, { deadlineMs: 400 })), "unreachable");
  assertLess(performance.now() - startMs, 700);
  assertEquals(server.requests("UpsertWikiPage").length, 1);
  assertEquals(server.requests("GetWikiPageByTitle").length, 2);
});

Deno.test("row 2: a quote whose creation went unanswered is found among the newest", async () => {
  const now = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
  const newest = [wireQuote({ id: "other", created_at: now, body: "else" }), wireQuote({ created_at: now })];
  await using server = await startStrangeServer({
    CreateQuote: refuse("UNAVAILABLE"),
    SearchQuotes: () => ({ quotes: newest, total: 2 }),
  });
  await using client = clientOf(server.port);
  const quote = await client.createQuote(ALICE, { body: "words", tags: [], source: null });
  assertEquals([quote.id, quote.savedByName], ["q1", "alice"]);
  server.on("SearchQuotes", () => ({ quotes: [wireQuote()], total: 1 }));
  assertEquals(await kindOf(client.createQuote(ALICE, { body: "words", tags: [], source: null })), "unreachable");
  assertEquals(server.requests("CreateQuote").length, 2);
});

Deno.test("row 2: a guild with a page without a title is searched by titles, and says so", async () => {
  const titles = [
    { id: "p1", slug: "running-shoes", title: "Running shoes" },
    { id: "p2", slug: "", title: "" },
    { id: "p3", slug: "cooking", title: "Cooking" },
  ];
  await using server = await startStrangeServer({
    SearchWikiPages: refuse("UNKNOWN", "sql: Scan error: converting NULL to string is unsupported"),
    AutocompleteWikiTitles: () => ({ suggestions: titles }),
    GetWikiPage: ({ id }) => wirePage({ id, tags: id === "p1" ? ["a", "b"] : [] }),
  });
  await using client = clientOf(server.port);
  const found = await client.searchPages(ALICE, { ...SEARCH, query: "run" });
  assertEquals([found.items.map(({ id }) => id), found.total, found.incomplete], [["p1"], 1, true]);
  const all = await client.searchPages(ALICE, SEARCH);
  assertEquals([all.items.length, all.total, all.incomplete], [2, 2, true]);
  const tagged = await client.searchPages(ALICE, { ...SEARCH, tags: ["a", "b"] });
  assertEquals(tagged.items.map(({ id }) => id), ["p1"]);
  assertEquals((await client.listTitles(ALICE)).map(({ id }) => id), ["p1", "p3"]);
});

Deno.test("rows 4 and 15: what is not found is recognized whatever the code, and a deleted title is explained", async () => {
  await using server = await startStrangeServer({
    GetWikiPage: refuse("UNKNOWN", "wiki page not found"),
    GetQuote: refuse("INTERNAL", "failed: quote Not Found"),
    GetWikiPageByTitle: refuse("UNKNOWN", "failed to get page: not found"),
    UpsertWikiPage: refuse("UNKNOWN", "failed to get page: not found"),
  });
  await using client = clientOf(server.port);
  assertEquals(await kindOf(client.getPage(ALICE, "p")), "not_found");
  assertEquals(await kindOf(client.getQuote(ALICE, "q")), "not_found");
  assertEquals(await kindOf(client.findPage(ALICE, "gone")), "not_found");
  const failure = await assertRejects(() => client.upsertPage(ALICE, DRAFT), Failure, "deleted");
  assertEquals(failure.kind, "bad_input");
});

Deno.test("row 5: what belongs to another guild is not found, and nothing is written there", async () => {
  await using server = await startStrangeServer({
    GetWikiPage: () => wirePage({ guild_id: "999" }),
    GetQuote: () => wireQuote({ guild_id: "999" }),
  });
  await using client = clientOf(server.port);
  const reference = { messageId: "1", channelId: "2", guildId: GUILD, content: "", authorId: "3", authorName: "" };
  const change = { body: "new", tags: [] };
  for (
    const work of [
      client.getPage(ALICE, "p"),
      client.updatePage(ALICE, "p", change),
      client.listPageReferences(ALICE, "p"),
      client.addPageReference(ALICE, "p", { ...reference, sentAt: 1, link: "" }),
      client.getQuote(ALICE, "q"),
      client.updateQuote(ALICE, "q", change),
      client.deleteQuote(ALICE, "q"),
    ]
  ) assertEquals(await kindOf(work), "not_found");
  const asked = new Set(server.calls.map(({ rpc }) => rpc));
  assertEquals([...asked].sort(), ["CheckGuildMembership", "GetQuote", "GetWikiPage"]);
});

Deno.test("row 6: whoever no sync has brought in becomes a member, and is asked for again once", async () => {
  let isMember = false;
  await using server = await startStrangeServer({
    CheckGuildMembership: () => ({ is_member: isMember }),
    UpsertGuildMember() {
      isMember = true;
      return { success: true };
    },
    GetWikiPageByTitle: () => {
      if (!isMember) throw new Refusal("NOT_FOUND", "no such page");
      return wirePage();
    },
  });
  await using client = clientOf(server.port);
  assertEquals((await client.findPage(ALICE, "Title")).id, "p1");
  const [member] = server.requests("UpsertGuildMember");
  assertEquals([member.guild_id, member.discord_id, member.discord_username], [GUILD, ALICE.userId, "alice"]);
  assertGreater(member.joined_at.seconds, 1_700_000_000, "row 23: a join time is always sent");
});

Deno.test("row 6: a member who finds nothing is left as they are, and looked up once", async () => {
  await using server = await startStrangeServer({
    GetWikiPageByTitle: refuse("NOT_FOUND"),
    SearchWikiPages: () => ({ pages: [], total: 0 }),
    AutocompleteWikiTitles: () => ({ suggestions: [] }),
  });
  await using client = clientOf(server.port);
  for (let i = 0; i < 2; i++) assertEquals(await kindOf(client.findPage(ALICE, "none")), "not_found");
  assertEquals((await client.searchPages(ALICE, { ...SEARCH, query: "none" })).total, 0);
  assertEquals(server.requests("CheckGuildMembership").length, 1);
  assertEquals(server.requests("UpsertGuildMember"), []);
});

Deno.test("row 7: the first calls of a user go one after another", async () => {
  let running = 0;
  let most = 0;
  await using server = await startStrangeServer({
    async GetWikiPage({ id }) {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return wirePage({ id });
    },
  });
  await using client = clientOf(server.port);
  await Promise.all(["a", "b"].map((id) => client.getPage(ALICE, id)));
  assertEquals(most, 1);
  await Promise.all(["c", "d"].map((id) => client.getPage(ALICE, id)));
  assertEquals(most, 2);
});

Deno.test("row 7: whoever waits for a first call that hangs gives up at their own deadline", async () => {
  await using server = await startStrangeServer({ GetWikiPage: () => new Promise(() => {}) });
  await using client = clientOf(server.port);
  const first = kindOf(client.getPage(ALICE, "a", { deadlineMs: 500 }));
  const startMs = performance.now();
  assertEquals(await kindOf(client.getPage(ALICE, "b", { deadlineMs: 100 })), "unreachable");
  assertLess(performance.now() - startMs, 400);
  assertEquals(await first, "unreachable");
});

Deno.test("row 7: a call that met another first call is sent again once, a create too", async () => {
  let refusals = 1;
  await using server = await startStrangeServer({
    CreateQuote() {
      if (refusals-- > 0) throw new Refusal("INTERNAL", "failed to provision user");
      return wireQuote();
    },
  });
  await using client = clientOf(server.port);
  assertEquals((await client.createQuote(ALICE, { body: "words", tags: [], source: null })).id, "q1");
  assertEquals(server.requests("CreateQuote").length, 2);
  refusals = 9;
  assertEquals(await kindOf(client.createQuote(ALICE, { body: "words", tags: [], source: null })), "unknown");
  assertEquals(server.requests("CreateQuote").length, 4);
});

Deno.test("rows 8 and 27: a user's calls carry id, guild and an ASCII name; without an id they are refused here", async () => {
  await using server = await startStrangeServer({ AutocompleteWikiTitles: () => ({ suggestions: [] }) });
  await using client = clientOf(server.port);
  await client.listTitles({ ...ALICE, username: `Zoë\r\n😀 ${"x".repeat(99)}` });
  const metadata: Record<string, string> = server.calls[0]?.metadata ?? {};
  assertEquals(metadata["x-discord-user-id"], ALICE.userId);
  assertEquals(metadata["x-discord-guild-id"], GUILD);
  assertMatch(metadata["x-discord-username"] ?? "", /^Zoe x{60}$/);
  assertEquals(await kindOf(client.listTitles({ ...ALICE, userId: "" })), "bad_input");
  assertEquals(await kindOf(client.listTitles({ ...ALICE, guildId: null })), "bad_input");
  assertEquals(server.calls.length, 1);
});

Deno.test("rows 9 and 11: limits are always sent, several tags are filtered again over all pages", async () => {
  const pages = Array.from(
    { length: 250 },
    (_, i) => wirePage({ id: `p${i}`, tags: i % 50 === 0 ? ["a", "b"] : ["a"] }),
  );
  await using server = await startStrangeServer({
    SearchWikiPages: ({ limit, offset }) => ({ pages: pages.slice(offset, offset + limit), total: pages.length }),
  });
  await using client = clientOf(server.port);
  const found = await client.searchPages(ALICE, { query: "", tags: ["A", "b"], limit: 2, offset: 1 });
  assertEquals(found, { items: found.items, total: 5 });
  assertEquals(found.items.map(({ id }) => id), ["p50", "p100"]);
  const asked = server.requests("SearchWikiPages");
  assertEquals(asked.map(({ limit, offset, tags }) => [limit, offset, tags]), [
    [100, 0, ["a", "b"]],
    [100, 100, ["a", "b"]],
    [100, 200, ["a", "b"]],
  ]);
  assertEquals(await kindOf(client.searchPages(ALICE, { ...SEARCH, limit: 0 })), "bad_input");
});

Deno.test("row 10: syntax is taken out, accents are tried without, titles come last", async () => {
  await using server = await startStrangeServer({
    SearchWikiPages: ({ query }) => query === "cafe" ? { pages: [wirePage()], total: 1 } : { pages: [], total: 0 },
    AutocompleteWikiTitles: () => ({ suggestions: [{ id: "p9", slug: "the-wikipedia", title: "The Wikipédia" }] }),
    GetWikiPage: ({ id }) => wirePage({ id }),
  });
  await using client = clientOf(server.port);
  assertEquals((await client.searchPages(ALICE, { ...SEARCH, query: '-"Café"' })).total, 1);
  const byTitle = await client.searchPages(ALICE, { ...SEARCH, query: "the wikip" });
  assertEquals([byTitle.items.map(({ id }) => id), byTitle.incomplete], [["p9"], undefined]);
  await client.searchPages(ALICE, { ...SEARCH, query: "this or that" });
  assertEquals((await client.searchPages(ALICE, { ...SEARCH, query: "ﷺ" })).total, 0, "no part of every title");
  const asked = server.requests("SearchWikiPages").map(({ query }) => query);
  assertEquals(asked, ["Café", "cafe", "the wikip", 'this "or" that', "ﷺ", "صلى الله عليه وسلم"]);
});

Deno.test("row 12: titles without letters or digits are refused, and never asked for", async () => {
  await using server = await startStrangeServer();
  await using client = clientOf(server.port);
  assertEquals(await kindOf(client.upsertPage(ALICE, { ...DRAFT, title: "😀" })), "bad_input");
  assertEquals(await kindOf(client.findPage(ALICE, "😀")), "not_found");
  assertEquals(server.calls, []);
});

Deno.test("rows 13 and 16: a page found by an alias keeps its title, and is never renamed or emptied", async () => {
  await using server = await startStrangeServer({
    GetWikiPageByTitle: () => wirePage({ title: "Target", slug: "target", author_username: "bob" }),
    GetWikiPage: () => wirePage({ title: "Target", slug: "target" }),
    UpdateWikiPage: ({ title, body }) => wirePage({ title, body, slug: "target" }),
  });
  await using client = clientOf(server.port);
  const { page, created } = await client.upsertPage(ALICE, { ...DRAFT, title: "Old name" });
  assertEquals([page.title, page.slug, page.body, page.authorName, created], [
    "Target",
    "target",
    "text",
    "bob",
    false,
  ]);
  await client.updatePage(ALICE, "p1", { body: "new", tags: [] });
  assertEquals(server.requests("UpdateWikiPage").map(({ title, body }) => [title, body]), [
    ["Target", "text"],
    ["Target", "new"],
  ]);
  assertEquals(server.requests("UpsertWikiPage"), []);
});

Deno.test("rows 17 and 31: empty and endless texts are refused before the call, and recognized after it", async () => {
  await using server = await startStrangeServer({
    GetWikiPageByTitle: refuse("NOT_FOUND"),
    UpsertWikiPage: refuse("UNKNOWN", "ERROR: string is too long for tsvector (1.2 MB)"),
  });
  await using client = clientOf(server.port);
  const empty = { body: " \n", tags: [] };
  assertEquals(await kindOf(client.upsertPage(ALICE, { ...DRAFT, title: " " })), "bad_input");
  assertEquals(await kindOf(client.upsertPage(ALICE, { ...DRAFT, ...empty })), "bad_input");
  assertEquals(await kindOf(client.updatePage(ALICE, "p1", empty)), "bad_input");
  assertEquals(await kindOf(client.createQuote(ALICE, { ...empty, source: null })), "bad_input");
  assertEquals(await kindOf(client.updateQuote(ALICE, "q1", empty)), "bad_input");
  assertEquals(await kindOf(client.upsertPage(ALICE, { ...DRAFT, body: "x".repeat(2 ** 20) })), "too_large");
  assertEquals(server.calls, []);
  assertEquals(await kindOf(client.upsertPage(ALICE, DRAFT)), "too_large");
});

Deno.test("rows 18, 24 and 25: what an answer leaves out is filled from what was sent; 1970 is no time", async () => {
  await using server = await startStrangeServer({
    CreateQuote: ({ body, source_msg_id }) => wireQuote({ body, source_msg_id, source_msg_timestamp: null }),
    GetQuote: () => wireQuote(),
    GetWikiPageByTitle: refuse("NOT_FOUND"),
    UpsertWikiPage: () => ({ page: wirePage(), created: true }),
  });
  await using client = clientOf(server.port);
  const source = {
    messageId: "1",
    channelId: "2",
    channelName: "general",
    authorId: "3",
    authorName: "Bob",
    sentAt: 5,
  };
  const saved = await client.createQuote(ALICE, { body: "words", tags: [], source });
  assertEquals([saved.savedByName, saved.source?.channelName, saved.source?.authorName], ["alice", "general", "Bob"]);
  assertEquals(saved.source?.sentAt, 0);
  assertEquals((await client.getQuote(ALICE, "q1")).source, null);
  assertEquals((await client.upsertPage(ALICE, DRAFT)).page.authorName, "alice");
});

Deno.test("row 19: settings of an unknown guild are off; a change keeps the others", async () => {
  const stored = { enabled: true, channel_id: "7", create_threads: true, thread_auto_archive_minutes: 60 };
  await using server = await startStrangeServer({
    GetGuildSettings: refuse("INTERNAL", "discord guild not found"),
    UpdateGuildSettings: ({ settings }) => ({ settings }),
    GetGuild: refuse("NOT_FOUND"),
    UpsertGuild: () => ({ guild: null }),
  });
  await using client = clientOf(server.port);
  assertEquals((await client.getAnnouncements(GUILD)).enabled, false);
  await client.updateAnnouncements(GUILD, { channelId: "8" });
  assertEquals(server.requests("UpsertGuild").length, 1);
  server.on("GetGuildSettings", () => ({ settings: { announcements: stored } }));
  const changed = await client.updateAnnouncements(GUILD, { channelId: "9" });
  assertEquals([changed.enabled, changed.channelId], [true, "9"]);
  const { announcements } = server.requests("UpdateGuildSettings").at(-1).settings;
  assertEquals([announcements.create_threads, announcements.thread_auto_archive_minutes], [true, 60]);
});

Deno.test("rows 20 and 21: an unknown guild is made first, once, also when somebody else is making it", async () => {
  await using server = await startStrangeServer({
    GetGuild: refuse("NOT_FOUND"),
    UpsertGuild: refuse("INTERNAL", "duplicate key value violates unique constraint"),
    UpsertGuildMembersBatch: ({ members }) => ({ count: members.length }),
    CreateQuote: () => wireQuote(),
  });
  await using client = clientOf(server.port);
  await client.upsertGuild({ id: GUILD, name: "Guild", iconUrl: "", ownerId: "1" });
  assertEquals(await client.upsertMembers([memberOf("1")]), 1);
  const other = { ...ALICE, guildId: "5" };
  await client.createQuote(other, { body: "words", tags: [], source: null });
  await client.createQuote(other, { body: "words", tags: [], source: null });
  assertEquals(server.requests("UpsertGuild").map(({ guild_id }) => guild_id), [GUILD, "5"]);
  assertEquals(server.calls.map(({ rpc }) => rpc).slice(0, 2), ["UpsertGuild", "UpsertGuildMembersBatch"]);
});

Deno.test("row 20: the bad member of a batch is found and left out", async () => {
  const bad = new Set(["13", "40"]);
  const written = new Set<string>();
  await using server = await startStrangeServer({
    UpsertGuildMembersBatch({ members }) {
      const ids = (members as { discord_id: string }[]).map(({ discord_id }) => discord_id);
      if (ids.some((id) => bad.has(id))) throw new Refusal("INTERNAL", "null value in column username");
      for (const id of ids) written.add(id);
      return { count: ids.length };
    },
  });
  const left: unknown[] = [];
  const log = { ...SILENT, warn: (_msg: string, fields?: object) => void left.push(fields) };
  await using client = clientOf(server.port, { log });
  const members = Array.from({ length: 64 }, (_, i) => memberOf(String(i + 1)));
  assertEquals(await client.upsertMembers(members), 62);
  assertEquals(written.size, 62);
  assertEquals(left.map((fields) => (fields as { user: string }).user), ["13", "40"]);
  assertEquals(await kindOf(client.upsertMembers([memberOf("13")])), "unknown", "alone it may be the server's fault");
});

Deno.test("row 20: a server that refuses everybody is not asked for each of them", async () => {
  await using server = await startStrangeServer({ UpsertGuildMembersBatch: refuse("INTERNAL", "out of disk") });
  await using client = clientOf(server.port);
  const members = Array.from({ length: 1000 }, (_, i) => memberOf(String(i + 1)));
  assertEquals(await kindOf(client.upsertMembers(members)), "unknown");
  assertLess(server.requests("UpsertGuildMembersBatch").length, 50);
});

Deno.test("row 22: batches are sorted by id, below 1.5 MiB, one at a time per guild", async () => {
  let running = 0;
  let most = 0;
  const sizes: number[] = [];
  const ids: string[] = [];
  await using server = await startStrangeServer({
    async UpsertGuildMembersBatch({ members }) {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      sizes.push(JSON.stringify(members).length);
      for (const { discord_id } of members) ids.push(discord_id);
      return { count: members.length };
    },
    RemoveGuildMember: refuse("NOT_FOUND"),
  });
  await using client = clientOf(server.port);
  const long = { nickname: "n".repeat(1000) };
  const members = Array.from({ length: 4000 }, (_, i) => memberOf(String(12_000 - i), long));
  const [first, second] = await Promise.all([
    client.upsertMembers(members, { fencingToken: "42" }),
    client.upsertMembers([memberOf("7")]),
    client.removeMember(GUILD, "7"),
  ]);
  assertEquals([first, second, most], [4000, 1, 1]);
  assertEquals(ids.slice(0, 4000), ids.slice(0, 4000).toSorted((a, b) => Number(a) - Number(b)));
  assertGreater(sizes.length, 2);
  assert(sizes.every((size) => size < 2 * 2 ** 20), `${sizes}`);
  assertEquals(
    server.calls.find(({ rpc }) => rpc === "UpsertGuildMembersBatch")?.metadata["x-hivemind-fencing-token"],
    "42",
  );
});

Deno.test("rows 20 and 23: members of two guilds, or without a join time, are refused here", async () => {
  await using server = await startStrangeServer();
  await using client = clientOf(server.port);
  assertEquals(await kindOf(client.upsertMembers([memberOf("1"), memberOf("2", { guildId: "5" })])), "bad_input");
  assertEquals(await kindOf(client.upsertMembers([memberOf("1", { joinedAt: 0 })])), "bad_input");
  assertEquals(await client.upsertMembers([]), 0);
  assertEquals(server.calls, []);
});

Deno.test("row 26: a ping asks the health service, with or without being known to it", async () => {
  await using server = await startStrangeServer();
  await using client = clientOf(server.port);
  assertGreater(await client.ping(), 0);
  assertEquals(server.requests("Check"), [{ service: "" }]);
  server.on("Check", () => ({ status: "NOT_SERVING" }));
  assertEquals(await kindOf(client.ping()), "unreachable");
});

Deno.test("row 28: a token of the wrong role is a matter of configuration", async () => {
  await using server = await startStrangeServer({
    AutocompleteWikiTitles: refuse("PERMISSION_DENIED", "only bots can act on behalf of users"),
    GetQuote: () => wireQuote(),
    DeleteQuote: refuse("PERMISSION_DENIED", "not your quote"),
  });
  await using client = clientOf(server.port);
  const failure = await assertRejects(() => client.listTitles(ALICE), Failure, "BACKEND_SERVICE_TOKEN");
  assertEquals(failure.kind, "refused_token");
  assertEquals(await kindOf(client.deleteQuote(ALICE, "q1")), "not_yours");
});

Deno.test("there is no mark over gRPC, because nothing could be done with it", async () => {
  await using server = await startStrangeServer();
  await using client = clientOf(server.port);
  assertEquals(await client.markMemberPass(GUILD), null);
  assertEquals(await kindOf(client.removeMembersUnseenSince(GUILD, "1")), "bad_input");
});
