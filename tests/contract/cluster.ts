// deno-lint-ignore-file no-console -- contract tasks speak to the terminal
/**
 * `deno task contract:cluster`: what the bot expects of Kubernetes, asked of a real kube-apiserver, and with the rights that
 * `k8s/bot-rbac.yaml` gives. The cluster is the one of `KUBECONFIG`, in a namespace that is deleted afterwards; without it,
 * one of our own. Ends with `N passed, N failed`; the exit code is 2 where there is no cluster to ask.
 */
import { Cluster, OWN_CLUSTER_FLAGS, OwnCluster } from "./kube.ts";
import { runSuite } from "./suite_run.ts";
import { toEnvironment } from "./suite_setup.ts";
import { CannotRun, runTask } from "./task.ts";

const ACCOUNT = "hivemind-bot";
const ADMIN = "contract-admin";
const SUITE = new URL("cluster_suite.ts", import.meta.url).pathname;
const RBAC = new URL("../../k8s/bot-rbac.yaml", import.meta.url).pathname;

async function chooseCluster(stack: AsyncDisposableStack): Promise<Cluster> {
  const kubeconfig = Deno.env.get("KUBECONFIG");
  if (kubeconfig) {
    console.log(`Using the cluster of KUBECONFIG=${kubeconfig}.`);
    return new Cluster(kubeconfig);
  }
  if (!OwnCluster.isAvailable()) {
    throw new CannotRun(
      "There is no cluster to ask: set KUBECONFIG to the path of a kubeconfig that may create namespaces, roles and tokens. " +
        "A scratch namespace is used and deleted.",
    );
  }
  console.log("KUBECONFIG is not set; starting a cluster with ../shared/cluster.");
  const cluster = stack.use(await OwnCluster.create());
  await cluster.call("up", ...OWN_CLUSTER_FLAGS);
  // Started again, it has a history that its watch cache has not seen, as every cluster in use has: watches from there are outdated.
  await cluster.kubectl(["create", "namespace", "history"]);
  await cluster.call("down");
  await cluster.call("up", ...OWN_CLUSTER_FLAGS);
  return cluster;
}

/** The first thing that is asked: whether the cluster answers, and what it is. */
async function versionOf(cluster: Cluster): Promise<string> {
  const { success, stdout, stderr } = await cluster.tryKubectl(["version", "-o", "json"]);
  if (!success) throw new CannotRun(`kubectl with KUBECONFIG=${cluster.kubeconfig} reaches no cluster: ${stderr}`);
  return JSON.parse(stdout).serverVersion.gitVersion;
}

async function scratchNamespace(cluster: Cluster, stack: AsyncDisposableStack): Promise<string> {
  const namespace = `hivemind-contract-${crypto.randomUUID().slice(0, 8)}`;
  await cluster.kubectl(["create", "namespace", namespace]);
  stack.defer(async () => {
    await cluster.tryKubectl(["delete", "namespace", namespace, "--wait=false"]);
  });
  return namespace;
}

function tokenOf(cluster: Cluster, namespace: string, account: string): Promise<string> {
  return cluster.kubectl(["-n", namespace, "create", "token", account, "--duration=1h"]);
}

/** An account for the independent client that looks at the Lease and edits it; a kubeconfig may hold no token of its own. */
async function makeAdmin(cluster: Cluster, namespace: string): Promise<void> {
  const create = (...what: string[]) => cluster.kubectl(["-n", namespace, "create", ...what]);
  await create("serviceaccount", ADMIN);
  await create("role", ADMIN, "--verb=*", "--resource=leases.coordination.k8s.io");
  await create("rolebinding", ADMIN, `--role=${ADMIN}`, `--serviceaccount=${namespace}:${ADMIN}`);
}

/** The mount of a pod's service account, as a folder: the account's own token, the cluster's CA, the namespace. */
async function serviceAccountDir(cluster: Cluster, stack: AsyncDisposableStack, namespace: string): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "hivemind-account-" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  await Deno.writeTextFile(`${dir}/token`, await tokenOf(cluster, namespace, ACCOUNT), { mode: 0o600 });
  await Deno.writeTextFile(`${dir}/ca.crt`, await certificateAuthority(cluster));
  await Deno.writeTextFile(`${dir}/namespace`, namespace);
  return dir;
}

async function ofKubeconfig(cluster: Cluster, field: string): Promise<string> {
  const path = `jsonpath={.clusters[0].cluster.${field}}`;
  return await cluster.kubectl(["config", "view", "--raw", "--minify", "--flatten", "-o", path]);
}

async function serverOf(cluster: Cluster): Promise<string> {
  const server = await ofKubeconfig(cluster, "server");
  if (new URL(server).pathname === "/") return server;
  throw new CannotRun(
    `The cluster is behind a proxy at ${server}; pods reach their API without a path, and so must this task.`,
  );
}

async function certificateAuthority(cluster: Cluster): Promise<string> {
  const encoded = await ofKubeconfig(cluster, "certificate-authority-data");
  if (encoded === "") {
    throw new CannotRun(`The kubeconfig ${cluster.kubeconfig} names no certificate authority, which pods need too.`);
  }
  return atob(encoded);
}

await runTask(async (stack) => {
  const cluster = await chooseCluster(stack);
  const version = await versionOf(cluster);
  const namespace = await scratchNamespace(cluster, stack);
  console.log(`kube-apiserver ${version}, namespace ${namespace}`);
  await cluster.kubectl(["-n", namespace, "apply", "-f", RBAC]);
  await makeAdmin(cluster, namespace);
  return await runSuite(
    SUITE,
    toEnvironment({
      kubeconfig: cluster.kubeconfig,
      path: cluster.env.PATH ?? "",
      server: await serverOf(cluster),
      namespace,
      account: ACCOUNT,
      adminAccount: ADMIN,
      adminToken: await tokenOf(cluster, namespace, ADMIN),
      serviceAccountDir: await serviceAccountDir(cluster, stack, namespace),
      ...(cluster instanceof OwnCluster && { ownFolder: cluster.folder }),
    }),
  );
});
