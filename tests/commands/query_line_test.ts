import { assertEquals } from "@std/assert";
import { queryIn, queryLine } from "../../src/commands/query_line.ts";

Deno.test("a query is read from the first line of the message that shows it", () => {
  for (const query of ["running tests", "🔎 glass", "# x", "שלום", "a:b|c%"]) {
    assertEquals(queryIn(queryLine(query)), query);
    assertEquals(queryIn(`${queryLine(query)}\n3 pages\n🔎 other`), query);
  }
  assertEquals(queryIn(queryLine(" a \n b ")), "a b");
});

Deno.test("a message of no search has no query", () => {
  assertEquals(queryIn(""), undefined);
  assertEquals(queryIn("✅ Saved\n🔎 x"), undefined);
});
