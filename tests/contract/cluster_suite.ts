/** What the bot expects of Kubernetes, asked of a real kube-apiserver; `cluster.ts` prepares it and runs it. */
import { assertEquals } from "@std/assert";
import { loadAll } from "js-yaml";
import { documentsOf, MANIFESTS } from "../manifests/project_files.ts";
import { openAdminClient } from "./admin_client.ts";
import { callCluster, Cluster, OWN_CLUSTER_FLAGS } from "./kube.ts";
import { LEASE_NAME, leaseStoreContract } from "./lease_store_contract.ts";
import { expiredTokenLike, limitedAccount } from "./limited_credentials.ts";
import { fromEnvironment } from "./suite_setup.ts";
import { soon } from "./task.ts";

const LEASE = `leases/${LEASE_NAME}`;
const K8S = new URL("../../k8s", import.meta.url).pathname;

const setup = fromEnvironment();
const cluster = new Cluster(setup.kubeconfig, setup.path);
const inNamespace = ["--namespace", setup.namespace];

/** Whether a service account of the namespace may do something. */
async function may(account: string, what: readonly string[]): Promise<boolean> {
  const user = `--as=system:serviceaccount:${setup.namespace}:${account}`;
  const { stdout, stderr } = await cluster.tryKubectl([...inNamespace, "auth", "can-i", ...what, user]);
  if (stdout !== "yes" && stdout !== "no") throw new Error(stderr);
  return stdout === "yes";
}

const mayBot = (...what: string[]) => may(setup.account, what);

Deno.test("rights hold soon after they were applied", async () => {
  const wanted: [string, string[]][] = [
    [setup.account, ["get", LEASE]],
    [setup.account, ["create", "leases"]],
    [setup.adminAccount, ["delete", "leases"]],
  ];
  for (const [account, what] of wanted) {
    await soon(() => may(account, what), { until: (allowed) => allowed, withinMs: 10_000 });
  }
});

const { ownFolder = "" } = setup;
const isOurs = ownFolder !== "";

leaseStoreContract({
  name: "kube-apiserver",
  restarts: isOurs,
  expires: isOurs,
  keepsWishes: isOurs,
  async open() {
    const { adminToken, namespace, server, serviceAccountDir } = setup;
    const { hostname, port } = new URL(server);
    const ca = await Deno.readTextFile(`${serviceAccountDir}/ca.crt`);
    const token = await Deno.readTextFile(`${serviceAccountDir}/token`);
    const admin = openAdminClient({ server, ca, credentials: { token: adminToken } });
    const limited = new AsyncDisposableStack();
    return {
      host: hostname,
      port: Number(port || 443),
      namespace,
      serviceAccountDir,
      admin: admin.api,
      async dirWithout(missing) {
        const dir = await limitedAccount(cluster, { namespace, leaseName: LEASE_NAME, missing, ca });
        limited.defer(() => Deno.remove(dir, { recursive: true }));
        return dir;
      },
      expiredToken: () => expiredTokenLike(token, { folder: ownFolder }),
      async restart(meanwhile) {
        await callCluster(ownFolder, "down");
        await meanwhile();
        await callCluster(ownFolder, "up", ...OWN_CLUSTER_FLAGS);
      },
      async close() {
        admin[Symbol.dispose]();
        await limited.disposeAsync();
      },
    };
  },
});

Deno.test("the bot may get, update, watch and create its Lease", async () => {
  for (const verb of ["get", "update", "watch"]) assertEquals(await mayBot(verb, LEASE), true, verb);
  assertEquals(await mayBot("create", "leases"), true);
});

Deno.test("the bot may do nothing else with Leases", async () => {
  for (const verb of ["delete", "patch", "list", "deletecollection"]) {
    assertEquals(await mayBot(verb, LEASE), false, verb);
  }
  for (const verb of ["get", "update", "watch"]) assertEquals(await mayBot(verb, "leases/another"), false, verb);
  for (const verb of ["list", "watch"]) assertEquals(await mayBot(verb, "leases"), false, verb);
});

Deno.test("the bot may see neither secrets nor pods, nor Leases of other namespaces", async () => {
  for (const verb of ["get", "list", "watch", "create"]) {
    assertEquals(await mayBot(verb, "secrets"), false, `${verb} secrets`);
    assertEquals(await mayBot(verb, "pods"), false, `${verb} pods`);
  }
  assertEquals(await mayBot("get", LEASE, "--namespace", "default"), false);
});

for (const manifest of MANIFESTS) {
  Deno.test(`the API accepts k8s/${manifest} in every field`, async () => {
    const applied = await cluster.kubectl(
      [...inNamespace, "apply", "--dry-run=server", "--validate=strict", "--filename", `${K8S}/${manifest}`],
    );
    assertEquals(applied.split("\n").length, documentsOf(manifest).length);
  });
}

Deno.test("the API accepts what kustomize makes of k8s/, all of it in one namespace", async () => {
  const rendered = await cluster.kubectl(["kustomize", K8S]);
  const moved = rendered.replaceAll(/^( +namespace: )hivemind$/gm, `$1${setup.namespace}`);
  const dryRun = ["apply", "--dry-run=server", "--validate=strict", "--filename=-"];
  const applied = await cluster.kubectl([...inNamespace, ...dryRun], { stdin: moved });
  assertEquals(applied.split("\n").length, loadAll(rendered).length);
});
