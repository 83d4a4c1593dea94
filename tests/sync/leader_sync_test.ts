import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../src/clock.ts";
import { createMemberPages } from "../../src/discord/members.ts";
import { createRest } from "../../src/discord/rest.ts";
import { openTerm, type OwnedTerm, standaloneTerm } from "../../src/election/term.ts";
import { Failure } from "../../src/failure.ts";
import { CHECKPOINT_ANNOTATION, parseCheckpoint } from "../../src/sync/checkpoint.ts";
import { createMemberSync, type MemberSync, type SyncProgress } from "../../src/sync/leader_sync.ts";
import { startDiscordDouble } from "../doubles/discord/double.ts";
import { guild, member, setup } from "./setup.ts";

const HOUR_MS = 3_600_000;

function replica(guildCount = 1) {
  const parts = setup();
  const guilds = Array.from({ length: guildCount }, (_, index) => guild(index + 1));
  for (const { id } of guilds) parts.pages.add(member(Number(id), { guildId: id }));
  const options = { ...parts, guilds: () => guilds, intervalMs: 24 * HOUR_MS };
  const { elapse, pages } = parts;
  return {
    ...parts,
    guilds,
    sync: createMemberSync(options),
    another: () => createMemberSync(options),
    /** Lets a replica lead for a while and be killed. @returns what it has left on the lease */
    async leadsFor(leader: MemberSync, { term, durationMs }: { term: OwnedTerm; durationMs: number }) {
      void leader.lead(term);
      await elapse(durationMs);
      const annotations = leader.annotations();
      term.end("killed");
      await elapse(0);
      return annotations;
    },
    /** The guilds of which pages were asked for since the last look. */
    guildsRead: () => pages.requests.splice(0).map((request) => request.split(" ")[0]),
  };
}

Deno.test("a replica that stands alone syncs at its start, and then every interval", async () => {
  await using test = replica();
  const { clock, pages, sync } = test;
  const stop = new AbortController();
  const done = sync.lead(standaloneTerm(stop.signal));
  await test.elapse(0);
  assertEquals(pages.requests.length, 1);
  assertEquals(sync.progress().finishedAtMs, clock.wallMs());
  await test.elapse(24 * HOUR_MS - 1);
  assertEquals(pages.requests.length, 1);
  await test.elapse(1);
  assertEquals(pages.requests.length, 2);
  stop.abort();
  await test.elapse(0);
  await done;
  assertEquals(clock.pending, 0);
});

Deno.test("a new leader leaves alone what the last one has just synced", async () => {
  await using test = replica();
  const { pages, sync } = test;
  const annotations = await test.leadsFor(sync, { term: test.term(1), durationMs: 0 });
  await test.elapse(6 * HOUR_MS);
  void test.another().lead(test.term(2, annotations));
  await test.elapse(18 * HOUR_MS - 1);
  assertEquals(pages.requests.length, 1);
  await test.elapse(1);
  assertEquals(pages.requests.length, 2);
});

Deno.test("a new leader goes on where the last one was killed", async () => {
  await using test = replica(5);
  const { guildsRead, pages, sync } = test;
  pages.latencyMs = 1_000;
  const annotations = await test.leadsFor(sync, { term: test.term(1), durationMs: 2_500 });
  assertEquals(guildsRead().length, 3);
  void test.another().lead(test.term(2, annotations));
  await test.elapse(10_000);
  // Guild 2 was written up to its last member; whether that was the end is asked once more.
  assertEquals(guildsRead(), ["2", "3", "4", "5"]);
});

Deno.test("a replica that has never led writes no annotation", async () => {
  await using test = replica();
  assertEquals(test.sync.annotations(), {});
});

Deno.test("guilds that failed are tried again an hour later, and only then the sync has ended", async () => {
  await using test = replica(2);
  const { pages, sync } = test;
  pages.fail("list 2", { times: 6 });
  void sync.lead(test.term());
  await test.elapse(30 * 60_000);
  assertEquals([sync.progress().finishedAtMs, pages.requests.length], [null, 7]);
  assertEquals(parseCheckpoint(sync.annotations()[CHECKPOINT_ANNOTATION]).position?.failed, ["2"]);
  await test.elapse(HOUR_MS);
  await test.elapse(0);
  assert(sync.progress().finishedAtMs !== null);
  assertEquals(parseCheckpoint(sync.annotations()[CHECKPOINT_ANNOTATION]).position, null);
});

Deno.test("the members of a guild that the bot joins are read at once", async () => {
  await using test = replica();
  const { pages, sync, guilds } = test;
  void sync.lead(test.term());
  await test.elapse(0);
  const added = guild(9);
  pages.add(member(9, { guildId: "9" }));
  guilds.push(added);
  sync.observe({ kind: "guild", guild: added, isNew: true });
  await test.elapse(2_000);
  await test.elapse(0);
  assertEquals(pages.requests.at(-1), "9 after 0");
  assertEquals(await test.present([member(9, { guildId: "9" })]), ["user9"]);
});

Deno.test("a guild that is joined while a sync that fails is under way does not wait for its next try", async () => {
  await using test = replica(2);
  const { pages, sync } = test;
  pages.fail("list 2", { times: 6 });
  void sync.lead(test.term());
  await test.elapse(5_000);
  pages.add(member(9, { guildId: "9" }));
  sync.observe({ kind: "guild", guild: guild(9), isNew: true });
  await test.elapse(30 * 60_000);
  assertEquals(await test.present([member(9, { guildId: "9" })]), ["user9"]);
});

Deno.test("a full sync makes up at once for events that a leader has missed, and again a minute later for those missed meanwhile", async () => {
  await using test = replica();
  const { pages, sync } = test;
  void sync.lead(test.term());
  await test.elapse(HOUR_MS);
  assertEquals(pages.requests.length, 1);
  pages.latencyMs = 1_000;
  sync.missedEvents();
  await test.elapse(500);
  assertEquals(pages.requests.length, 2);
  sync.missedEvents();
  await test.elapse(60_000);
  assertEquals(pages.requests.length, 2);
  await test.elapse(1_000);
  assertEquals(pages.requests.length, 3);
  await test.elapse(12 * HOUR_MS);
  assertEquals(pages.requests.length, 3);
});

Deno.test("what a follower has missed matters to it as leader as long as what it has seen: a minute", async () => {
  for (const [agoMs, requests] of [[59_000, 2], [61_000, 1]] as const) {
    await using test = replica();
    const { pages, sync } = test;
    const annotations = await test.leadsFor(sync, { term: test.term(1), durationMs: 1_000 });
    const follower = test.another();
    follower.missedEvents();
    await test.elapse(agoMs);
    void follower.lead(test.term(2, annotations));
    await test.elapse(1_000);
    assertEquals(pages.requests.length, requests, `${agoMs} ms ago`);
  }
});

Deno.test("a new leader that has missed events goes on where the last one stopped; then it begins anew, or the one after it does", async () => {
  await using test = replica(5);
  const { guildsRead, pages, sync } = test;
  pages.latencyMs = 1_000;
  const annotations = await test.leadsFor(sync, { term: test.term(1), durationMs: 2_500 });
  guildsRead();
  const second = test.another();
  second.missedEvents();
  const further = await test.leadsFor(second, { term: test.term(2, annotations), durationMs: 1_500 });
  assertEquals(guildsRead(), ["2", "3"]);
  void test.another().lead(test.term(3, further));
  await test.elapse(60_000);
  // Guild 2 was written up to its last member; whether that was the end is asked once more.
  assertEquals(guildsRead(), ["2", "3", "4", "5", "1", "2", "3", "4", "5"]);
});

Deno.test("what a leader misses while it syncs is owed by the next one, too, however long the sync goes on", async () => {
  await using test = replica(3);
  const { guildsRead, pages, sync } = test;
  pages.latencyMs = 50_000;
  const first = test.term(1);
  void sync.lead(first);
  await test.elapse(1_000);
  sync.missedEvents();
  await test.elapse(65_000);
  const annotations = sync.annotations();
  first.end("killed");
  await test.elapse(0);
  guildsRead();
  pages.latencyMs = 0;
  void test.another().lead(test.term(2, annotations));
  await test.elapse(10_000);
  assertEquals(guildsRead(), ["1", "2", "3", "1", "2", "3"]);
});

Deno.test("guilds that fail do not put off a sync that is owed", async () => {
  await using test = replica(2);
  const { guildsRead, pages, sync } = test;
  pages.fail("list 2", { kind: "not_yours", times: 99 });
  const annotations = await test.leadsFor(sync, { term: test.term(1), durationMs: 1_000 });
  guildsRead();
  const second = test.another();
  second.missedEvents();
  void second.lead(test.term(2, annotations));
  await test.elapse(15_000);
  assertEquals(guildsRead(), ["1", "2", "1", "2"]);
});

Deno.test("before Discord has told of any guild nothing counts as synced", async () => {
  await using test = replica(0);
  const { pages, sync, guilds } = test;
  void sync.lead(test.term());
  await test.elapse(5_000);
  assertEquals(sync.progress().finishedAtMs, null);
  guilds.push(guild(1));
  pages.add(member(1));
  await test.elapse(10_000);
  await test.elapse(0);
  assert(sync.progress().finishedAtMs !== null);
});

Deno.test("leading ends as soon as the term does, whatever is under way", async () => {
  await using test = replica(3);
  const { clock, pages, sync, weather } = test;
  pages.latencyMs = 5_000;
  weather.latencyMs = 5_000;
  const term = test.term();
  let ended = false;
  const done = sync.lead(term).then(() => ended = true);
  sync.observe({ kind: "member", member: member(50) });
  await test.elapse(12_000);
  assertEquals([ended, sync.progress().running], [false, true]);
  term.end("deposed");
  await test.elapse(0);
  await done;
  assertEquals([sync.progress().running, clock.pending], [false, 0]);
});

Deno.test("a leader that the backend no longer accepts stops, and waits for its term to end", async () => {
  await using test = replica();
  const { backend, calls, sync } = test;
  await backend.upsertMembers([member(70)], { fencingToken: "9" });
  const term = test.term(3);
  const done = sync.lead(term);
  await test.elapse(HOUR_MS);
  assertEquals(calls, ["guild 1", "mark 1"]);
  term.end("deposed");
  await test.elapse(0);
  await done;
});

Deno.test("one sync on demand tells how it goes, and ends with its term", async () => {
  await using test = replica(3);
  const { clock, guilds, sync } = test;
  const seen: SyncProgress[] = [];
  const result = await sync.syncOnce(test.term(), { guilds, onProgress: (progress) => seen.push(progress) });
  assertEquals(result, { members: 3, guildsDone: 3, failed: [] });
  assertEquals(seen.map(({ running, guildsDone, guildsTotal }) => [running, guildsDone, guildsTotal]).at(-1), [
    true,
    3,
    3,
  ]);
  assertEquals(sync.progress().running, false);
  const over = test.term();
  over.end("over");
  await assertRejects(() => sync.syncOnce(over, { guilds }), Failure);
  assertEquals(clock.pending, 0);
});

Deno.test("Discord's members end up in the backend, and those who left are gone after the next sync", async () => {
  await using test = setup();
  await using discord = await startDiscordDouble();
  const { backend, log, metrics } = test;
  const made = discord.world.addGuild({ memberCount: 2_500 });
  const rest = createRest({ token: discord.token, apiBase: discord.apiBase(), log, metrics });
  const sync = createMemberSync({
    ...{ clock: systemClock, log, metrics, random: Math.random, sink: backend, intervalMs: HOUR_MS },
    pages: createMemberPages(() => rest),
    guilds: () => [],
  });
  const term = openTerm({ clock: systemClock, token: "1", validUntilMs: Infinity, annotations: {} });
  const guilds = [{ id: made.id, name: made.name, iconUrl: "", ownerId: made.ownerId }];
  assertEquals(await sync.syncOnce(term, { guilds }), { members: 2_500, guildsDone: 1, failed: [] });
  const [first, ...others] = [...discord.world.memberIds(made.id)].filter((id) => id !== made.ownerId);
  assert(first !== undefined && await backend.isMember(made.id, first));
  discord.world.removeMember(made.id, first, { silently: true });
  await sync.syncOnce(term, { guilds });
  assertEquals(await backend.isMember(made.id, first), false);
  assertEquals(await backend.isMember(made.id, others.at(-1) ?? ""), true);
});
