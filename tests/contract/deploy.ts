// deno-lint-ignore-file no-console -- contract tasks speak to the terminal
/**
 * `deno task contract:deploy`: the Deployment for real. Controllers, a scheduler and three nodes whose containers are processes of this
 * machine; the quick start of `k8s/README.md` word for word; Discord and the backend outside. Then the leader's process is killed, its
 * pod deleted, the next one stopped and cut off, its node lost, everything scaled down. Ends with `N passed, N failed`; the exit code is 2 where there can be no nodes.
 */
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";
import { botContainer, permissionFlags, sectionOf, shellBlocksOf } from "../manifests/project_files.ts";
import { AuditLog } from "./audit.ts";
import { runCommand } from "./command.ts";
import { type FaultStage, sufferFaults } from "./deploy_faults.ts";
import { Deployment, LEASE } from "./deployment.ts";
import { OwnCluster } from "./kube.ts";
import { CannotRun, runTask, soon, Steps } from "./task.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** The machine's address on the nodes' network, where what is outside the cluster listens. */
const OUTSIDE = "10.244.0.1";
const NAMESPACE = "hivemind";
const REPLICAS = 3;
const MEMBERS = 5_000;
const SERVICE_TOKEN = "service-token-of-contract-deploy";

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** What stands for the image: this deno and the project's sources, with the rights that the binary is built with. */
function imageCommand(discordPort: number): string {
  const kept = ["DENO_DIR", "JSR_URL", "NPM_CONFIG_REGISTRY", "XDG_CACHE_HOME"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  // The node agent puts in the pod's name.
  const discord = `DISCORD_API_BASE=http://${OUTSIDE}:${discordPort}/r/$(HOSTNAME)/api`;
  const deno = [Deno.execPath(), "run", "--quiet", "--no-lock", "--cached-only", ...permissionFlags()];
  return ["/usr/bin/env", ...kept, discord, ...deno, `${ROOT}main.ts`].join(" ");
}

/** The backend as the Deployment expects it: a Service of that name, which leads out of the cluster. */
function backendService(port: number): string {
  const metadata = { name: "hivemind-server", namespace: NAMESPACE };
  const service = { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 50051 }] } };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels: { "kubernetes.io/service-name": metadata.name } },
    addressType: "IPv4",
    ports: [{ port }],
    endpoints: [{ addresses: [OUTSIDE] }],
  };
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: [service, slice] });
}

/** Starts `main.ts backend` outside of the cluster. */
async function startBackend(port: number, stack: AsyncDisposableStack): Promise<void> {
  const data = await Deno.makeTempDir({ prefix: "hivemind-backend-" });
  stack.defer(() => Deno.remove(data, { recursive: true }));
  const listen = ["backend", "--listen", `${OUTSIDE}:${port}`, "--data", data];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "-A", `${ROOT}main.ts`, ...listen],
    env: { BACKEND_SERVICE_TOKEN: SERVICE_TOKEN, LOG_LEVEL: "warn" },
  }).spawn();
  stack.defer(async () => {
    child.kill("SIGTERM");
    await child.status;
  });
  await soon(async () => (await Deno.connect({ hostname: OUTSIDE, port })).close(), {
    until: () => true,
    withinMs: 20_000,
  });
}

interface Stage extends FaultStage {
  readonly discord: DiscordDouble;
}

/** Does what the quick start says, block by block, and shows it. */
async function quickStart({ steps, cluster, discord }: Stage, backendPort: number): Promise<void> {
  const env = { ...cluster.env, DISCORD_BOT_TOKEN: discord.token, BACKEND_SERVICE_TOKEN: SERVICE_TOKEN };
  const follow = async (block: string) => {
    const { success, stdout, stderr } = await runCommand(["sh", "-euc", block], { env, cwd: ROOT });
    console.log(`${block.trim().replaceAll(/^/gm, "   $ ")}\n${stdout.replaceAll(/^/gm, "     ")}`);
    if (!success) throw new Error(stderr);
  };
  const blocks = shellBlocksOf(sectionOf("k8s/README.md", "Quick start"));
  for (const [index, block] of blocks.entries()) {
    await steps.step(`quick start, ${index + 1} of ${blocks.length}`, () => follow(block));
    if (index > 0) continue;
    await steps.step("in the namespace, a Service leads to the backend", async () => {
      await cluster.kubectl(["apply", "--filename", "-"], { stdin: backendService(backendPort) });
    });
  }
}

/** What the quick start has brought about. Gives the leader's name. */
async function observe({ steps, bot, discord }: Stage): Promise<string> {
  await steps.step("three of three are ready, one on each node", async () => {
    const pods = await bot.ready(REPLICAS, 10_000);
    const nodes = new Set(pods.map(({ spec }) => spec?.nodeName));
    if (nodes.size !== REPLICAS) throw new Error(`they are on ${[...nodes].join(", ")}`);
  });
  const leader = await steps.step("one leads, and the Lease names it", () => bot.oneLeader(20_000));
  await steps.step("the leader brings all members to the backend", async () => {
    const pod = (await bot.pods()).find(({ metadata }) => metadata?.name === leader);
    const written = () => bot.metric(pod, /hivemind_sync_members_total\{kind="full"\}/);
    return `${await soon(written, { until: (count) => count >= MEMBERS, withinMs: 60_000 })} members`;
  });
  await steps.step("a command reaches all three and is answered once", async () => {
    const attempts = await discord.interact.slash("ping").attempted(REPLICAS);
    const accepted = attempts.filter((attempt) => attempt.accepted).length;
    if (accepted !== 1) throw new Error(`${accepted} of ${attempts.length} callbacks were accepted`);
    return `${attempts.length} callbacks, 1 accepted`;
  });
  return leader;
}

/** The leader is killed, then deleted. */
async function disturb({ steps, cluster, bot }: Stage, leader: string): Promise<void> {
  await steps.step("the leader's process is killed; restarted in place it leads again, as a new term", async () => {
    const before = (await bot.lease()).spec?.leaseTransitions ?? 0;
    await cluster.call("fault", "kill", `${bot.namespace}/${leader}`);
    const { spec } = await soon(() => bot.lease(), {
      until: ({ spec }) => spec?.leaseTransitions !== before,
      withinMs: 15_000,
    });
    const seen = `leaseTransitions ${before} → ${spec?.leaseTransitions}, holder ${spec?.holderIdentity}`;
    if (spec?.holderIdentity !== leader || spec.leaseTransitions !== before + 1) throw new Error(seen);
    return seen;
  });
  await steps.step("it becomes ready again", () => bot.ready(REPLICAS, 60_000));
  const next = await steps.step("its pod is deleted; another takes over", async () => {
    await bot.kubectl("delete", "pod", leader, "--wait=false");
    return await bot.oneLeader(15_000, { except: leader });
  });
  await steps.step("kubectl get lease and kubectl logs show it", async () => {
    console.log(await bot.kubectl("get", "lease", LEASE));
    const logs = await bot.kubectl("logs", "--selector=app=hivemind-bot", "--prefix", "--tail=-1");
    const election = logs.split("\n").filter((line) => /sync leader|sync leadership|leader election/.test(line));
    console.log(election.join("\n"));
    for (const message of ["elected as sync leader, starting member sync job", "new sync leader elected"]) {
      if (!election.some((line) => line.includes(message))) throw new Error(`no line says "${message}"`);
    }
  });
  await steps.step("three are ready again, and one leads", async () => {
    await bot.ready(REPLICAS, 60_000);
    const now = await bot.oneLeader(5_000);
    if (now !== next) throw new Error(`${now} leads instead of ${next}`);
  });
}

async function scaleDown({ steps, bot }: Stage): Promise<void> {
  await steps.step("scaled to none, every pod stops in time and the Lease is free", async () => {
    await bot.kubectl("scale", "deployment/hivemind-bot", "--replicas=0");
    await bot.kubectl("wait", "--for=delete", "pod", "--selector=app=hivemind-bot", "--timeout=20s");
    const holder = (await bot.lease()).spec?.holderIdentity;
    if (holder) throw new Error(`${holder} still holds it`);
  });
}

async function perform(steps: Steps, stack: AsyncDisposableStack): Promise<void> {
  const ports = { discord: freePort(), backend: freePort() };
  const audit = await AuditLog.create(stack);
  const cluster = stack.use(await OwnCluster.create());
  await steps.step("a cluster with controllers and three nodes", async () => {
    await cluster.call("up", ...audit.flags);
    await cluster.call("controllers");
    await cluster.call("nodes", "--read-only-root", "--run", `${botContainer().image}=${imageCommand(ports.discord)}`);
  });
  const discord = await steps.step("outside of it, Discord", async () => {
    const discord = stack.use(await startDiscordDouble({ hostname: OUTSIDE, port: ports.discord }));
    discord.world.addGuild({ memberCount: MEMBERS });
    return discord;
  });
  await steps.step("and the backend", () => startBackend(ports.backend, stack));

  const stage = { steps, cluster, bot: new Deployment(cluster, NAMESPACE), discord, audit };
  await quickStart(stage, ports.backend);
  await disturb(stage, await observe(stage));
  await sufferFaults(stage);
  await scaleDown(stage);
  await steps.step("Discord has nothing to object to", () => Promise.resolve(discord.assertNoViolations()));
}

await runTask(async (stack) => {
  if (!OwnCluster.isAvailable()) throw new CannotRun("contract:deploy needs ../shared/cluster beside this project.");
  if (Deno.uid() !== 0) throw new CannotRun("contract:deploy makes nodes, which takes root; run it as root.");
  const steps = new Steps();
  return await steps.all(() => perform(steps, stack));
});
