import { assert, assertEquals, assertRejects } from "@std/assert";
import type { GuildMember } from "../../../src/backend/backend.ts";
import { Failure } from "../../../src/failure.ts";
import { testFile } from "./file.ts";

const GUILD = "100000000000000001";

function member(index: number, overrides: Partial<GuildMember> = {}): GuildMember {
  return {
    guildId: GUILD,
    userId: String(200_000_000_000_000_000n + BigInt(index)),
    username: `user${index}`,
    globalName: "",
    nickname: "",
    guildAvatarHash: "",
    avatarHash: "",
    roleIds: ["300000000000000001"],
    joinedAt: 1_700_000_000_000,
    ...overrides,
  };
}

Deno.test("a later upsert corrects what was known, the time of joining too", async () => {
  using file = testFile();
  const backend = file.open();
  await backend.upsertMembers([member(1, { nickname: "Old" })]);
  const changed = { nickname: "New", roleIds: ["1", "2"], joinedAt: 1_600_000_000_000, username: "renamed" };
  await backend.upsertMembers([member(1, changed)]);
  await backend.close();
  const rows = file.inspect((database) =>
    database.prepare("SELECT nickname, role_ids, joined_at, username FROM members JOIN users ON id = user_id").all()
  );
  assertEquals(rows.map((row) => ({ ...row })), [
    { nickname: "New", role_ids: '["1","2"]', joined_at: 1_600_000_000_000, username: "renamed" },
  ]);
});

Deno.test("a member without a username keeps the one that is known", async () => {
  using file = testFile();
  const backend = file.open();
  await backend.upsertMembers([member(1)]);
  await backend.upsertMembers([member(1, { username: "" })]);
  await backend.close();
  assertEquals(file.inspect((database) => database.prepare("SELECT username FROM users").get()?.["username"]), "user1");
});

Deno.test("a batch of 5,000 is written whole, one over the limit not at all", async () => {
  using file = testFile();
  const backend = file.open();
  const members = Array.from({ length: 10_001 }, (_, index) => member(index));
  assertEquals(await backend.upsertMembers(members.slice(0, 5_000)), 5_000);
  const failure = await assertRejects(() => backend.upsertMembers(members), Failure);
  assertEquals(failure.kind, "too_large");
  assertEquals(await backend.isMember(GUILD, members[7_000]?.userId ?? ""), false);
  await backend.close();
});

Deno.test("terms and marks are known to the next process", async () => {
  using file = testFile();
  const first = file.open();
  await first.upsertMembers([member(1), member(2)], { fencingToken: "10" });
  const mark = await first.markMemberPass(GUILD, { fencingToken: "10" });
  await first.upsertMembers([member(1)], { fencingToken: "10" });
  await first.close();
  const second = file.open();
  const failure = await assertRejects(() => second.upsertMembers([member(3)], { fencingToken: "9" }), Failure);
  assertEquals(failure.kind, "stale_term");
  assertEquals(await second.removeMembersUnseenSince(GUILD, mark ?? "", { fencingToken: "11" }), 1);
  assertEquals([await second.isMember(GUILD, member(1).userId), await second.isMember(GUILD, member(2).userId)], [
    true,
    false,
  ]);
  await second.close();
});

Deno.test("a large guild is reconciled piece by piece, and others are answered meanwhile", async () => {
  using file = testFile();
  const backend = file.open();
  for (let from = 0; from < 25_000; from += 5_000) {
    await backend.upsertMembers(Array.from({ length: 5_000 }, (_, index) => member(from + index)));
  }
  const mark = await backend.markMemberPass(GUILD);
  await backend.upsertMembers([member(0), member(12_345), member(24_999)]);
  const order: string[] = [];
  const removal = backend.removeMembersUnseenSince(GUILD, mark ?? "").then((count) => order.push(`removed ${count}`));
  await new Promise((resolve) => setImmediate(resolve));
  order.push(`answered ${await backend.isMember(GUILD, member(12_345).userId)}`);
  await removal;
  assertEquals(order, ["answered true", "removed 24997"]);
  const left = await Promise.all([0, 1, 12_345, 24_999].map((index) => backend.isMember(GUILD, member(index).userId)));
  assertEquals(left, [true, false, true, true]);
  await backend.close();
});

Deno.test("a fencing token that is no number is refused", async () => {
  using file = testFile();
  const backend = file.open();
  for (const fencingToken of ["", "-1", "0x10", "1.5", "abc"]) {
    const failure = await assertRejects(() => backend.upsertMembers([member(1)], { fencingToken }), Failure);
    assertEquals(failure.kind, "bad_input");
  }
  assert(!(await backend.isMember(GUILD, member(1).userId)));
  await backend.close();
});
