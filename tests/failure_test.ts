import { assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { explain, Failure, newReference, toFailure } from "../src/failure.ts";

Deno.test("a failure stays what it is", () => {
  const failure = new Failure("not_found", "no such page");
  assertStrictEquals(toFailure(failure), failure);
});

Deno.test("a time that has run out means that nobody answered", () => {
  assertEquals(toFailure(new DOMException("late", "TimeoutError")).kind, "unreachable");
});

Deno.test("an abort is a failure on purpose", () => {
  assertEquals(toFailure(new DOMException("stopped", "AbortError")).kind, "aborted");
});

Deno.test("anything else is unknown and keeps its cause", () => {
  const thrown = new TypeError("x is not a function");
  const failure = toFailure(thrown);
  assertEquals([failure.kind, failure.message], ["unknown", "x is not a function"]);
  assertStrictEquals(failure.cause, thrown);
  assertEquals(toFailure("just text").message, "just text");
});

Deno.test("an explanation has every cause once, outermost first", () => {
  const inner = new Error("connection refused");
  const failure = new Failure("unreachable", "Cannot read the lease", {
    cause: new Error("fetch failed", { cause: inner }),
  });
  assertEquals(explain(failure), "Cannot read the lease: fetch failed: connection refused");
  assertEquals(explain(new Error("same", { cause: new Error("same") })), "same");
});

Deno.test("an explanation ends even when causes lead in a circle", () => {
  const error = new Error("a");
  error.cause = error;
  assertEquals(explain(error), "a");
});

Deno.test("a reference is short enough to be read out", () => {
  assertMatch(newReference(), /^[0-9a-f]{8}$/);
});
