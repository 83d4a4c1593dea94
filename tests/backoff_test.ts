import { assertEquals } from "@std/assert";
import { backoffMs } from "../src/backoff.ts";

Deno.test("waits double up to the longest", () => {
  const waits = [1, 2, 3, 4, 5, 1_000].map((failures) =>
    backoffMs(failures, { firstMs: 100, longestMs: 1_000, random: () => 1 })
  );
  assertEquals(waits, [100, 200, 400, 800, 1_000, 1_000]);
});

Deno.test("chance takes off up to a half", () => {
  assertEquals(backoffMs(1, { firstMs: 100, longestMs: 1_000, random: () => 0 }), 50);
});
