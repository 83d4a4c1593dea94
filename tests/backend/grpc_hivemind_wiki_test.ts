/** What `hivemind-server` does with pages, by the rows of the list, and what the gRPC backend makes of it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { StatusError } from "../doubles/hivemind_server/protocol.ts";
import { GUILD } from "./grpc_fixtures.ts";
import { ALL, ANN, BEN, draftOf, kindOf, kindsOf, NEWCOMER, stage } from "./hivemind_fixtures.ts";

const SEARCH = { query: "", tags: [], ...ALL };

Deno.test("row 2: the same new title at once breaks the guild's lists there; here they answer from the titles and say so", async () => {
  await using play = await stage();
  const { client, raw } = play;
  await client.upsertPage(ANN, draftOf("Whole", "words"));
  const upsert = (caller: typeof ANN) =>
    raw("UpsertWikiPage", { guild_id: GUILD, title: "Raced", body: "text" }, caller).then(() => "made", () => "failed");
  assertEquals((await Promise.all([upsert(ANN), upsert(BEN)])).toSorted(), ["failed", "made"]);
  await assertRejects(() => raw("ListWikiPages", { guild_id: GUILD, limit: 10 }, ANN), Error, "converting NULL");
  const listed = await client.listPages(ANN, ALL);
  assertEquals([listed.items.map(({ title }) => title).toSorted(), listed.incomplete], [["Raced", "Whole"], true]);
  const found = await client.searchPages(ANN, { ...SEARCH, query: "raced" });
  assertEquals([found.items.map(({ title }) => title), found.incomplete], [["Raced"], true]);
  assertEquals((await client.listTitles(ANN)).map(({ title }) => title).toSorted(), ["Raced", "Whole"]);
});

Deno.test("row 2: a creation that was done and not answered is found, never sent again", async () => {
  await using play = await stage();
  const { server, client } = play;
  for (const rpc of ["UpsertWikiPage", "CreateWikiPage"]) {
    server.fail(rpc, new StatusError("UNAVAILABLE", "connection lost"), { isDone: true });
    const save = rpc === "CreateWikiPage"
      ? client.createPage(ANN, draftOf(rpc, "once"))
      : client.upsertPage(ANN, draftOf(rpc, "once")).then(({ page }) => page);
    assertEquals((await save).body, "once");
    assertEquals(server.requests(rpc).length, 1);
  }
  server.hang("UpsertWikiPage");
  assertEquals(await kindOf(client.upsertPage(ANN, draftOf("Hung"), { deadlineMs: 500 })), "unreachable");
  assertEquals(server.requests("UpsertWikiPage").length, 2);
});

Deno.test("rows 4 and 15: whatever the server calls it, what is gone is not found, and its title is explained", async () => {
  await using play = await stage();
  const { client, raw } = play;
  const { page } = await client.upsertPage(ANN, draftOf("Gone"));
  await client.deletePage(ANN, page.id);
  const calls = [
    () => client.getPage(ANN, page.id),
    () => client.findPage(ANN, "Gone"),
    () => client.updatePage(ANN, page.id, { body: "x", tags: [] }),
    () => client.deletePage(ANN, page.id),
    () => client.mergePages(ANN, { sourceId: page.id, targetId: "1" }),
  ];
  assertEquals(await kindsOf(calls.map((call) => call())), ["not_found"]);
  await assertRejects(() => raw("GetWikiPageByTitle", { guild_id: GUILD, title: "Gone" }, ANN), Error, "2 UNKNOWN");
  for (const save of [() => client.upsertPage(ANN, draftOf("Gone")), () => client.createPage(ANN, draftOf("gone"))]) {
    const failure = await assertRejects(save, Failure, "belonged to a page that was deleted");
    assertEquals(failure.kind, "bad_input");
  }
});

Deno.test("row 5: pages of other guilds are out of reach, and only their author deletes them", async () => {
  await using play = await stage();
  const { client, raw } = play;
  const elsewhere = { ...BEN, guildId: "200000000000000009" };
  const { page: theirs } = await client.upsertPage(elsewhere, draftOf("Theirs"));
  const { page: mine } = await client.upsertPage(ANN, draftOf("Mine"));
  const suggestions = (await raw("AutocompleteWikiTitles", { guild_id: elsewhere.guildId }, ANN)).suggestions;
  assertEquals(suggestions.length, 1, "the server shows them to anybody");
  const calls = [
    client.getPage(ANN, theirs.id),
    client.deletePage(ANN, theirs.id),
    client.mergePages(ANN, { sourceId: theirs.id, targetId: mine.id }),
    client.mergePages(ANN, { sourceId: mine.id, targetId: theirs.id }),
    client.listPageReferences(ANN, theirs.id),
  ];
  assertEquals(await kindsOf(calls), ["not_found"]);
  assertEquals(await kindOf(client.deletePage(BEN, mine.id)), "not_yours");
  assertEquals((await client.getPage(BEN, mine.id)).body, "text");
});

Deno.test("row 5: who wrote a page is known to another replica from their notes and quotes", async () => {
  await using play = await stage();
  const { client, replica, raw } = play;
  const pages = [];
  for (const title of ["One", "Two", "Three"]) pages.push((await client.upsertPage(ANN, draftOf(title))).page);
  const [one, two, three] = pages;
  assert(one && two && three);
  await using stranger = replica();
  assertEquals(await kindOf(stranger.deletePage(ANN, one.id)), "not_yours", "nothing tells yet");
  await client.createQuote(ANN, { body: "said", tags: [], source: null });
  await stranger.deletePage(ANN, one.id);
  await using another = replica();
  await raw("CreateNote", { title: "Note", body: "text" }, ANN);
  await another.deletePage(ANN, two.id);
  assertEquals(await kindOf(another.deletePage(BEN, three.id)), "not_yours");
});

Deno.test("row 6: a newcomer sees nothing there; here they become a member and see it all", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const { page } = await client.upsertPage(ANN, draftOf("Welcome", "hello words"));
  assertEquals((await raw("ListWikiPages", { guild_id: GUILD, limit: 10 }, NEWCOMER)).total, 0);
  assertEquals((await client.getPage(NEWCOMER, page.id)).title, "Welcome");
  for (const id of ["a", "b"]) {
    const caller = { ...NEWCOMER, userId: `10000000000000002${id === "a" ? 1 : 2}` };
    const found = id === "a"
      ? client.searchPages(caller, { ...SEARCH, query: "hello" })
      : client.listPages(caller, ALL);
    assertEquals((await found).total, 1);
  }
  assertEquals(server.requests("UpsertGuildMember").length, 3);
});

Deno.test("rows 9 and 30: limits and known words are sent; the server's own are never met", async () => {
  await using play = await stage();
  const { server, client } = play;
  for (let i = 0; i < 12; i++) await client.upsertPage(ANN, draftOf(`Page ${i}`));
  assertEquals((await client.searchPages(ANN, SEARCH)).items.length, 12, "the server would give 10");
  for (const orderBy of ["created", "updated", "title"] as const) await client.listPages(ANN, { ...ALL, orderBy });
  assertEquals(server.requests("ListWikiPages").map(({ order_by }) => order_by), ["created_at", "updated_at", "title"]);
  assert([...server.requests("SearchWikiPages"), ...server.requests("ListWikiPages")].every(({ limit }) => limit > 0));
  assertEquals(await kindOf(client.listPages(ANN, { limit: 10, offset: -1 })), "bad_input");
});

Deno.test("row 10: accents, beginnings and stop words that the server misses are found in titles", async () => {
  await using play = await stage();
  const { client } = play;
  await client.upsertPage(ANN, draftOf("The café", "crème"));
  await client.upsertPage(ANN, draftOf("Resume", "how to write one"));
  const titles = async (query: string) =>
    (await client.searchPages(ANN, { ...SEARCH, query })).items.map(({ title }) => title);
  assertEquals(await titles("résumé"), ["Resume"]);
  assertEquals(await titles("caf"), ["The café"]);
  assertEquals(await titles("the"), ["The café"]);
  assertEquals(await titles('-"café"'), ["The café"], "nothing is syntax");
  assertEquals(await titles("café or resume"), []);
});

Deno.test("row 11: tags mean all of them, whatever their case", async () => {
  await using play = await stage();
  const { client } = play;
  await client.upsertPage(ANN, draftOf("A", "tea", ["X"]));
  await client.upsertPage(ANN, draftOf("B", "tea", ["x", "Y"]));
  const found = await client.searchPages(ANN, { ...SEARCH, tags: ["Y", "X"] });
  assertEquals([found.items.map(({ title }) => title), found.total], [["B"], 1]);
});

Deno.test("rows 12, 13 and 16: one page, one title: none without letters, none lost by an alias, none renamed by half", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  assertEquals(await kindOf(client.upsertPage(ANN, draftOf("😀"))), "bad_input");
  assertEquals(await kindOf(client.findPage(ANN, "🎉")), "not_found");
  const { page: source } = await client.upsertPage(ANN, draftOf("Old name"));
  const { page: target } = await client.upsertPage(ANN, draftOf("New name"));
  await client.mergePages(ANN, { sourceId: source.id, targetId: target.id });
  const { page, created } = await client.upsertPage(ANN, draftOf("Old name", "changed"));
  assertEquals([page.id, page.title, page.slug, created], [target.id, "New name", "new-name", false]);
  assertEquals((await client.getPage(ANN, target.id)).title, "New name");
  await raw("UpsertWikiPage", { guild_id: GUILD, title: "Old name", body: "x" }, BEN);
  assertEquals((await raw("GetWikiPage", { id: target.id }, ANN)).title, "Old name", "the server loses it");
  assert(server.requests("UpdateWikiPage").every(({ title, body }) => title !== "" && body !== ""));
});

Deno.test("row 14: three merges at once put a text in more than once there; here it is sent once", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const make = async (title: string) => (await client.upsertPage(ANN, draftOf(title, title))).page.id;
  const [source, target] = [await make("first"), await make("second")];
  const request = { source_page_id: source, target_page_id: target };
  await Promise.allSettled([1, 2, 3].map(() => raw("MergeWikiPages", request, ANN)));
  const { body } = await raw("GetWikiPage", { id: target }, ANN);
  assert(body.split("first").length > 2, body);
  const third = await make("third");
  server.fail("MergeWikiPages", new StatusError("UNAVAILABLE", "connection lost"), { isDone: true });
  const merged = await client.mergePages(ANN, { sourceId: third, targetId: target });
  assertEquals(merged.body.split("third").length, 2);
  server.fail("MergeWikiPages", new StatusError("UNAVAILABLE", "connection lost"));
  const fourth = await make("fourth");
  assertEquals(await kindOf(client.mergePages(ANN, { sourceId: fourth, targetId: target })), "unreachable");
  assertEquals(server.requests("MergeWikiPages").length, 5);
});

Deno.test("rows 17 and 31: what the server takes or chokes on is refused with a sentence", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const { page } = await client.upsertPage(ANN, draftOf("Full"));
  await raw("CreateWikiPage", { guild_id: GUILD, title: "Empty there", body: "" }, ANN);
  assertEquals(await kindOf(client.createPage(ANN, draftOf("Empty", " "))), "bad_input");
  assertEquals(await kindOf(client.createPage(ANN, draftOf(" "))), "bad_input");
  assertEquals(await kindOf(client.updatePage(ANN, page.id, { body: "", tags: [] })), "bad_input");
  assertEquals(await kindOf(client.upsertPage(ANN, draftOf("Long", "word ".repeat(300_000)))), "too_large");
  server.fail("UpdateWikiPage", new StatusError("UNKNOWN", "pq: string is too long for tsvector (1 bytes)"));
  assertEquals(await kindOf(client.updatePage(ANN, page.id, { body: "x", tags: [] })), "too_large");
});

Deno.test("rows 18 and 25: the author's name stands where the server leaves it out", async () => {
  await using play = await stage();
  const { client, raw } = play;
  assertEquals((await raw("CreateWikiPage", { guild_id: GUILD, title: "There", body: "x" }, ANN)).author_username, "");
  assertEquals((await client.createPage(ANN, draftOf("Here"))).authorName, "ann");
  const { page } = await client.upsertPage(NEWCOMER, draftOf("Guest"));
  assertEquals([page.authorName, page.authorId], ["newcomer", NEWCOMER.userId]);
});

Deno.test("row 33: a reference that is there already stays one", async () => {
  await using play = await stage();
  const { client, raw } = play;
  const { page } = await client.upsertPage(ANN, draftOf("Page"));
  const reference = { messageId: "5", channelId: "6", guildId: GUILD, content: "said", authorId: "7", authorName: "x" };
  for (let i = 0; i < 2; i++) await client.addPageReference(ANN, page.id, { ...reference, sentAt: 1, link: "" });
  const again = await raw("AddWikiMessageReference", { wiki_page_id: page.id, message_id: "5" }, ANN);
  const { references } = await raw("ListWikiMessageReferences", { wiki_page_id: page.id }, ANN);
  assert(references.length === 1 && references[0].id !== again.id);
  assertEquals((await client.listPageReferences(ANN, page.id)).length, 1);
});
