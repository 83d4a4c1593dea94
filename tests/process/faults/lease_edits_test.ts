/** The Lease changed by other hands: deleted, given to another, wished for, written by a clock that is wrong. */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { LEASE_NAME, NAMESPACE } from "../surroundings.ts";
import { until } from "../until.ts";
import { leads, LOST, type Replica, Trio } from "./trio.ts";

const HOUR_MS = 3_600_000;

type Spec = NonNullable<Trio["around"]["lease"]>["spec"];

function edit({ around }: Trio, change: Partial<Spec>): void {
  around.leaseApi.edit(NAMESPACE, LEASE_NAME, (lease) => ({ ...lease, spec: { ...lease.spec, ...change } }));
}

/** The one that leads after the others' hands; waits for the end of the term before. */
async function leaderAfter(trio: Trio, former: Replica, reason: string): Promise<Replica> {
  await former.bot.line(LOST, { where: (line) => line.reason === reason });
  return await trio.leader();
}

Deno.test("a deleted Lease ends the term; one leads again, with a greater token", async () => {
  await using trio = await Trio.open();
  const former = await trio.leader();
  trio.around.leaseApi.edit(NAMESPACE, LEASE_NAME, () => undefined);
  const next = await leaderAfter(trio, former, "the Lease was deleted");
  assertEquals(trio.around.lease?.spec.holderIdentity, next.name);
  await trio.assertServes();
  trio.assertOneAtATime();
});

Deno.test("a Lease given to another holder is respected for as long as that one says, whatever its clock says", async () => {
  // The double's certificates have to be valid for the replicas, whose clock is right.
  const behind: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() - HOUR_MS };
  await using trio = await Trio.open({ apiClock: behind });
  const former = await trio.leader();
  const stamp = (wallMs: number) => new Date(wallMs).toISOString().replace("Z", "000Z");
  const ahead = stamp(Date.now() + HOUR_MS);
  const editedAtMs = Date.now();
  edit(trio, { holderIdentity: "somebody-else", acquireTime: ahead, renewTime: ahead, leaseDurationSeconds: 4 });
  const next = await leaderAfter(trio, former, "the Lease is held by somebody-else");
  const { time } = await next.bot.line("elected as sync leader, starting member sync job", {
    where: ({ time }) => Date.parse(time) > editedAtMs,
  });
  assertGreaterOrEqual(Date.parse(time) - editedAtMs, 3_900);
  trio.assertOneAtATime();
});

Deno.test("a leader finishes and releases when spec.preferredHolder names another, and that one leads", async () => {
  await using trio = await Trio.open();
  const former = await trio.leader();
  const [, preferred] = trio.others(former);
  assert(preferred !== undefined);
  edit(trio, { strategy: "OldestEmulationVersion", preferredHolder: preferred.name });
  const next = await leaderAfter(trio, former, `spec.preferredHolder names ${preferred.name}`);
  assertEquals(next, preferred);
  await former.bot.line("released sync leadership");
  assertEquals(trio.replicas.filter(leads), [preferred]);
  trio.assertOneAtATime();
});

Deno.test("labels and annotations of others survive a term and its end", async () => {
  await using trio = await Trio.open();
  const former = await trio.leader();
  trio.around.leaseApi.edit(NAMESPACE, LEASE_NAME, (lease) => ({
    ...lease,
    metadata: {
      ...lease.metadata,
      labels: { team: "bees" },
      annotations: { ...lease.metadata.annotations, note: "kept" },
    },
  }));
  const ended = former.bot.end("SIGTERM");
  const next = await trio.leader({ except: former });
  assertEquals((await ended).code, 0);
  await until("it is in the Lease", () => trio.around.lease?.spec.holderIdentity === next.name);
  assertEquals(trio.around.lease?.metadata.labels, { team: "bees" });
  assertEquals(trio.around.lease?.metadata.annotations?.note, "kept");
});
