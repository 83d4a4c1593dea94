import { assertEquals, assertStringIncludes } from "@std/assert";
import plugin, { partOf, refusal } from "../../lint/import_directions.ts";

function messagesFor(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map((found) => found.message);
}

Deno.test("a file belongs to the folder below src, or is a part by itself", () => {
  assertEquals(partOf("/project/src/election/lease.ts"), "election");
  assertEquals(partOf("src/clock.ts"), "clock");
  assertEquals(partOf("/project/main.ts"), "main");
  assertEquals(partOf("/project/tests/clock_test.ts"), undefined);
});

Deno.test("an import along the arrows is allowed", () => {
  assertEquals(refusal("commands", "discord"), undefined);
  assertEquals(refusal("app", "election"), undefined);
  assertEquals(refusal("sync", "log"), undefined);
  assertEquals(refusal("log", "failure"), undefined);
});

Deno.test("an import against the arrows is refused with what is allowed instead", () => {
  assertStringIncludes(refusal("discord", "commands") ?? "", "discord must not import commands; it may import texts");
  assertStringIncludes(refusal("sync", "election") ?? "", "sync must not import election");
  assertStringIncludes(refusal("clock", "log") ?? "", "clock must not import log");
  assertStringIncludes(refusal("main", "backend") ?? "", "main must not import backend");
});

Deno.test("a planted import against the arrows is found, in whichever form", () => {
  const path = "/project/src/commands/wiki.ts";
  assertEquals(messagesFor(path, 'import { claim } from "../discord/claim.ts";'), []);
  assertEquals(messagesFor(path, 'import type { Term } from "../election/term.ts";').length, 1);
  assertEquals(messagesFor(path, 'export * from "../sync/schedule.ts";').length, 1);
  assertEquals(messagesFor(path, 'const app = await import("../app.ts");').length, 1);
  assertEquals(messagesFor(path, 'import { x } from "../../tests/doubles/x.ts";').length, 1);
});

Deno.test("the environment, the clock and the logging package have one owner each", () => {
  const path = "/project/src/sync/schedule.ts";
  assertEquals(messagesFor(path, "setTimeout(() => {}, 5);"), ["Only src/clock.ts uses setTimeout"]);
  assertEquals(messagesFor(path, "const now = Date.now();"), ["Only src/clock.ts uses Date.now"]);
  assertEquals(messagesFor(path, "const now = new Date();"), ["Only src/clock.ts uses the current Date"]);
  assertEquals(messagesFor(path, "const then = new Date(5);"), []);
  assertEquals(messagesFor(path, 'const home = Deno.env.get("HOME");'), ["Only src/config.ts uses Deno.env"]);
  assertEquals(messagesFor(path, 'import { Logger } from "@std/log";'), ["Only src/log.ts imports @std/log"]);
  assertEquals(messagesFor("/project/src/clock.ts", "setTimeout(() => {}, 5);"), []);
});
