/** What befalls the leader of a running Deployment without ending it: it is stopped, cut off, its node is lost. */
import type { AuditLog } from "./audit.ts";
import type { Deployment } from "./deployment.ts";
import type { OwnCluster } from "./kube.ts";
import { soon, type Steps } from "./task.ts";

export interface FaultStage {
  readonly steps: Steps;
  readonly cluster: OwnCluster;
  readonly bot: Deployment;
  readonly audit: AuditLog;
}

/** Of the Deployment: it has the defaults. */
const LEASE_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
/** What asking takes, by `kubectl` and over HTTP. */
const ASKING_MS = 2_000;

/** All of them, one after the other; three run and one leads before and after. */
export async function sufferFaults(stage: FaultStage): Promise<void> {
  await stopped(stage, await leaderOf(stage));
  await cutOff(stage, await leaderOf(stage));
  await nodeLost(stage, await leaderOf(stage));
}

function leaderOf({ bot }: FaultStage): Promise<string> {
  return bot.oneLeader(20_000);
}

/** A process that stands still for longer than its lease wakes up as nobody. */
async function stopped({ steps, cluster, bot, audit }: FaultStage, leader: string): Promise<void> {
  const pod = `${bot.namespace}/${leader}`;
  const next = await steps.step("the leader's process is stopped (SIGSTOP); another leads", async () => {
    await cluster.call("fault", "stop", pod);
    return await bot.oneLeader(LEASE_MS + ASKING_MS, { except: leader });
  });
  await steps.step("continued after its lease, it knows at once that it lost, and writes nothing", async () => {
    const sinceMs = Date.now();
    await cluster.call("fault", "cont", pod);
    await follows(bot, { name: leader, leader: next });
    await soon(() => bot.lease(), { until: renewedSince(sinceMs + 5_000), withinMs: 10_000 });
    const writes = await audit.writes(bot.namespace, { holder: leader, sinceMs });
    if (writes.length > 0) throw new Error(`it wrote ${JSON.stringify(writes)}`);
    const others = await audit.writes(bot.namespace, { holder: next, sinceMs });
    if (others.length === 0) throw new Error("the audit log shows no renewal of the other either");
    return `${others.length} renewals of the other`;
  });
}

/** Cut off from the API alone, a leader ends its term before its lease does. */
async function cutOff({ steps, cluster, bot, audit }: FaultStage, leader: string): Promise<void> {
  const pod = `${bot.namespace}/${leader}`;
  const cutAtMs = Date.now();
  await steps.step("the leader is cut off from the API; it ends its term by itself", async () => {
    await cluster.call("fault", "cut", pod, "api");
    await soon(() => bot.election(leader), {
      until: ({ isLeader }) => !isLeader,
      withinMs: RENEW_DEADLINE_MS + ASKING_MS,
    });
    const { spec } = await bot.lease();
    if (spec?.holderIdentity !== leader) throw new Error(`${spec?.holderIdentity} held the Lease already`);
    return `after ${((Date.now() - cutAtMs) / 1000).toFixed(1)} s, the Lease still names it`;
  });
  const next = await steps.step(
    "when the lease has run out, another leads",
    () => bot.oneLeader(LEASE_MS, { except: leader }),
  );
  await steps.step("healed, it follows, and what it had sent counts for nothing", async () => {
    await cluster.call("fault", "heal", pod);
    await follows(bot, { name: leader, leader: next });
    const accepted = (await audit.writes(bot.namespace, { holder: leader, sinceMs: cutAtMs + ASKING_MS }))
      .filter(({ code }) => code < 300);
    if (accepted.length > 0) throw new Error(`it wrote ${JSON.stringify(accepted)}`);
  });
}

/** A node without a kubelet changes nothing; without a network, it is as a crash. */
async function nodeLost({ steps, cluster, bot }: FaultStage, leader: string): Promise<void> {
  const pod = `${bot.namespace}/${leader}`;
  const node = (await bot.pod(leader)).spec?.nodeName ?? "";
  await steps.step("the leader's node is silent; its containers go on, and so does its term", async () => {
    await cluster.call("fault", "node-down", node);
    const { leaseTransitions } = (await bot.lease()).spec ?? {};
    const lease = await soon(() => bot.lease(), { until: renewedSince(Date.now() + 4_000), withinMs: 10_000 });
    if (lease.spec?.leaseTransitions !== leaseTransitions) throw new Error("somebody else leads");
  });
  const next = await steps.step("the node's pod has no network any more; another leads", async () => {
    await cluster.call("fault", "cut", pod, "all");
    return await bot.oneLeader(LEASE_MS + ASKING_MS, { except: leader });
  });
  await steps.step("node and network are back; the old leader follows", async () => {
    await cluster.call("fault", "heal", pod);
    await cluster.call("fault", "node-up", node);
    await follows(bot, { name: leader, leader: next });
    await bot.ready(3, 60_000);
  });
}

/** Waits until a pod says that it follows this leader. */
async function follows(bot: Deployment, { name, leader }: { name: string; leader: string }): Promise<void> {
  await soon(() => bot.election(name), {
    until: (election) => !election.isLeader && election.leader === leader,
    withinMs: 30_000,
  });
}

function renewedSince(sinceMs: number) {
  return ({ spec }: { spec?: { renewTime?: unknown } }) => Date.parse(String(spec?.renewTime)) >= sinceMs;
}
