import { assert, assertEquals } from "@std/assert";
import { GuildWatch } from "../../src/sync/guild_watch.ts";

Deno.test("a watch tells who has changed since a moment", () => {
  const watch = new GuildWatch(() => {});
  watch.note("5");
  const moment = watch.now();
  watch.note("6");
  assert(!watch.hasChangedSince(moment, "5"));
  assert(watch.hasChangedSince(moment, "6"));
  assert(!watch.hasChangedSince(moment, "7"));
});

Deno.test("forgetting keeps what changed later", () => {
  const watch = new GuildWatch(() => {});
  watch.note("5");
  watch.note("6");
  const moment = watch.now();
  watch.note("5");
  watch.forgetBefore(moment);
  assert(watch.hasChangedSince(moment, "5"));
  assert(!watch.hasChangedSince(0, "6"));
});

Deno.test("disposing a watch ends it", () => {
  let ended = 0;
  {
    using _watch = new GuildWatch(() => ended++);
  }
  assertEquals(ended, 1);
});
