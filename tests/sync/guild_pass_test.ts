import { assertEquals, assertRejects } from "@std/assert";
import { openTerm } from "../../src/election/term.ts";
import { Failure } from "../../src/failure.ts";
import { type GuildPosition, passGuild } from "../../src/sync/guild_pass.ts";
import { GuildLanes } from "../../src/sync/guild_lanes.ts";
import { MemberEvents } from "../../src/sync/member_events.ts";
import type { Term } from "../../src/sync/ports.ts";
import { guild, member, setup } from "./setup.ts";

function pass() {
  const parts = setup();
  const lanes = new GuildLanes();
  const events = new MemberEvents({ ...parts, lanes, onGuildJoined: () => {}, onDropped: () => {} });
  const reached: GuildPosition[] = [];
  const run = (term: Term, from?: GuildPosition) =>
    passGuild({ ...parts, lanes, events }, {
      guild: guild(1),
      term,
      from,
      onWritten: (position) => reached.push(position),
    });
  return { ...parts, events, reached, run };
}

function crowd(count: number) {
  return Array.from({ length: count }, (_, number) => member(number));
}

Deno.test("a guild is read in pages of 1,000 and written in batches of 5,000", async () => {
  await using test = pass();
  test.pages.add(...crowd(12_001));
  await test.run(test.term());
  assertEquals(test.pages.requests.length, 13);
  assertEquals(test.calls, ["guild 1", "mark 1", "upsert 1 ×5000", "upsert 1 ×5000", "upsert 1 ×2001", "sweep 1"]);
  assertEquals(test.reached.map(({ after }) => after), [104_999, 109_999, 112_000].map(String));
});

Deno.test("pages are read while a batch is written", async () => {
  await using test = pass();
  const { clock, pages, weather } = test;
  pages.add(...crowd(10_000));
  pages.latencyMs = 100;
  weather.latencyMs = 500;
  const done = test.run(test.term());
  // Two calls to begin, eleven pages and two batches would take 3,100 ms one after the other.
  await clock.advance(2 * 500 + 11 * 100 + 500);
  assertEquals(test.reached.length, 2);
  await clock.advance(1_000);
  await done;
});

Deno.test("who left while nobody looked is removed at the end of a pass", async () => {
  await using test = pass();
  const [stays, leaves] = [member(1), member(2)];
  await test.backend.upsertMembers([stays, leaves]);
  test.pages.add(stays);
  await test.run(test.term());
  assertEquals(await test.present([stays, leaves]), ["user1"]);
});

Deno.test("an empty list removes nobody: the bot itself is always a member", async () => {
  await using test = pass();
  await test.backend.upsertMembers([member(1)]);
  await test.run(test.term());
  assertEquals(await test.present([member(1)]), ["user1"]);
});

Deno.test("a pass goes on where another leader stopped, and counts whom that one wrote as seen", async () => {
  await using test = pass();
  const members = crowd(6_000);
  test.pages.add(...members);
  test.pages.latencyMs = 10;
  const first = test.term(1);
  const interrupted = assertRejects(() => test.run(first), Failure);
  while (test.reached.length === 0) await test.clock.advance(10);
  first.end("killed");
  await test.clock.advance(0);
  await interrupted;
  test.pages.latencyMs = 0;
  test.pages.requests.length = 0;
  await test.run(test.term(2), test.reached.at(-1));
  assertEquals(test.pages.requests, ["1 after 104999", "1 after 105999"]);
  assertEquals((await test.present(members)).length, 6_000);
});

/** The page is asked for at 0 and arrives at 2.5 s; writing it takes 5 s. A live write may hold the guild's lane from 2 to 7 s. */
const LEAVINGS = [
  { what: "asked for", leaveAtMs: 200, laneIsHeld: false },
  { what: "waiting to be written", leaveAtMs: 3_000, laneIsHeld: true },
  { what: "being written", leaveAtMs: 3_000, laneIsHeld: false },
];

for (const { what, leaveAtMs, laneIsHeld } of LEAVINGS) {
  Deno.test(`a page that is ${what} does not bring back a member who leaves`, async () => {
    await using test = pass();
    const { clock, pages, weather, events } = test;
    const [stays, leaves] = [member(1), member(2)];
    pages.add(stays, leaves);
    const term = test.term();
    void events.lead(term);
    pages.latencyMs = 2_500;
    const done = test.run(term);
    await clock.advance(0);
    if (laneIsHeld) events.observe({ kind: "member", member: stays });
    weather.latencyMs = 5_000;
    await clock.advance(leaveAtMs);
    pages.remove(leaves);
    events.observe({ kind: "member_left", guildId: "1", userId: leaves.userId });
    // However quick the removal is, it must come after the page.
    weather.latencyMs = 0;
    await clock.advance(60_000);
    await done;
    assertEquals(await test.present([stays, leaves]), ["user1"]);
  });
}

Deno.test("once the term has ended nothing more is asked for or written", async () => {
  await using test = pass();
  const { clock, pages } = test;
  pages.add(...crowd(20_000));
  pages.latencyMs = 100;
  const term = test.term();
  const done = assertRejects(() => test.run(term), Failure);
  await clock.advance(750);
  term.end("deposed");
  await clock.advance(0);
  await done;
  const [requests, calls] = [pages.requests.length, test.calls.length];
  await clock.advance(60_000);
  assertEquals([pages.requests.length, test.calls.length, clock.pending], [requests, calls, 0]);
});

Deno.test("a paused process notices at the next step that its term has run out, before any timer", async () => {
  await using test = pass();
  const { clock, pages } = test;
  pages.add(...crowd(3_000));
  const term = openTerm({ clock, token: "1", validUntilMs: 10_000, annotations: {} });
  pages.latencyMs = 1_000;
  const done = assertRejects(() => test.run(term), Failure);
  await clock.advance(500);
  clock.pause(20_000);
  await clock.advance(0);
  const failure = await done;
  assertEquals(failure.kind, "stale_term");
  assertEquals(pages.requests.length, 1);
});

Deno.test("a page that never arrives is given up after a minute", async () => {
  await using test = pass();
  test.pages.add(member(1));
  test.pages.latencyMs = Infinity;
  const done = assertRejects(() => test.run(test.term()), DOMException, "no answer within 60000 ms");
  await test.clock.advance(60_000);
  await done;
});

Deno.test("a failed write is told to the caller, with what was written before kept", async () => {
  await using test = pass();
  test.pages.add(...crowd(7_000));
  test.weather.fail("upsert 1 ×2000");
  await assertRejects(() => test.run(test.term()), Failure, "planted");
  assertEquals(test.reached.map(({ after }) => after), ["104999"]);
});
