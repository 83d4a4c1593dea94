import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { load } from "js-yaml";
import { schemaProblems } from "./kubernetes_schema.ts";
import { documentsOf, kindOf, MANIFESTS, textOf, theOnly } from "./project_files.ts";

for (const manifest of MANIFESTS) {
  Deno.test(`k8s/${manifest} fits the Kubernetes API in every field`, () => {
    assertEquals(documentsOf(manifest).flatMap(schemaProblems), []);
  });
}

Deno.test("every object has the same name and label, and leaves the namespace to whoever applies it", () => {
  for (const object of MANIFESTS.flatMap(documentsOf)) {
    assert(typeof object === "object" && object !== null);
    const metadata: unknown = Reflect.get(object, "metadata");
    assertEquals(metadata, { name: "hivemind-bot", labels: { app: "hivemind-bot" } }, kindOf(object));
  }
});

Deno.test("the manifests hold what the quick start applies and nothing else", () => {
  assertEquals(MANIFESTS.map((manifest) => documentsOf(manifest).map(kindOf)), [
    ["ServiceAccount", "Role", "RoleBinding"],
    ["Secret"],
    ["Deployment", "PodDisruptionBudget"],
  ]);
});

Deno.test("the bot may read, watch and write its own Lease, create it, and nothing else", () => {
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  assertEquals(theOnly("Role").rules, [
    { ...leases, resourceNames: ["hivemind-bot-sync-leader"], verbs: ["get", "update", "watch"] },
    { ...leases, verbs: ["create"] },
  ]);
});

Deno.test("only the Deployment's pods get a service account token", () => {
  const [account] = documentsOf("bot-rbac.yaml");
  assert(typeof account === "object" && account !== null);
  assertEquals(Reflect.get(account, "automountServiceAccountToken"), false);
  const pod = theOnly("Deployment").spec?.template.spec;
  assertEquals([pod?.serviceAccountName, pod?.automountServiceAccountToken], ["hivemind-bot", true]);
});

Deno.test("kustomize leaves the Secret's placeholders out of the cluster", () => {
  const kustomization = load(textOf("k8s/kustomization.yaml"));
  assert(typeof kustomization === "object" && kustomization !== null);
  assertEquals(Reflect.get(kustomization, "resources"), ["bot-rbac.yaml", "bot-deployment.yaml"]);
});

Deno.test("the Secret holds placeholders that the quick start fills in", () => {
  const { stringData = {} } = theOnly("Secret");
  for (const [key, value] of Object.entries(stringData)) {
    assertEquals(value, `YOUR_${key}`);
    assertStringIncludes(textOf("k8s/README.md"), `s|YOUR_${key}|$${key}|`);
  }
});
