import { assert, assertEquals, assertRejects } from "@std/assert";
import { DISCORD, memberToWire } from "../../../src/backend/grpc/discord_wire.ts";
import { batchesOf, sendHalving } from "../../../src/backend/grpc/member_batches.ts";
import { Failure } from "../../../src/failure.ts";
import { memberOf } from "../grpc_fixtures.ts";

Deno.test("batches hold at most 5,000 members and 1.5 MiB, in ascending order of ids", () => {
  const small = Array.from({ length: 12_000 }, (_, i) => memberOf(String(12_000 - i)));
  assertEquals(batchesOf(small).map(({ length }) => length), [5_000, 5_000, 2_000]);
  assertEquals(
    batchesOf(small).flat().map(({ userId }) => Number(userId)),
    Array.from({ length: 12_000 }, (_, i) => i + 1),
  );
  const roleIds = Array.from({ length: 250 }, (_, i) => `10000000000000${1000 + i}`);
  const large = Array.from({ length: 1_000 }, (_, i) => memberOf(String(i), { roleIds, nickname: "😀".repeat(32) }));
  const sizes = batchesOf(large).map((members) =>
    DISCORD.upsertMembers.requestSerialize({ members: members.map(memberToWire) }).length
  );
  assert(sizes.length > 2 && sizes.every((size) => size <= 1.5 * 2 ** 20), `${sizes}`);
});

Deno.test("one member larger than a batch goes alone", () => {
  const huge = memberOf("2", { nickname: "x".repeat(2 ** 21) });
  assertEquals(batchesOf([memberOf("1"), huge, memberOf("3")]).map(({ length }) => length), [1, 1, 1]);
});

Deno.test("what is not about a member ends the batch at once", async () => {
  for (const kind of ["unreachable", "stale_term", "refused_token", "aborted"] as const) {
    let sent = 0;
    const send = () => {
      sent++;
      return Promise.reject(new Failure(kind, "no"));
    };
    await assertRejects(() => sendHalving([memberOf("1"), memberOf("2")], send), Failure);
    assertEquals(sent, 1);
  }
});
