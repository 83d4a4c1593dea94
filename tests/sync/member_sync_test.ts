import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { type CyclePosition, newCycle } from "../../src/sync/checkpoint.ts";
import { GuildLanes } from "../../src/sync/guild_lanes.ts";
import { MemberEvents } from "../../src/sync/member_events.ts";
import { syncAllGuilds } from "../../src/sync/member_sync.ts";
import type { Term } from "../../src/sync/ports.ts";
import { guild, member, setup } from "./setup.ts";

function cycle(guildCount: number) {
  const parts = setup();
  const lanes = new GuildLanes();
  const events = new MemberEvents({ ...parts, lanes, onGuildJoined: () => {}, onDropped: () => {} });
  const guilds = Array.from({ length: guildCount }, (_, index) => guild(index + 1));
  for (const { id } of guilds) parts.pages.add(member(Number(id), { guildId: id }));
  const positions: CyclePosition[] = [];
  const run = (term: Term, position = newCycle(0)) =>
    syncAllGuilds({ ...parts, lanes, events }, {
      guilds: guilds.toReversed(),
      term,
      position,
      onPosition: (reached) => positions.push(reached),
    });
  return { ...parts, positions, run };
}

const asked = (requests: string[]) => requests.map((request) => request.split(" ")[0]);

Deno.test("all guilds are synced, in the order of their ids", async () => {
  await using test = cycle(12);
  const { guildsDone, members, failed } = await test.run(test.term());
  assertEquals([guildsDone, members, failed], [12, 12, []]);
  assertEquals(asked(test.pages.requests), Array.from({ length: 12 }, (_, index) => String(index + 1)));
});

Deno.test("a guild that fails is tried again after the others", async () => {
  await using test = cycle(3);
  test.pages.fail("list 1", { times: 2 });
  const done = test.run(test.term());
  await test.elapse(60_000);
  const { guildsDone, failed } = await done;
  assertEquals(asked(test.pages.requests), ["1", "2", "3", "1", "1"]);
  assertEquals([guildsDone, failed], [3, []]);
});

Deno.test("a guild that goes on failing is left out in the end, and named", async () => {
  await using test = cycle(2);
  test.pages.fail("list 2", { times: 1_000 });
  const done = test.run(test.term());
  await test.elapse(3_600_000);
  const { guildsDone, failed } = await done;
  assertEquals([guildsDone, failed], [1, ["2"]]);
  assertEquals(asked(test.pages.requests), ["1", "2", "2", "2", "2", "2", "2"]);
  assertEquals((await test.metrics.syncGuildFailures.get()).values[0]?.value, 6);
});

Deno.test("a guild that fails in the middle goes on from there", async () => {
  await using test = cycle(1);
  const members = Array.from({ length: 6_500 }, (_, number) => member(number));
  test.pages.guilds.clear();
  test.pages.add(...members);
  test.weather.fail("upsert 1 ×1500");
  const done = test.run(test.term());
  await test.elapse(60_000);
  assertEquals((await done).members, 6_500);
  assertEquals(test.pages.requests.slice(-2), ["1 after 104999", "1 after 105999"]);
});

Deno.test("what Discord refuses is told once, with what to do, and not tried again", async () => {
  await using test = cycle(5);
  test.pages.fail("list", { kind: "not_yours", times: 1_000 });
  const { guildsDone, failed } = await test.run(test.term());
  assertEquals([guildsDone, failed.length], [0, 5]);
  assertEquals(test.lines.filter((line) => line.includes("cannot sync")).length, 1);
});

Deno.test("when everything fails the waits grow, so that a backend that is down is not hammered", async () => {
  await using test = cycle(100);
  test.weather.fail("guild", { times: 1_000_000 });
  const term = test.term();
  const done = assertRejects(() => test.run(term), Failure);
  await test.elapse(600_000);
  // 1 + 2 + 4 + … + 60 s
  assert(test.calls.length < 20, `${test.calls.length} calls in ten minutes`);
  term.end("enough");
  await test.elapse(0);
  await done;
});

Deno.test("a cycle that was interrupted goes on with the guild it was at, and then with those that had failed", async () => {
  await using test = cycle(4);
  const position = { ...newCycle(0), guildId: "3", after: "0", guildsDone: 1, members: 7, failed: ["1"] };
  const done = test.run(test.term(), position);
  await test.elapse(60_000);
  assertEquals(asked(test.pages.requests), ["3", "4", "1"]);
  assertEquals((await done).guildsDone, 4);
});

Deno.test("positions name the guild being read, so that the next leader can go on", async () => {
  await using test = cycle(2);
  await test.run(test.term());
  assertEquals(test.positions.map(({ guildId, guildsDone }) => `${guildId}/${guildsDone}`), [
    "1/0",
    "1/1",
    "2/1",
    "2/2",
  ]);
});

Deno.test("the end of the term is no failure of a guild", async () => {
  await using test = cycle(3);
  const term = test.term();
  test.pages.latencyMs = 1_000;
  const done = assertRejects(() => test.run(term), Failure);
  await test.elapse(500);
  term.end("deposed");
  await test.elapse(0);
  await done;
  assertEquals((await test.metrics.syncGuildFailures.get()).values[0]?.value, 0);
});
