import { assertEquals } from "@std/assert";
import { timeline } from "./timeline.ts";

Deno.test("a row an event, a column a replica", () => {
  const rows = [
    { atMs: 0, who: "a", what: "starts" },
    { atMs: 1_500, who: "a", what: "LEADS with token 1001 and a text that is longer than its column" },
    { atMs: 2_000, who: "hand", what: "delete" },
  ];
  assertEquals(timeline(rows, ["a"], 2).split("\n").slice(2), [
    "… 1 earlier events",
    "   1.5000 │ LEADS with token 1001 and a text that  │",
    "          │ is longer than its column              │",
    "   2.0000 │                                        │ hand: delete",
  ]);
});
