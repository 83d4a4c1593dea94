import { assertEquals, assertRejects } from "@std/assert";
import type { CallOptions } from "../../../src/backend/backend.ts";
import { Bounds } from "../../../src/backend/grpc/bounds.ts";
import { TitleCache } from "../../../src/backend/grpc/title_cache.ts";
import { Failure } from "../../../src/failure.ts";
import { VirtualClock } from "../../doubles/virtual_clock.ts";

/** Titles that a test can change, take long to be read, or cannot be read. */
function fixture(titles: string[]) {
  const clock = new VirtualClock();
  const closing = new AbortController();
  const cache = new TitleCache<string>(clock, closing.signal);
  const world = { titles, reads: 0, takesMs: 0, failing: false };
  const read = async (bounds: Bounds) => {
    world.reads++;
    if (world.takesMs > 0) await bounds.wait(new Promise<void>((done) => clock.after(world.takesMs, done)));
    if (world.failing) throw new Failure("unreachable", "The backend is down");
    return world.titles;
  };
  const ask = (owner = "guild", options: CallOptions = {}) => cache.of(owner, new Bounds(clock, options, 2_000), read);
  return { ask, cache, clock, closing, world };
}

Deno.test("titles are read once a minute for each owner, however many ask at once", async () => {
  const { ask, clock, world } = fixture(["A"]);
  assertEquals(await Promise.all([ask(), ask()]), [["A"], ["A"]]);
  await clock.advance(59_999);
  await ask();
  assertEquals(world.reads, 1);
  await clock.advance(1);
  world.titles = ["B"];
  assertEquals(await ask(), ["B"]);
  await ask("another guild");
  assertEquals(world.reads, 3);
});

Deno.test("a title that comes or goes is seen at once, also when it is not known whether it did", async () => {
  const { ask, cache, world } = fixture(["A"]);
  await ask();
  assertEquals(await cache.changing("guild", () => Promise.resolve("written")), "written");
  world.titles = ["A", "B"];
  assertEquals(await ask(), ["A", "B"]);
  await assertRejects(() => cache.changing("guild", () => Promise.reject(new Error("timeout"))), Error, "timeout");
  world.titles = ["A", "B", "C"];
  assertEquals(await ask(), ["A", "B", "C"]);
});

Deno.test("titles that take longer than one can wait are there for the next who asks", async () => {
  const { ask, clock, world } = fixture(["A"]);
  world.takesMs = 3_000;
  const first = assertRejects(() => ask(), Failure, "did not answer in time");
  await clock.advance(2_000);
  await first;
  await clock.advance(1_000);
  assertEquals(await ask(), ["A"]);
  assertEquals(world.reads, 1);
});

Deno.test("the last known titles answer while new ones cannot be read or take long, and the next question tries again", async () => {
  const { ask, clock, world } = fixture(["A"]);
  await ask();
  await clock.advance(60_000);
  world.failing = true;
  assertEquals(await ask(), ["A"]);
  assertEquals(await ask(), ["A"]);
  assertEquals(world.reads, 3);
  world.failing = false;
  world.takesMs = 3_000;
  world.titles = ["B"];
  const late = ask();
  await clock.advance(2_000);
  assertEquals(await late, ["A"]);
  await clock.advance(1_000);
  assertEquals(await ask(), ["B"]);
});

Deno.test("without any titles a failure is told, and not remembered", async () => {
  const { ask, world } = fixture(["A"]);
  world.failing = true;
  await assertRejects(() => ask(), Failure, "down");
  world.failing = false;
  assertEquals(await ask(), ["A"]);
});

Deno.test("200,000 titles are kept: those of whoever asked longest ago go first, the largest alone may be more", async () => {
  const { ask, world } = fixture(Array.from({ length: 80_000 }, (_, n) => `${n}`));
  for (const owner of ["one", "two", "one", "three"]) await ask(owner);
  assertEquals(world.reads, 3);
  await ask("one");
  assertEquals(world.reads, 3);
  await ask("two");
  assertEquals(world.reads, 4);
  world.titles = Array.from({ length: 300_000 }, (_, n) => `${n}`);
  await ask("huge");
  await ask("huge");
  assertEquals(world.reads, 5);
});

Deno.test("closing ends a read that is under way", async () => {
  const { ask, closing, world } = fixture(["A"]);
  world.takesMs = 3_000;
  const asked = assertRejects(() => ask(), Failure, "given up");
  closing.abort();
  await asked;
});

Deno.test("whoever gives up is given no titles, also when some are known", async () => {
  const { ask, clock, world } = fixture(["A"]);
  await ask();
  await clock.advance(60_000);
  world.takesMs = 1_000;
  const asker = new AbortController();
  const asked = assertRejects(() => ask("guild", asker), Failure, "given up");
  asker.abort();
  await asked;
  await clock.advance(1_000);
  assertEquals(world.reads, 2);
});
