/** The list of members: batches, removals, passes and terms. */
import { assert, assertEquals } from "@std/assert";
import type { Backend } from "../../../src/backend/backend.ts";
import { assertFails, memberOf, newId, type Provider, rule, someone } from "./provider.ts";

async function newGuild(backend: Backend): Promise<string> {
  const id = newId();
  await backend.upsertGuild({ id, name: "Guild", iconUrl: "", ownerId: newId() });
  return id;
}

export function memberContract(provider: Provider): void {
  batches(provider);
  passes(provider);
  terms(provider);
}

function batches(provider: Provider): void {
  rule(provider, "a batch is written once or twice with the same result", async (backend) => {
    const guildId = await newGuild(backend);
    const members = Array.from({ length: 500 }, () => memberOf(guildId, { roleIds: [newId()] }));
    assertEquals(await backend.upsertMembers(members), 500);
    assertEquals(await backend.upsertMembers(members), 500);
    for (const { userId } of [members.at(0), members.at(250), members.at(-1)].map((member) => member ?? memberOf(""))) {
      assert(await backend.isMember(guildId, userId));
    }
    assertEquals(await backend.isMember(guildId, newId()), false);
    assertEquals(await backend.upsertMembers([]), 0);
  });

  rule(provider, "a removal takes the membership of one guild alone", async (backend) => {
    const [here, there] = [await newGuild(backend), await newGuild(backend)];
    const { userId } = memberOf(here);
    await backend.upsertMembers([memberOf(here, { userId })]);
    await backend.upsertMembers([memberOf(there, { userId })]);
    await backend.removeMember(here, userId);
    await backend.removeMember(here, userId);
    assertEquals([await backend.isMember(here, userId), await backend.isMember(there, userId)], [false, true]);
  });

  rule(provider, "who has left keeps their pages and their name", async (backend) => {
    const [author, reader] = [await someone(backend), await someone(backend)];
    const { guildId } = author;
    await backend.upsertMembers([
      memberOf(guildId, { userId: author.userId, username: "annie", globalName: "Annie" }),
      memberOf(guildId, { userId: reader.userId, username: reader.username }),
    ]);
    const { page } = await backend.upsertPage(author, { title: "Legacy", body: "x", tags: [], channelId: "" });
    await backend.removeMember(guildId, author.userId);
    const read = await backend.getPage({ ...reader, guildId }, page.id);
    assertEquals(read.authorId, author.userId);
    if (provider.showsEveryName) assertEquals(read.authorName, "Annie");
  });

  rule(provider, "a batch of several guilds, or with a member who never joined, is refused whole", async (backend) => {
    const [here, there] = [await newGuild(backend), await newGuild(backend)];
    const good = memberOf(here);
    await assertFails("bad_input", () => backend.upsertMembers([good, memberOf(there)]));
    for (const joinedAt of [0, -1, NaN]) {
      await assertFails("bad_input", () => backend.upsertMembers([good, memberOf(here, { joinedAt })]));
    }
    assertEquals(await backend.isMember(here, good.userId), false);
  });
}

function passes(provider: Provider): void {
  rule(provider, "after a pass, members whom no upsert confirmed are removed", async (backend) => {
    const [guildId, elsewhere] = [await newGuild(backend), await newGuild(backend)];
    const [stays, leaves, joins] = [memberOf(guildId), memberOf(guildId), memberOf(guildId)];
    await backend.upsertMembers([stays, leaves]);
    await backend.upsertMembers([memberOf(elsewhere, { userId: leaves.userId })]);
    const mark = await backend.markMemberPass(guildId);
    assert(mark !== null);
    await backend.upsertMembers([stays]);
    await backend.upsertMembers([joins]);
    assertEquals(await backend.removeMembersUnseenSince(guildId, mark), 1);
    const present = await Promise.all([stays, leaves, joins].map(({ userId }) => backend.isMember(guildId, userId)));
    assertEquals(present, [true, false, true]);
    assert(await backend.isMember(elsewhere, leaves.userId), "other guilds keep theirs");
    assertEquals(await backend.removeMembersUnseenSince(guildId, mark), 0);
  }, "reconciles");

  rule(provider, "an older mark removes no more than it knows of", async (backend) => {
    const guildId = await newGuild(backend);
    const first = await backend.markMemberPass(guildId);
    const member = memberOf(guildId);
    await backend.upsertMembers([member]);
    await backend.markMemberPass(guildId);
    assert(first !== null);
    assertEquals(await backend.removeMembersUnseenSince(guildId, first), 0);
    assert(await backend.isMember(guildId, member.userId));
  }, "reconciles");

  rule(provider, "a mark that was never given removes nobody", async (backend) => {
    const guildId = await newGuild(backend);
    const member = memberOf(guildId);
    await backend.upsertMembers([member]);
    for (const mark of ["1", "999999", "", "x", "-1", "1e3"]) {
      await assertFails("bad_input", () => backend.removeMembersUnseenSince(guildId, mark));
    }
    assert(await backend.isMember(guildId, member.userId));
  }, "reconciles");

  rule(provider, "a backend that cannot reconcile says so", async (backend) => {
    const mark = await backend.markMemberPass(await newGuild(backend));
    assertEquals(mark !== null, provider.reconciles);
  });
}

function terms(provider: Provider): void {
  rule(provider, "a term that a newer one has followed writes nothing any more", async (backend) => {
    const guildId = await newGuild(backend);
    const [old, later] = [memberOf(guildId), memberOf(guildId)];
    // Greater as a number, smaller as a text; beyond what a double can tell apart.
    const [ninth, tenth] = ["9999999999999999998", "10000000000000000001"];
    await backend.upsertMembers([old], { fencingToken: ninth });
    await backend.upsertMembers([old], { fencingToken: tenth });
    const stale = { fencingToken: ninth };
    await assertFails("stale_term", () => backend.upsertMembers([later], stale));
    await assertFails("stale_term", () => backend.removeMember(guildId, old.userId, stale));
    if (provider.reconciles) {
      const mark = await backend.markMemberPass(guildId, { fencingToken: tenth });
      await assertFails("stale_term", () => backend.markMemberPass(guildId, stale));
      await assertFails("stale_term", () => backend.removeMembersUnseenSince(guildId, mark ?? "1", stale));
    }
    assertEquals(await backend.isMember(guildId, old.userId), true);
    assertEquals(await backend.isMember(guildId, later.userId), false);
    await backend.upsertMembers([later], { fencingToken: tenth });
    assertEquals(await backend.isMember(guildId, later.userId), true);
  }, "fences");

  rule(provider, "whoever has no term writes all the same", async (backend) => {
    const guildId = await newGuild(backend);
    const [first, second] = [memberOf(guildId), memberOf(guildId)];
    await backend.upsertMembers([first], { fencingToken: "1" });
    await backend.upsertMembers([second]);
    assert(await backend.isMember(guildId, second.userId));
  });

  rule(provider, "a batch that is refused does not move the fence", async (backend) => {
    const guildId = await newGuild(backend);
    await backend.upsertMembers([memberOf(guildId)], { fencingToken: "5" });
    const broken = memberOf(guildId, { joinedAt: 0 });
    await assertFails("bad_input", () => backend.upsertMembers([broken], { fencingToken: "7" }));
    assertEquals(await backend.upsertMembers([memberOf(guildId)], { fencingToken: "6" }), 1);
  }, "fences");
}
