import { assertEquals, assertThrows } from "@std/assert";
import { bodyOf, checkPaging, clean, tagsOf, titleOf } from "../../src/backend/texts.ts";
import { Failure } from "../../src/failure.ts";

Deno.test("a text loses NUL and halves of characters, nothing else", () => {
  assertEquals(clean("a\0b\ud83dc 😀\r\n\t"), "ab\ufffdc 😀\r\n\t");
});

Deno.test("a title is one line", () => {
  assertEquals(titleOf("  House \n rules\t2 "), "House rules 2");
});

Deno.test("lengths are counted in characters, not in the units they are kept in", () => {
  assertEquals(titleOf("😀".repeat(200)).length, 400);
  assertEquals(assertThrows(() => titleOf("😀".repeat(201)), Failure, "201").kind, "too_large");
  assertEquals(bodyOf("x".repeat(256 * 1024)).length, 256 * 1024);
  assertEquals(assertThrows(() => bodyOf("é".repeat(128 * 1024 + 1)), Failure, "262144").kind, "too_large");
});

Deno.test("tags are lower case, sorted, each once", () => {
  assertEquals(tagsOf(["Bee", " bee", "", "ÄRA", "a-b"]), ["a-b", "bee", "ära"]);
  assertThrows(() => tagsOf(["x".repeat(101)]), Failure, "100 are allowed");
  assertThrows(() => tagsOf(Array.from({ length: 501 }, (_, i) => `t${i}`)), Failure, "500 are allowed");
});

Deno.test("a slice has a limit of 1 to 100 and an offset of 0 or more", () => {
  checkPaging({ limit: 1, offset: 0 });
  checkPaging({ limit: 100, offset: 10_000 });
  for (const paging of [{ limit: 0, offset: 0 }, { limit: 101, offset: 0 }, { limit: NaN, offset: 0 }]) {
    assertThrows(() => checkPaging(paging), Failure, "limit");
  }
  for (const offset of [-1, 0.5]) assertThrows(() => checkPaging({ limit: 1, offset }), Failure, "offset");
});
