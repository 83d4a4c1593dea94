import { assertEquals } from "@std/assert";
import { fromMs, toMs } from "../../../src/backend/grpc/timestamps.ts";

Deno.test("moments survive the wire to the millisecond", () => {
  for (const ms of [1, 999, 1_000, 1_700_000_000_123, 4_102_444_800_999]) assertEquals(toMs(fromMs(ms)), ms);
  assertEquals(fromMs(1_700_000_000_123), { seconds: 1_700_000_000, nanos: 123_000_000 });
  assertEquals(toMs({ seconds: 1, nanos: 999_999_999 }), 1_999);
});

Deno.test("1970 and nothing are the same, also what lies before and what is no number", () => {
  assertEquals(toMs(null), 0);
  assertEquals(toMs({ seconds: 0, nanos: 0 }), 0);
  assertEquals(toMs({ seconds: -62_135_596_800, nanos: 0 }), 0);
  for (const ms of [0, -1, NaN]) assertEquals(fromMs(ms), null);
});
