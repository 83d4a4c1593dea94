import { assertEquals, assertRejects } from "@std/assert";
import { GuildLanes } from "../../src/sync/guild_lanes.ts";

/** Work that says when it began and ends when told. */
function work(name: string, log: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = () => {
    log.push(name);
    return promise;
  };
  return { run, end: () => resolve(name), fail: () => reject(new Error(name)) };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("work on one guild runs one after the other, work on others beside it", async () => {
  const lanes = new GuildLanes();
  const begun: string[] = [];
  const [a, b, other] = [work("a", begun), work("b", begun), work("other", begun)];
  const all = [lanes.run("1", a.run), lanes.run("1", b.run), lanes.run("2", other.run)];
  await settle();
  assertEquals(begun, ["a", "other"]);
  a.end();
  await settle();
  assertEquals(begun, ["a", "other", "b"]);
  b.end();
  other.end();
  assertEquals(await Promise.all(all), ["a", "b", "other"]);
});

Deno.test("work that fails does not hold up what follows", async () => {
  const lanes = new GuildLanes();
  const begun: string[] = [];
  const [a, b] = [work("a", begun), work("b", begun)];
  const failed = assertRejects(() => lanes.run("1", a.run), Error, "a");
  const next = lanes.run("1", b.run);
  a.fail();
  await failed;
  b.end();
  assertEquals(await next, "b");
});

Deno.test("no more guilds than allowed are written at once", async () => {
  const lanes = new GuildLanes(2);
  const begun: string[] = [];
  const jobs = ["1", "2", "3"].map((name) => work(name, begun));
  const all = jobs.map((job, index) => lanes.run(String(index), job.run));
  await settle();
  assertEquals(begun, ["1", "2"]);
  jobs[0]?.end();
  await settle();
  assertEquals(begun, ["1", "2", "3"]);
  for (const job of jobs) job.end();
  await Promise.all(all);
});
