import { assertEquals, assertLess } from "@std/assert";
import {
  type Checkpoint,
  compareIds,
  formatCheckpoint,
  MAX_FAILED_NAMED,
  newCycle,
  NO_CHECKPOINT,
  parseCheckpoint,
} from "../../src/sync/checkpoint.ts";

const ID = "1234567890123456789";

function underWay(failed: string[] = []): Checkpoint {
  const position = { startedAtMs: 2_000, guildId: ID, after: ID, mark: "77", guildsDone: 3, members: 12_345, failed };
  return { finishedAtMs: 1_000, position, owed: false };
}

Deno.test("a checkpoint reads back as it was written", () => {
  const done = { finishedAtMs: 5, position: null, owed: false };
  const all = [NO_CHECKPOINT, done, underWay(), underWay(["10", "20"])];
  for (const checkpoint of all.flatMap((each) => [each, { ...each, owed: true }])) {
    assertEquals(parseCheckpoint(formatCheckpoint(checkpoint)), checkpoint);
  }
});

Deno.test("a backend that cannot reconcile leaves no mark in the checkpoint", () => {
  const checkpoint = {
    finishedAtMs: 0,
    position: { ...newCycle(9), guildId: ID, after: "1", mark: null },
    owed: false,
  };
  assertEquals(parseCheckpoint(formatCheckpoint(checkpoint)), checkpoint);
});

Deno.test("a checkpoint stays below 1 kB however many guilds fail, and then says to start over", () => {
  const some = underWay(Array.from({ length: MAX_FAILED_NAMED }, () => ID));
  assertLess(formatCheckpoint(some).length, 1_000);
  assertEquals(parseCheckpoint(formatCheckpoint(some)), some);
  const many = underWay(Array.from({ length: 2_500 }, () => ID));
  assertLess(formatCheckpoint(many).length, 1_000);
  assertEquals(parseCheckpoint(formatCheckpoint(many)), {
    finishedAtMs: 1_000,
    position: newCycle(2_000),
    owed: false,
  });
});

Deno.test("what cannot be understood counts as no checkpoint", () => {
  const texts = [
    undefined,
    "",
    "null",
    "[]",
    "7",
    "{",
    '{"v":2,"end":1}',
    '{"v":1}',
    '{"v":1,"end":-1}',
    '{"v":1,"end":"1"}',
  ];
  for (const text of texts) assertEquals(parseCheckpoint(text), NO_CHECKPOINT, String(text));
});

Deno.test("a position that cannot be understood is dropped, the end of the last sync is kept", () => {
  const good = JSON.parse(formatCheckpoint(underWay(["10"])));
  const bad = [
    { guild: "a" },
    { after: "" },
    { after: 5 },
    { mark: 7 },
    { mark: "x".repeat(200) },
    { members: 1.5 },
    { failed: ["x"] },
    { failed: "10" },
    { start: null },
  ];
  for (const change of bad) {
    const text = JSON.stringify({ ...good, ...change });
    assertEquals(parseCheckpoint(text), { finishedAtMs: 1_000, position: null, owed: false }, text);
  }
});

Deno.test("ids are ordered by number", () => {
  assertEquals(["100", "9", "20", "0"].toSorted(compareIds), ["0", "9", "20", "100"]);
});
