/** What `hivemind-server` does with users, guilds and connections, by the rows of the list, and what the gRPC backend makes of it. */
import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { sleep, systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { StatusError } from "../doubles/hivemind_server/protocol.ts";
import { clientOf, GUILD, memberOf, SILENT } from "./grpc_fixtures.ts";
import { ALL, ANN, BEN, draftOf, kindOf, kindsOf, NEWCOMER, stage } from "./hivemind_fixtures.ts";

const OTHER_GUILD = "200000000000000009";

Deno.test("row 7: two first calls of a user fail there; here they go one after the other, and once more against another replica's", async () => {
  await using play = await stage();
  const { client, raw, replica } = play;
  const list = () => raw("ListNotes", { limit: 10 }, NEWCOMER).then(() => "ok", ({ details }) => details);
  assertEquals((await Promise.all([list(), list()])).toSorted(), ["failed to provision user", "ok"]);
  await using second = replica();
  for (let i = 0; i < 8; i++) {
    const caller = { ...NEWCOMER, userId: `10000000000000003${i}` };
    const calls = [client, client, second, second].map((one) => one.listTitles(caller));
    assertEquals((await Promise.all(calls)).length, 4);
  }
});

Deno.test("row 8: the name that is kept for good is the username", async () => {
  await using play = await stage();
  const { server, client } = play;
  await client.listTitles({ ...NEWCOMER, username: "nüwcomer" });
  await client.listTitles({ ...NEWCOMER, username: "later" });
  assertEquals(server.tables.discordUsers.get(NEWCOMER.userId)?.username, "nuwcomer");
});

Deno.test("row 19: settings of a guild that the server has never seen, and settings changed one by one", async () => {
  await using play = await stage();
  const { client, raw } = play;
  await assertRejects(() => raw("GetGuildSettings", { guild_id: OTHER_GUILD }), Error, "discord guild not found");
  assertEquals((await client.getAnnouncements(OTHER_GUILD)).enabled, false);
  await client.updateAnnouncements(OTHER_GUILD, { enabled: true });
  const changed = await client.updateAnnouncements(OTHER_GUILD, { channelId: "7" });
  assertEquals([changed.enabled, changed.channelId], [true, "7"]);
  await raw("UpdateGuildSettings", { guild_id: OTHER_GUILD, settings: { announcements: { channel_id: "8" } } });
  assertEquals((await client.getAnnouncements(OTHER_GUILD)).enabled, false, "the server replaces all");
});

Deno.test("row 20: a guild comes before what is in it, and one bad member keeps nobody out", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const wire = { guild_id: OTHER_GUILD, discord_id: "1", discord_username: "one" };
  await assertRejects(() => raw("UpsertGuildMembersBatch", { members: [wire] }), Error, "foreign key");
  const left: unknown[] = [];
  await using careful = clientOf(server.port, {
    log: { ...SILENT, warn: (_msg, fields) => void left.push(fields?.user) },
  });
  const members = Array.from({ length: 20 }, (_, i) => memberOf(String(i + 1), { guildId: OTHER_GUILD }));
  const batch = [...members, memberOf("99", { guildId: OTHER_GUILD, username: "" })];
  assertEquals(await careful.upsertMembers(batch), 20);
  assertEquals([left, server.tables.members.get(OTHER_GUILD)?.size], [["99"], 20]);
  const elsewhere = { ...ANN, guildId: "200000000000000008" };
  assertEquals((await client.upsertPage(elsewhere, draftOf("First"))).created, true);
});

Deno.test("row 21: a guild that several make at once is there for all of them", async () => {
  await using play = await stage();
  const { client, raw, replica } = play;
  await using second = replica();
  const guild = { id: OTHER_GUILD, name: "Other", iconUrl: "", ownerId: "1" };
  await Promise.all([client, second, client, second].map((one) => one.upsertGuild(guild)));
  assertEquals((await client.getGuild(OTHER_GUILD)).name, "Other");
  const upsert = () => raw("UpsertGuild", { guild_id: "5" }).then(() => "ok", ({ details }) => details);
  const [made, failed] = (await Promise.all([upsert(), upsert()])).toSorted();
  assertEquals([made, /duplicate key/.test(failed)], ["ok", true]);
});

Deno.test("row 22: batches that lock each other out, and names of one guild; here they go in order, one guild each", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  const wire = (id: number) => ({ guild_id: GUILD, discord_id: String(id), discord_username: `user${id}` });
  const ascending = Array.from({ length: 60 }, (_, i) => wire(i));
  const batch = (members: object[]) =>
    raw("UpsertGuildMembersBatch", { members }).then(() => "ok", ({ details }) => details);
  const [failed] = (await Promise.all([batch(ascending), batch(ascending.toReversed())])).toSorted();
  assert(/deadlock/.test(failed), failed);
  const members = Array.from({ length: 60 }, (_, i) => memberOf(String(1000 + i)));
  const written = await Promise.all([client.upsertMembers(members), client.upsertMembers(members.toReversed())]);
  assertEquals(written, [60, 60]);
  await client.upsertMembers([memberOf("1", { guildId: OTHER_GUILD, nickname: "Nick" })]);
  assertEquals(server.tables.names.get(OTHER_GUILD)?.get("1")?.display, "Nick");
  await batch([wire(1), { ...wire(1), guild_id: OTHER_GUILD, guild_nick: "Other" }]);
  assertEquals(server.tables.names.get(OTHER_GUILD)?.get("1")?.display, "Nick", "the server forgot the second guild");
});

Deno.test("row 23: a time of joining is always sent, because the first one stays", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  await raw("UpsertGuildMember", { guild_id: GUILD, discord_id: "1", discord_username: "one" });
  const joined = (id: string) => server.tables.members.get(GUILD)?.get(id)?.joinedAt.seconds ?? -1;
  assertEquals(joined("1"), 0);
  await client.upsertMembers([memberOf("1"), memberOf("2")]);
  assertEquals([joined("1"), joined("2")], [0, 1_700_000_000]);
  await client.listPages(NEWCOMER, ALL);
  assertGreater(joined(NEWCOMER.userId), 1_700_000_000);
});

Deno.test("row 26: a ping measures health; what the server says of itself is not asked", async () => {
  await using play = await stage();
  const { server, client, raw } = play;
  assertGreater(await client.ping(), 0);
  await assertRejects(() => raw("GetHealthCheck", {}), Error, "12 UNIMPLEMENTED");
  await assertRejects(() => raw("Check", { service: "hivemind.wiki.WikiService" }), Error, "5 NOT_FOUND");
  assertEquals(server.requests("GetSystemInfo"), []);
});

Deno.test("row 27: a call without a user sees everything there; here it is never made", async () => {
  await using play = await stage();
  const { client, raw } = play;
  await client.upsertPage(ANN, draftOf("Page"));
  assertEquals((await raw("ListWikiPages", { guild_id: GUILD, limit: 10 })).total, 1);
  const nobody = { ...ANN, userId: "" };
  const calls = [
    client.listPages(nobody, ALL),
    client.listNotes(nobody, { tags: [], ...ALL }),
    client.suggestNoteTitles(nobody, { typed: "", limit: 5 }),
  ];
  assertEquals(await kindsOf(calls), ["bad_input"]);
});

Deno.test("row 28: a token of the wrong role works for guilds alone, and is told from one that is no token at all", async () => {
  await using play = await stage({ tokens: { "s3cret": "bot", "adm1n": "admin" } });
  const { replica } = play;
  await using admin = replica({ serviceToken: () => "adm1n" });
  assertEquals(await admin.isMember(GUILD, ANN.userId), true);
  const failure = await assertRejects(() => admin.listTitles(ANN), Failure, "role bot");
  assertEquals(failure.kind, "refused_token");
  await using stranger = replica({ serviceToken: () => "guess" });
  assertEquals(await kindOf(stranger.isMember(GUILD, ANN.userId)), "refused_token");
});

Deno.test("row 29: connections that end by age or idleness cost nobody an answer", async () => {
  for (const ages of [{ connectionAgeMs: 60 }, { connectionIdleMs: 30 }]) {
    await using play = await stage(ages);
    const { client } = play;
    for (let i = 0; i < 12; i++) {
      await client.upsertPage(ANN, draftOf(`Page ${i}`));
      await sleep(systemClock, i % 3 === 0 ? 50 : 5);
    }
    assertEquals((await client.listPages(BEN, ALL)).total, 12);
  }
});

Deno.test("row 32: a connection that broke unnoticed is unreachable, and a read is sent again", async () => {
  await using play = await stage();
  const { server, client } = play;
  const broken = new StatusError(
    "INTERNAL",
    "Received RST_STREAM with code 2 triggered by internal client error: write EPIPE",
  );
  server.fail("CheckGuildMembership", broken);
  assertEquals(await client.isMember(GUILD, ANN.userId), true);
  server.fail("RemoveGuildMember", broken);
  assertEquals(await kindOf(client.removeMember(GUILD, BEN.userId)), "unreachable");
});

Deno.test("memberships are listed as the server has them", async () => {
  await using play = await stage();
  await play.client.upsertMembers([memberOf(ANN.userId, { guildId: OTHER_GUILD })]);
  assertEquals((await play.client.listGuildsOf(ANN.userId)).toSorted(), [GUILD, OTHER_GUILD]);
});
