import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { inBatches, MAX_BATCH_BYTES, MAX_BATCH_MEMBERS, memberBytes } from "../../src/sync/batches.ts";
import type { GuildMember } from "../../src/sync/ports.ts";

function member(change: Partial<GuildMember> = {}): GuildMember {
  const names = { username: "ada", globalName: "Ada", nickname: "" };
  return {
    guildId: "1",
    userId: "2",
    ...names,
    guildAvatarHash: "",
    avatarHash: "",
    roleIds: [],
    joinedAt: 1,
    ...change,
  };
}

Deno.test("no members make no batch", () => {
  assertEquals([...inBatches([])], []);
});

Deno.test("a batch holds at most 5,000 members, in their order", () => {
  const members = Array.from({ length: 12_000 }, (_, index) => member({ userId: String(index) }));
  const batches = [...inBatches(members)];
  assertEquals(batches.map((batch) => batch.length), [MAX_BATCH_MEMBERS, MAX_BATCH_MEMBERS, 2_000]);
  assertEquals(batches.flat(), members);
});

Deno.test("a batch of members with many roles stays below 1.5 MiB", () => {
  const roleIds = Array.from({ length: 100 }, () => "1234567890123456789");
  const batches = [...inBatches(Array.from({ length: 2_000 }, () => member({ roleIds })))];
  assert(batches.length > 1);
  for (const batch of batches) {
    assertLessOrEqual(batch.reduce((sum, one) => sum + memberBytes(one), 0), MAX_BATCH_BYTES);
  }
});

Deno.test("names are measured in bytes, not in characters", () => {
  assertEquals(memberBytes(member({ nickname: "日本" })), memberBytes(member()) + 6);
});
