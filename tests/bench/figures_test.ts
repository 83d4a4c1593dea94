import { assertEquals } from "@std/assert";
import { figuresOf } from "../../bench/figures.ts";

Deno.test("figures are values that were measured, by nearest rank", () => {
  const values = Array.from({ length: 30 }, (_, index) => 30 - index);
  assertEquals(figuresOf(values), { min: 1, p50: 15, p95: 29, max: 30 });
});

Deno.test("one value is all four figures, also below zero", () => {
  assertEquals(figuresOf([-3]), { min: -3, p50: -3, p95: -3, max: -3 });
});

Deno.test("nothing measured has no figures", () => {
  assertEquals(figuresOf([]), undefined);
});
