import { assert, assertEquals } from "@std/assert";
import { type MemberEvent, PendingEvents } from "../../src/sync/pending_events.ts";

function changed(userId: string, nickname = "", guildId = "1"): MemberEvent {
  const names = { username: "ada", globalName: "", nickname };
  const member = { guildId, userId, ...names, guildAvatarHash: "", avatarHash: "", roleIds: [], joinedAt: 1 };
  return { kind: "member", member };
}

function left(userId: string, guildId = "1"): MemberEvent {
  return { kind: "member_left", guildId, userId };
}

function guild(name: string, isNew = false): MemberEvent {
  return { kind: "guild", guild: { id: "1", name, iconUrl: "", ownerId: "9" }, isNew };
}

function eventsOf(pending: PendingEvents, guildId = "1"): MemberEvent[] {
  return pending.of(guildId).map(({ event }) => event);
}

Deno.test("only the last state of a member waits", () => {
  const pending = new PendingEvents(10);
  for (const event of [changed("5", "a"), changed("6"), changed("5", "b")]) pending.add(event, 0);
  assertEquals(eventsOf(pending), [changed("5", "b"), changed("6")]);
});

Deno.test("a member who left and came back is remembered as both, whatever follows", () => {
  const pending = new PendingEvents(10);
  for (const event of [changed("5"), left("5"), changed("5"), changed("5", "b")]) pending.add(event, 0);
  assertEquals(pending.of("1"), [{ event: changed("5", "b"), rejoined: true, atMs: 0 }]);
  pending.add(left("5"), 1);
  assertEquals(pending.of("1"), [{ event: left("5"), rejoined: false, atMs: 1 }]);
});

Deno.test("a guild that the bot left takes the events of its members with it", () => {
  const pending = new PendingEvents(3);
  for (const event of [guild("a", true), changed("5"), changed("6")]) pending.add(event, 0);
  assert(pending.add({ kind: "guild_left", guildId: "1" }, 0));
  assertEquals(eventsOf(pending), [{ kind: "guild_left", guildId: "1" }]);
});

Deno.test("a new guild stays new when it changes before it is written", () => {
  const pending = new PendingEvents(10);
  for (const event of [guild("a", true), guild("b")]) pending.add(event, 0);
  assertEquals(eventsOf(pending), [guild("b", true)]);
});

Deno.test("settling forgets what was written, but not what has replaced it meanwhile", () => {
  const pending = new PendingEvents(10);
  pending.add(changed("5"), 0);
  pending.add(changed("6"), 0);
  const written = pending.of("1");
  pending.add(left("5"), 1);
  for (const one of written) pending.settle(one);
  assertEquals(eventsOf(pending), [left("5")]);
});

Deno.test("what is older than asked for is forgotten", () => {
  const pending = new PendingEvents(10);
  pending.add(changed("5"), 100);
  pending.add(changed("6", "", "2"), 50);
  pending.forgetBefore(100);
  assertEquals(pending.guildIds(), ["1"]);
});

Deno.test("when there is no room new members are refused, and known ones still change", () => {
  const pending = new PendingEvents(1);
  assert(pending.add(changed("5"), 0));
  assert(!pending.add(changed("6"), 0));
  assert(pending.add(left("5"), 0));
  for (const one of pending.of("1")) pending.settle(one);
  assert(pending.add(changed("6"), 0));
});
