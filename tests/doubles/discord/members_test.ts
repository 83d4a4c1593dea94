import { assert, assertEquals, assertLess } from "@std/assert";
import { compareIds } from "./ids.ts";
import { makeMember, makeUser, Members } from "./members.ts";

Deno.test("a quarter of a million members are paged by ascending id, each once, without being kept", () => {
  const members = new Members(3, { count: 250_000, roleIds: ["1", "2"] });
  const heapBefore = Deno.memoryUsage().heapUsed;
  let after = "0";
  let count = 0;
  for (let page = members.page(after, 1_000); page.length > 0; page = members.page(after, 1_000)) {
    for (const { user } of page) {
      assert(compareIds(after, user.id) < 0);
      after = user.id;
    }
    count += page.length;
  }
  assertEquals(count, 250_000);
  assertLess(Deno.memoryUsage().heapUsed - heapBefore, 100_000_000);
});

Deno.test("who joins, changes or leaves shows in the pages", () => {
  const members = new Members(0, { count: 3, roleIds: [] });
  const [first = "", second = "", third = ""] = members.ids();
  const early = makeMember(makeUser("10000000000000000"));
  members.set(early);
  members.set(makeMember(makeUser(second), { nick: "changed" }));
  members.delete(first);
  assertEquals(members.page("0", 10).map(({ user, nick }) => [user.id, nick === "changed"]), [
    [early.user.id, false],
    [second, true],
    [third, false],
  ]);
  assertEquals([members.size, members.get(first)], [3, undefined]);
  members.set(makeMember(makeUser(first), { nick: "back" }));
  members.delete(early.user.id);
  assertEquals([...members.ids()], [first, second, third]);
  assertEquals([members.size, members.get(first)?.nick, members.page(second, 1)[0]?.user.id], [3, "back", third]);
});
