import { assertEquals, assertGreater } from "@std/assert";
import { GuildLanes } from "../../src/sync/guild_lanes.ts";
import { MemberEvents } from "../../src/sync/member_events.ts";
import type { MemberEvent } from "../../src/sync/pending_events.ts";
import type { GuildMember } from "../../src/sync/ports.ts";
import { guild, member, setup } from "./setup.ts";

function live(capacity?: number) {
  const parts = setup();
  const joined: string[] = [];
  let dropped = 0;
  const events = new MemberEvents({
    ...parts,
    lanes: new GuildLanes(),
    onGuildJoined: ({ id }) => joined.push(id),
    onDropped: () => dropped++,
    ...(capacity === undefined ? {} : { capacity }),
  });
  return { ...parts, events, joined, dropped: () => dropped };
}

const came = (one: GuildMember): MemberEvent => ({ kind: "member", member: one });
const left = ({ guildId, userId }: GuildMember): MemberEvent => ({ kind: "member_left", guildId, userId });

Deno.test("the leader collects events for two seconds and sends one batch for each guild", async () => {
  await using test = live();
  const { clock, calls, events, tokens } = test;
  void events.lead(test.term(7));
  for (let number = 0; number < 50; number++) events.observe(came(member(number)));
  events.observe(came(member(1, { guildId: "2" })));
  await clock.advance(1_999);
  assertEquals(calls, []);
  await clock.advance(1);
  assertEquals(calls, ["upsert 1 ×50", "upsert 2 ×1"]);
  assertEquals([...tokens], ["7"]);
});

Deno.test("a follower writes nothing, and as leader all that it saw in the last minute", async () => {
  await using test = live();
  const { clock, calls, events } = test;
  const [old, recent, gone] = [member(1), member(2), member(3)];
  events.observe(came(old));
  await clock.advance(30_000);
  events.observe(came(recent));
  events.observe(came(gone));
  await clock.advance(40_000);
  events.observe(left(gone));
  assertEquals(calls, []);
  void events.lead(test.term());
  await clock.advance(2_000);
  assertEquals(calls, [`remove 1/${gone.userId}`, "upsert 1 ×1"]);
  assertEquals(await test.present([old, recent, gone]), ["user2"]);
});

Deno.test("the last state of a member counts, and who came back is removed before", async () => {
  await using test = live();
  const { clock, calls, events } = test;
  const [leaver, returner] = [member(1), member(2)];
  void events.lead(test.term());
  for (const event of [came(leaver), left(leaver), left(returner), came(returner)]) events.observe(event);
  await clock.advance(2_000);
  assertEquals(calls, [`remove 1/${leaver.userId}`, `remove 1/${returner.userId}`, "upsert 1 ×1"]);
  assertEquals(await test.present([leaver, returner]), ["user2"]);
});

Deno.test("a member who leaves while the upsert is under way is removed after it", async () => {
  await using test = live();
  const { clock, events, weather } = test;
  weather.latencyMs = 5_000;
  void events.lead(test.term());
  events.observe(came(member(1)));
  await clock.advance(3_000);
  events.observe(left(member(1)));
  await clock.advance(20_000);
  assertEquals(await test.present([member(1)]), []);
});

Deno.test("failed writes are tried again, ever less often, until they succeed", async () => {
  await using test = live();
  const { clock, calls, events, weather } = test;
  weather.fail("upsert", { times: 4 });
  void events.lead(test.term());
  events.observe(came(member(1)));
  await clock.advance(2_000);
  assertEquals(calls.length, 1);
  events.observe(came(member(2)));
  await clock.advance(1_000 + 2_000 + 4_000);
  assertEquals(calls.length, 4);
  await clock.advance(8_000);
  assertEquals(await test.present([member(1), member(2)]), ["user1", "user2"]);
  assertEquals(test.lines.filter((line) => line.includes("cannot write member events")).length, 4);
});

Deno.test("one guild that fails does not hold up another", async () => {
  await using test = live();
  const { clock, events, weather } = test;
  weather.fail("upsert 1", { times: 100 });
  void events.lead(test.term());
  events.observe(came(member(1)));
  events.observe(came(member(2, { guildId: "2" })));
  await clock.advance(2_000);
  assertEquals(await test.present([member(1), member(2, { guildId: "2" })]), ["user2"]);
});

Deno.test("what a lost term left unwritten is written in the next, here or elsewhere", async () => {
  await using test = live();
  const { clock, calls, events, weather } = test;
  weather.latencyMs = 1_000;
  const first = test.term(1);
  const ended = events.lead(first);
  events.observe(came(member(1)));
  await clock.advance(2_500);
  first.end("deposed");
  await clock.advance(0);
  await ended;
  assertEquals(clock.pending, 0);
  events.observe(came(member(2)));
  await clock.advance(5_000);
  assertEquals(calls.length, 1);
  void events.lead(test.term(2));
  await clock.advance(4_000);
  assertEquals(await test.present([member(1), member(2)]), ["user1", "user2"]);
});

Deno.test("nothing is written any more once the backend has seen a later term", async () => {
  await using test = live();
  const { clock, calls, events, backend } = test;
  await backend.upsertMembers([member(9)], { fencingToken: "5" });
  void events.lead(test.term(4));
  events.observe(came(member(1)));
  await clock.advance(60_000);
  assertEquals(calls, ["upsert 1 ×1"]);
  assertEquals(await test.present([member(1)]), []);
});

Deno.test("guilds are written as they come and go, and the members of a new one are asked for", async () => {
  await using test = live();
  const { clock, calls, events, joined } = test;
  void events.lead(test.term());
  events.observe({ kind: "guild", guild: guild(1), isNew: false });
  events.observe({ kind: "guild", guild: guild(2), isNew: true });
  events.observe(came(member(1, { guildId: "3" })));
  events.observe({ kind: "guild_left", guildId: "3" });
  await clock.advance(2_000);
  assertEquals(calls.toSorted(), ["disable 3", "guild 1", "guild 2"]);
  assertEquals(joined, ["2"]);
});

Deno.test("when too many members wait, that is told", async () => {
  await using test = live(10);
  const { events } = test;
  for (let number = 0; number < 12; number++) events.observe(came(member(number)));
  assertEquals(test.dropped(), 2);
});

Deno.test("an event after a quiet time is written, too", async () => {
  await using test = live();
  const { clock, calls, events } = test;
  void events.lead(test.term());
  events.observe(came(member(1)));
  await clock.advance(3_600_000);
  events.observe(came(member(2)));
  await clock.advance(2_000);
  assertEquals(calls.length, 2);
  assertGreater((await test.metrics.syncMembers.get()).values.length, 0);
});
