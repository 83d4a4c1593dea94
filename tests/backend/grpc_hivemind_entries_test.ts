/** What `hivemind-server` does with quotes and notes, by the rows of the list, and what the gRPC backend makes of it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { StatusError } from "../doubles/hivemind_server/protocol.ts";
import { GUILD } from "./grpc_fixtures.ts";
import { ALL, ANN, BEN, kindOf, kindsOf, NEWCOMER, stage } from "./hivemind_fixtures.ts";

const SEARCH = { query: "", tags: [], ...ALL };

function noteOf(title: string, body = "text", tags: string[] = []) {
  return { title, body, tags, channelId: "300", sourceMessageId: "" };
}

function quoteOf(body: string, tags: string[] = []) {
  return { body, tags, source: null };
}

Deno.test("row 1: a random quote that nobody has ends the server; here it is not asked for so", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  assertEquals(await kindOf(client.randomQuote(ANN, [])), "not_found");
  await client.createQuote(ANN, quoteOf("said", ["a"]));
  assertEquals(await kindOf(client.randomQuote(ANN, ["b"])), "not_found");
  assertEquals((await client.randomQuote(ANN, ["a"])).body, "said");
  assertEquals([server.requests("GetRandomQuote"), server.isRunning], [[], true]);
  await assertRejects(() => raw("GetRandomQuote", { guild_id: GUILD, tags: ["b"] }, ANN), Error, "CANCELLED");
  assertEquals(server.isRunning, false);
  assertEquals(await kindOf(client.isMember(GUILD, ANN.userId, { deadlineMs: 300 })), "unreachable");
  await server.restart();
  assertEquals((await client.randomQuote(ANN, ["a"])).body, "said");
});

Deno.test("row 2: a quote or note that was saved and not answered is found, never sent again", async () => {
  await using play = await stage();
  const { server, client } = play;
  const lost = new StatusError("UNAVAILABLE", "connection lost");
  for (const isDone of [true, false]) {
    for (const rpc of ["CreateQuote", "CreateNote"]) server.fail(rpc, lost, { isDone });
    const text = isDone ? "kept" : "lost";
    const saved = [
      client.createQuote(ANN, quoteOf(text)).then(({ body }) => body, ({ kind }) => kind),
      client.createNote(ANN, noteOf(text)).then(({ title }) => title, ({ kind }) => kind),
    ];
    assertEquals(await Promise.all(saved), isDone ? ["kept", "kept"] : ["unreachable", "unreachable"]);
  }
  assertEquals([server.requests("CreateQuote").length, server.requests("CreateNote").length], [2, 2]);
});

Deno.test("row 3: the server tells everybody's titles of notes; here everybody sees their own, fresh after each change", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const { id } = await client.createNote(ANN, noteOf("Secret plans"));
  assertEquals((await raw("AutocompleteNoteTitles", { guild_id: GUILD }, BEN)).suggestions[0].title, "Secret plans");
  const titles = async (caller = ANN) =>
    (await client.suggestNoteTitles(caller, { typed: "", limit: 25 })).map(({ title }) => title);
  assertEquals(await titles(BEN), []);
  for (let i = 0; i < 5; i++) assertEquals(await titles(), ["Secret plans"]);
  assertEquals(server.requests("ListNotes").length, 2, "asked once for each");
  await client.updateNote(ANN, id, { title: "Open plans", body: "text", tags: [] });
  assertEquals(await titles(), ["Open plans"]);
  await client.createNote(ANN, noteOf("More"));
  assertEquals(await titles(), ["More", "Open plans"]);
  await client.deleteNote(ANN, id);
  assertEquals(await titles(), ["More"]);
  assertEquals(server.requests("AutocompleteNoteTitles").length, 1, "that was the other program");
});

Deno.test("row 4: quotes and notes that are gone are not found", async () => {
  await using play = await stage();
  const { client, raw } = play;
  await assertRejects(() => raw("GetQuote", { id: "1" }, ANN), Error, "13 INTERNAL");
  const change = { title: "x", body: "x", tags: [] };
  const calls = [
    client.getQuote(ANN, "1"),
    client.updateQuote(ANN, "1", change),
    client.deleteQuote(ANN, "1"),
    client.getNote(ANN, "1"),
    client.updateNote(ANN, "1", change),
    client.deleteNote(ANN, "1"),
    client.listNoteReferences(ANN, "1"),
  ];
  assertEquals(await kindsOf(calls), ["not_found"]);
});

Deno.test("rows 5 and 6: quotes stay in their guild, and a newcomer sees them", async () => {
  await using play = await stage();
  const { client, raw } = play;
  const { id } = await client.createQuote(ANN, quoteOf("between us"));
  const stranger = { ...BEN, guildId: "200000000000000009" };
  assertEquals(await kindOf(client.getQuote(stranger, id)), "not_found");
  assertEquals((await raw("SearchQuotes", { guild_id: GUILD, limit: 10 }, NEWCOMER)).total, 0);
  assertEquals((await client.randomQuote(NEWCOMER, [])).id, id);
});

Deno.test("rows 9 and 11: lists of quotes mind tags and who said it, and are as long as asked for", async () => {
  await using play = await stage();
  const { client, raw } = play;
  const source = {
    messageId: "1",
    channelId: "2",
    channelName: "",
    authorId: BEN.userId,
    authorName: "ben",
    sentAt: 5,
  };
  for (let i = 0; i < 30; i++) {
    const tags = i % 10 === 0 ? ["a", "b"] : ["a"];
    await client.createQuote(ANN, { body: `quote ${i}`, tags, source: i % 3 === 0 ? source : null });
  }
  assertEquals((await raw("ListQuotes", { guild_id: GUILD, tags: ["none"] }, ANN)).quotes.length, 20);
  const list = async (query: Partial<Parameters<typeof client.listQuotes>[1]>) => {
    const { items, total } = await client.listQuotes(ANN, { tags: [], ...ALL, ...query });
    return [items.length, total, items[0]?.body];
  };
  assertEquals(await list({}), [30, 30, "quote 29"]);
  assertEquals(await list({ ascending: true, limit: 5 }), [5, 30, "quote 0"]);
  assertEquals(await list({ tags: ["B", "a"] }), [3, 3, "quote 20"]);
  assertEquals(await list({ saidById: BEN.userId }), [10, 10, "quote 27"]);
  assertEquals(await list({ saidById: BEN.userId, tags: ["b"] }), [1, 1, "quote 0"]);
  assertEquals((await client.searchQuotes(ANN, { ...SEARCH, tags: ["b", "a"] })).total, 3);
});

Deno.test("row 10: notes are searched by words, all of them, and no character stands for others", async () => {
  await using play = await stage();
  const { client, raw } = play;
  await client.createNote(ANN, noteOf("Garden", "water the roses", ["x"]));
  await client.createNote(ANN, noteOf("Café", "100% sure", ["x", "y"]));
  assertEquals((await raw("SearchNotes", { query: "%", limit: 10 }, ANN)).total, 2);
  assertEquals((await raw("SearchNotes", { query: "roses water", limit: 10 }, ANN)).total, 0);
  const found = async (query: string, tags: string[] = []) =>
    (await client.searchNotes(ANN, { ...SEARCH, query, tags })).items.map(({ title }) => title);
  for (const wild of ["%", "_", "\\", "%%"]) assertEquals(await found(wild), [], wild);
  assertEquals(await found("roses water"), ["Garden"]);
  assertEquals(await found("WATER roses garden"), ["Garden"]);
  assertEquals(await found("100_"), ["Café"]);
  assertEquals(await found("gard wat", ["x"]), ["Garden"]);
  assertEquals(await found("", ["y", "x"]), ["Café"]);
  assertEquals((await client.searchNotes(BEN, { ...SEARCH, query: "roses" })).total, 0);
});

Deno.test("row 17: an empty quote is refused before the server takes it", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const { id } = await client.createQuote(ANN, quoteOf("full"));
  await raw("CreateQuote", { guild_id: GUILD, body: "" }, ANN);
  assertEquals(await kindOf(client.createQuote(ANN, quoteOf(" "))), "bad_input");
  assertEquals(await kindOf(client.updateQuote(ANN, id, { body: "\n", tags: [] })), "bad_input");
  assertEquals([server.requests("CreateQuote").length, server.requests("UpdateQuote").length], [2, 0]);
});

Deno.test("rows 24 and 25: a typed quote has no source, and names that the server loses are shown to who gave them", async () => {
  await using play = await stage();
  const { client, raw } = play;
  const typed = await client.createQuote(ANN, quoteOf("typed"));
  assertEquals((await raw("GetQuote", { id: typed.id }, ANN)).source_msg_timestamp, { seconds: 0, nanos: 0 });
  assertEquals((await client.getQuote(ANN, typed.id)).source, null);
  const source = { messageId: "1", channelId: "2", channelName: "general", authorId: "3", authorName: "Cy", sentAt: 5 };
  const saved = await client.createQuote(ANN, { ...quoteOf("said"), source });
  assertEquals(saved.source, source);
  const changed = await client.updateQuote(ANN, saved.id, { body: "said so", tags: [] });
  assertEquals([changed.source?.sentAt, changed.savedByName], [5, "ann"]);
  assertEquals((await client.createNote(NEWCOMER, noteOf("Mine"))).authorName, "newcomer");
});

Deno.test("notes are kept in direct messages too, where no guild is known", async () => {
  await using play = await stage();
  const { server, client } = play;
  const alone = { ...NEWCOMER, guildId: null };
  const note = await client.createNote(alone, noteOf("Direct"));
  assertEquals([note.guildId, note.authorId], [null, alone.userId]);
  assertEquals((await client.listNotes(alone, { tags: [], ...ALL })).total, 1);
  assert(!server.calls.some(({ rpc, request }) => rpc === "UpsertGuild" && request.guild_id === ""));
});
