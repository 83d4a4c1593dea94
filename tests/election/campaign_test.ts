/** Electors, the real client and the Lease API double together, on real time. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { systemClock } from "../../src/clock.ts";
import { Elector } from "../../src/election/elector.ts";
import { LeaseApi } from "../../src/election/lease_api.ts";
import type { Term } from "../../src/election/term.ts";
import { electorRights } from "../doubles/lease_api/accounts.ts";
import { type LeaseApiDouble, startLeaseApi } from "../doubles/lease_api/double.ts";
import { logInto, untilAborted } from "./replicas.ts";

const NAME = "hivemind-bot-sync-leader";
const NAMESPACE = "hivemind";
const TIMING = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 };

interface Candidate {
  term: Promise<Term>;
  stop(): Promise<void>;
}

async function campaign(double: LeaseApiDouble, identity: string): Promise<Candidate> {
  const rights = electorRights(NAME);
  const { dir } = await double.addServiceAccount({ namespace: NAMESPACE, name: identity, rights });
  const { host, port } = double;
  const store = new LeaseApi({
    clock: systemClock,
    host,
    port,
    namespace: NAMESPACE,
    name: NAME,
    serviceAccountDir: dir,
  });
  const elected = Promise.withResolvers<Term>();
  const elector = new Elector({
    clock: systemClock,
    log: logInto([]),
    random: Math.random,
    store,
    leaseName: NAME,
    identity,
    namespace: NAMESPACE,
    timing: TIMING,
    lead: (term) => {
      elected.resolve(term);
      return untilAborted(term);
    },
  });
  const stopping = new AbortController();
  const run = elector.run(stopping.signal);
  return {
    term: elected.promise,
    async stop() {
      stopping.abort();
      await run;
      store.close();
    },
  };
}

Deno.test("over the wire: a clean release hands over in a fraction of a second, with a larger token", async () => {
  const double = await startLeaseApi();
  const first = await campaign(double, "bot-a");
  const { token = "" } = await first.term;
  const second = await campaign(double, "bot-b");
  while (!double.requests.some(({ account, verb }) => account === "bot-b" && verb === "watch")) await pause();
  const stoppedAtMs = performance.now();
  await first.stop();
  const { token: next = "" } = await second.term;
  assertLess(performance.now() - stoppedAtMs, 1_000);
  assert(Number(next) > Number(token), `${next} after ${token}`);
  assertEquals(double.lease(NAMESPACE, NAME)?.spec.leaseTransitions, 1);
  await second.stop();
  assertEquals(double.lease(NAMESPACE, NAME)?.spec.holderIdentity, "");
  await double.close();
});

Deno.test("over the wire: another holder, written by hand, ends the term by a watch event", async () => {
  const double = await startLeaseApi();
  const candidate = await campaign(double, "bot-a");
  const term = await candidate.term;
  while (!double.requests.some(({ code, verb }) => verb === "watch" && code === 200)) await pause();
  const writes = double.requests.length;
  double.edit(NAMESPACE, NAME, (lease) => ({ ...lease, spec: { ...lease.spec, holderIdentity: "someone" } }));
  await untilAborted(term);
  assertEquals(double.requests.slice(writes).filter(({ verb }) => verb === "update"), [], "no request was needed");
  await candidate.stop();
  assertEquals(double.lease(NAMESPACE, NAME)?.spec.holderIdentity, "someone");
  await double.close();
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
