import { assertEquals, assertStringIncludes } from "@std/assert";
import { createLog, type LogFormat, type LogLevel } from "../src/log.ts";

function capture(format: LogFormat, level: LogLevel = "info", secrets: string[] = []) {
  const lines: string[] = [];
  const log = createLog({ format, level, secrets, write: (line) => lines.push(line) });
  return { log, lines };
}

Deno.test("a JSON line has time, level, msg and the fields", () => {
  const { log, lines } = capture("json");
  log.info("new sync leader elected", { leader: "bot-1", self: "bot-2", absent: undefined });
  const { time, ...rest } = JSON.parse(lines[0] ?? "");
  assertEquals(rest, { level: "info", msg: "new sync leader elected", leader: "bot-1", self: "bot-2" });
  assertEquals(new Date(time).toISOString(), time);
});

Deno.test("a text line ends with key=value pairs that can be searched for", () => {
  const { log, lines } = capture("text");
  log.warn("detected namespace from service account", { namespace: "hivemind", reason: "two words" });
  assertStringIncludes(lines[0] ?? "", 'detected namespace from service account namespace=hivemind reason="two words"');
});

Deno.test("a field named like the head of the line is kept beside it", () => {
  const { log, lines } = capture("json");
  log.info("said", { msg: "mine", level: 3 });
  const line = JSON.parse(lines[0] ?? "");
  assertEquals([line.msg, line.msg_, line.level, line.level_], ["said", "mine", "info", 3]);
});

Deno.test("lines below the level are not written", () => {
  const { log, lines } = capture("json", "warn");
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");
  assertEquals(lines.map((line) => JSON.parse(line).msg), ["c", "d"]);
});

Deno.test("secrets, bearer tokens and interaction tokens never pass", () => {
  const { log, lines } = capture("json", "info", ["s3cret-token"]);
  log.error("refused", {
    error: new Error("Authorization: Bot s3cret-token"),
    url: "https://discord.com/api/v10/webhooks/123456789012345678/aW50ZXJhY3Rpb24:abc_DEF/messages/@original",
    header: "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.payload",
  });
  const line = lines[0] ?? "";
  assertEquals(/s3cret|abc_DEF|aW50|eyJ/.test(line), false, line);
  assertStringIncludes(line, "/webhooks/123456789012345678/[redacted]");
});

Deno.test("errors and big integers are written as text", () => {
  const { log, lines } = capture("json");
  log.info("x", { error: new Error("broken"), count: 12345678901234567890n });
  const line = JSON.parse(lines[0] ?? "");
  assertEquals([line.error, line.count], ["broken", "12345678901234567890"]);
});
