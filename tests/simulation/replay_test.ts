import { assertEquals } from "@std/assert";
import { readReplay, replayLine } from "./replay.ts";
import { scenarioOf, whole } from "./scenario.ts";

const part = whole(scenarioOf(1));

Deno.test("a line names a part of a seed, and a seed alone is all of it", () => {
  assertEquals(readReplay(replayLine(1, part)), { seed: 1, part });
  assertEquals(readReplay("1"), { seed: 1, part });
  const small = { replicas: part.replicas.slice(0, 1), faults: [], healAtMs: 1_000 };
  assertEquals(readReplay(replayLine(1, small)), { seed: 1, part: small });
});

Deno.test("a line with what the seed has not is refused", () => {
  for (const line of ["", "x", "1:q", "1:a:999", "1:a:0:x", "1:a:0:1000:5"]) assertEquals(readReplay(line), undefined);
});
