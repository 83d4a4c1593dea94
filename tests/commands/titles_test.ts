import { assertEquals } from "@std/assert";
import { choicesOf } from "../../src/commands/titles.ts";

Deno.test("names and values keep within 100 characters, and the value finds the page again", () => {
  const choices = choicesOf([
    { id: "1", slug: "x".repeat(300), title: "日".repeat(90) },
    { id: "2", slug: "s", title: "😀".repeat(90) },
    { id: "3", slug: "y".repeat(101), title: "Y".repeat(101) },
    { id: "4", slug: "", title: "" },
    { id: "5", slug: "two-lines", title: "Two\n lines" },
  ]);
  assertEquals(choices, [
    { name: "日".repeat(90), value: "日".repeat(90) },
    { name: "😀".repeat(49) + "…", value: "s" },
    { name: "Two lines", value: "two-lines" },
  ]);
});
