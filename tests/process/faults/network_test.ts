/** What networks do to an election of real processes: connections that are swallowed, in each direction, and an API that is away. */
import { assert, assertEquals } from "@std/assert";
import type { Direction } from "../../doubles/tcp_proxy.ts";
import { until } from "../until.ts";
import { ELECTED, leads, LOST, Trio, UNREACHED } from "./trio.ts";

Deno.test("a leader whose connections are forgotten by a firewall opens new ones in time and goes on leading", async () => {
  await using trio = await Trio.open();
  const leader = await trio.leader();
  const { requests } = trio.around.leaseApi;
  leader.network.forget();
  const renewalsBefore = requests.length;
  const isRenewal = ({ account, verb, code }: typeof requests[number]) =>
    account === leader.name && verb === "update" && code === 200;
  await until("it renews again, four times", () => requests.slice(renewalsBefore).filter(isRenewal).length >= 4);
  await leader.bot.line(UNREACHED);
  await leader.bot.line("the election reaches its Lease again");
  assert(leads(leader) && !leader.bot.lines.some(({ msg }) => msg === LOST), leader.bot.output.join("\n"));
  trio.assertOneAtATime();
});

async function swallowed(direction: Direction): Promise<void> {
  await using trio = await Trio.open();
  const leader = await trio.leader();
  leader.network.stall(direction);
  const { reason } = await leader.bot.line(LOST);
  assertEquals(reason, "the Lease was not renewed within 2000 ms");
  const next = await trio.leader({ except: leader });
  await trio.assertServes();
  leader.network.heal();
  await leader.bot.line("new sync leader elected", { where: ({ leader }) => leader === next.name });
  assertEquals(trio.replicas.filter(leads), [next]);
  trio.assertOneAtATime();
}

// Side by side, because most of it is waiting for leases to run out.
Deno.test("a leader whose requests or answers are swallowed stops by itself before another leads, and follows afterwards", async () => {
  await Promise.all([swallowed("up"), swallowed("down")]);
});

Deno.test("while the API is away nobody leads and people are served; when it is back, one leads", async () => {
  await using trio = await Trio.open();
  const before = await trio.leader();
  for (const { network } of trio.replicas) {
    network.refuses = true;
    network.cut();
  }
  await before.bot.line(LOST);
  await Promise.all(trio.replicas.map(({ bot }) => bot.line(UNREACHED)));
  const electedBefore = countElected(trio);
  const awayFromMs = performance.now();
  // Longer than the lease, so that all of them would dare if they went by time alone.
  await until("the lease has run out", async () => {
    await trio.assertServes();
    return performance.now() - awayFromMs > 4_000;
  });
  assertEquals(trio.replicas.filter(leads), []);
  assertEquals(countElected(trio), electedBefore);
  for (const { network } of trio.replicas) network.heal();
  await trio.leader({ withinMs: 6_000 });
  await Promise.all(trio.replicas.map(({ bot }) => bot.line("the election reaches its Lease again")));
  assertEquals(trio.replicas.filter(leads).length, 1);
  trio.assertOneAtATime();
});

function countElected({ replicas }: Trio): number {
  return replicas.flatMap(({ bot }) => bot.lines).filter(({ msg }) => msg === ELECTED).length;
}
