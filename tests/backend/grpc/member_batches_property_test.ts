import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { batchesOf } from "../../../src/backend/grpc/member_batches.ts";
import { DISCORD, memberToWire } from "../../../src/backend/grpc/discord_wire.ts";
import { anyText, property } from "../property.ts";

const member = fc.record({
  guildId: fc.constant("1"),
  userId: fc.bigInt({ min: 1n, max: 10n ** 19n }).map(String),
  username: anyText,
  globalName: anyText,
  nickname: fc.oneof(anyText, fc.nat(400_000).map((length) => "ü".repeat(length))),
  guildAvatarHash: fc.constant(""),
  avatarHash: fc.constant(""),
  roleIds: fc.array(fc.constant("300000000000000001"), { maxLength: 5 }),
  joinedAt: fc.integer({ min: 1, max: 2 ** 40 }),
});

property(
  "batches of members of any size and any text hold each once, and what is more than one member is below the limit",
  fc.property(fc.array(member, { maxLength: 40 }), (members) => {
    const batches = batchesOf(members);
    assertEquals(new Set(batches.flat()), new Set(members));
    assertEquals(batches.flat().length, members.length);
    for (const batch of batches) {
      const bytes = DISCORD.upsertMembers.requestSerialize({ members: batch.map(memberToWire) }).length;
      assert(batch.length === 1 || bytes <= 1.5 * 1024 * 1024, `${batch.length} members in ${bytes} bytes`);
    }
  }),
  { runs: 30 },
);
