/** What the task `contract:cluster` has prepared for its suite, which runs as a process of its own. */

export interface SuiteSetup {
  /** Credentials of an administrator. */
  kubeconfig: string;
  /** A `PATH` with `kubectl`. */
  path: string;
  /** URL of the kube-apiserver, without a path. */
  server: string;
  /** A scratch namespace in which `k8s/bot-rbac.yaml` has been applied. */
  namespace: string;
  /** The service account of that file. */
  account: string;
  /** Whose token `adminToken` is. */
  adminAccount: string;
  /** `token`, `ca.crt` and `namespace` of that account, as a pod finds them. */
  serviceAccountDir: string;
  /** Token of an account that may do everything with Leases in the namespace. */
  adminToken: string;
  /** Of a cluster of our own, which may be restarted and whose keys are at hand; absent for somebody else's. */
  ownFolder?: string;
}

const VARIABLE = "HIVEMIND_CONTRACT";

/** The environment that the suite is started with. */
export function toEnvironment(setup: SuiteSetup): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(setup) };
}

/** @throws {Error} when the suite was not started by the task */
export function fromEnvironment(): SuiteSetup {
  const value = Deno.env.get(VARIABLE);
  if (value === undefined) throw new Error("This suite needs a cluster; run it as `deno task contract:cluster`.");
  return JSON.parse(value);
}
