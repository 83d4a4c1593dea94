import { assertEquals } from "@std/assert";
import { RecentSet } from "../../../src/backend/grpc/recent_set.ts";

Deno.test("a recent set forgets the first when it is full", () => {
  const set = new RecentSet(2);
  for (const key of ["a", "b", "a", "c"]) set.add(key);
  assertEquals(["a", "b", "c"].map((key) => set.has(key)), [false, true, true]);
  set.delete("b");
  assertEquals(set.has("b"), false);
});
