import { assertEquals, assertThrows } from "@std/assert";
import { customId, parseCustomId } from "../../src/discord/custom_id.ts";

Deno.test("a custom id says the action and its arguments again", () => {
  const id = customId("page-save", "0198c9a2-77a1-7d3e-8f00-3c1d2e4f5a6b", (1_790_000_000_000).toString(36));
  assertEquals(id, "h1:page-save:0198c9a2-77a1-7d3e-8f00-3c1d2e4f5a6b:mubbs7i8");
  assertEquals(parseCustomId(id), {
    action: "page-save",
    args: ["0198c9a2-77a1-7d3e-8f00-3c1d2e4f5a6b", "mubbs7i8"],
  });
});

Deno.test("ids are opaque: one with colons, percent signs or emoji survives", () => {
  for (const arg of ["a:b", "100%", "ä😀", ""]) {
    assertEquals(parseCustomId(customId("x", arg, 7))?.args, [arg, "7"]);
  }
});

Deno.test("a custom id over Discord's limit is refused where it is made", () => {
  assertThrows(() => customId("page-edit", "x".repeat(90)), RangeError, "over 100");
});

Deno.test("custom ids of other programs and versions are not understood", () => {
  for (const id of ["", "h1", "h1:", "h0:close", "wiki_close:12", "h1:x:%E0%A4"]) {
    assertEquals(parseCustomId(id), undefined, id);
  }
});
