import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { openTerm, standaloneTerm } from "../../src/election/term.ts";
import { Failure } from "../../src/failure.ts";
import { VirtualClock } from "../doubles/virtual_clock.ts";

function newTerm() {
  const clock = new VirtualClock();
  return { clock, term: openTerm({ clock, token: "7", validUntilMs: 10_000, annotations: { a: "b" } }) };
}

Deno.test("a term is held until its time is over", () => {
  const { clock, term } = newTerm();
  clock.pause(9_999);
  term.assertHeld();
  clock.pause(1);
  const failure = assertThrows(() => term.assertHeld(), Failure);
  assertEquals(failure.kind, "stale_term");
  assertStringIncludes(failure.message, "not renewed in time");
  assert(!term.signal.aborted, "no timer has run yet");
});

Deno.test("a renewal moves the end", () => {
  const { clock, term } = newTerm();
  clock.pause(5_000);
  term.extend(15_000);
  clock.pause(6_000);
  term.assertHeld();
  assertEquals(term.validUntilMs(), 15_000);
});

Deno.test("a renewal that comes too late does not bring a term back", () => {
  const { clock, term } = newTerm();
  clock.pause(10_000);
  term.extend(20_000);
  assertThrows(() => term.assertHeld(), Failure);
});

Deno.test("a term that was ended stays ended, and says why", () => {
  const { term } = newTerm();
  term.end("the Lease is held by bot-b");
  term.extend(20_000);
  assertStringIncludes(assertThrows(() => term.assertHeld(), Failure).message, "held by bot-b");
  assert(term.signal.reason instanceof Failure);
});

Deno.test("without an election a term is held until the signal aborts", () => {
  const controller = new AbortController();
  const term = standaloneTerm(controller.signal);
  term.assertHeld();
  assertEquals(term.token, undefined);
  assertEquals(term.validUntilMs(), Infinity);
  controller.abort();
  assertEquals(assertThrows(() => term.assertHeld(), Failure).kind, "stale_term");
});
