/** Credentials of a real cluster that do not suffice: an account that lacks a right, a token whose time is over. */
import type { Cluster } from "./kube.ts";
import { soon } from "./task.ts";

export interface LimitedAccountOptions {
  namespace: string;
  leaseName: string;
  /** The verb that it may not. */
  missing: string;
  /** PEM. */
  ca: string;
}

/** An account with what the bot has, but for one verb. @returns the folder of its mount */
export async function limitedAccount(cluster: Cluster, options: LimitedAccountOptions): Promise<string> {
  const { ca, leaseName, missing, namespace } = options;
  const name = `without-${missing}`;
  await cluster.kubectl(["apply", "--filename=-"], { stdin: accountManifest(name, options) });
  const held = ["auth", "can-i", missing === "get" ? "update" : "get", `leases/${leaseName}`];
  const inNamespace = ["--namespace", namespace];
  const as = `--as=system:serviceaccount:${namespace}:${name}`;
  await soon(() => cluster.tryKubectl([...inNamespace, ...held, as]), {
    until: ({ stdout }) => stdout === "yes",
    withinMs: 10_000,
  });
  const dir = await Deno.makeTempDir({ prefix: "hivemind-account-" });
  const token = await cluster.kubectl([...inNamespace, "create", "token", name]);
  await Promise.all([
    Deno.writeTextFile(`${dir}/token`, token, { mode: 0o600 }),
    Deno.writeTextFile(`${dir}/ca.crt`, ca),
  ]);
  return dir;
}

/** Account, Role and RoleBinding. */
function accountManifest(name: string, { leaseName, missing, namespace }: LimitedAccountOptions): string {
  const rbac = "rbac.authorization.k8s.io";
  const metadata = { name, namespace };
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  const verbs = ["get", "update", "watch"].filter((verb) => verb !== missing);
  const ofTheLease = { ...leases, resourceNames: [leaseName], verbs };
  const rules = missing === "create" ? [ofTheLease] : [ofTheLease, { ...leases, verbs: ["create"] }];
  const roleRef = { apiGroup: rbac, kind: "Role", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const items = [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata, rules },
    { apiVersion: `${rbac}/v1`, kind: "RoleBinding", metadata, roleRef, subjects },
  ];
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

const KEYS = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_S = 86_400;

/**
 * The same token as it was issued two days before, when it held for as long; signed with the key of a cluster of our own.
 *
 * @param options.folder where that cluster keeps its data
 */
export async function expiredTokenLike(token: string, { folder }: { folder: string }): Promise<string> {
  const [head = "", payload = ""] = token.split(".");
  const claims: { exp: number; iat: number; nbf: number } = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(payload, { alphabet: "base64url" })),
  );
  const past = {
    ...claims,
    exp: claims.exp - 2 * DAY_S,
    iat: claims.iat - 2 * DAY_S,
    nbf: claims.nbf - 2 * DAY_S,
  };
  const pem = await Deno.readTextFile(`${folder}/pki/accounts.key`);
  const der = Uint8Array.fromBase64(pem.replace(/-----[^-]+-----/g, ""));
  const key = await crypto.subtle.importKey("pkcs8", der, KEYS, false, ["sign"]);
  const text = `${head}.${base64Url(new TextEncoder().encode(JSON.stringify(past)))}`;
  const signature = await crypto.subtle.sign(KEYS, key, new TextEncoder().encode(text));
  return `${text}.${base64Url(new Uint8Array(signature))}`;
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
