/** What the bot expects of Kubernetes, asked of a real kube-apiserver; `cluster.ts` prepares it and runs it. */
import { assertEquals } from "@std/assert";
import { loadAll } from "js-yaml";
import { documentsOf, MANIFESTS } from "../manifests/project_files.ts";
import { Cluster } from "./kube.ts";
import { fromEnvironment } from "./suite_setup.ts";
import { soon } from "./task.ts";

const LEASE = "leases/hivemind-bot-sync-leader";
const K8S = new URL("../../k8s", import.meta.url).pathname;

const setup = fromEnvironment();
const cluster = new Cluster(setup.kubeconfig, setup.path);
const inNamespace = ["--namespace", setup.namespace];

/** Whether the service account of the bot may do something. */
async function mayBot(...what: string[]): Promise<boolean> {
  const account = `--as=system:serviceaccount:${setup.namespace}:${setup.account}`;
  const { stdout, stderr } = await cluster.tryKubectl([...inNamespace, "auth", "can-i", ...what, account]);
  if (stdout !== "yes" && stdout !== "no") throw new Error(stderr);
  return stdout === "yes";
}

Deno.test("the service account gets its rights", async () => {
  await soon(() => mayBot("get", LEASE), { until: (may) => may, withinMs: 10_000 });
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
