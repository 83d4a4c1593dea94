/** The mounted service account: its token and the cluster's CA, read anew each time because both rotate, and its namespace. */
import { Failure } from "../failure.ts";
import type { Log } from "../log.ts";

/** Where Kubernetes mounts it. */
export const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The pod's namespace: `podNamespace` (the value of `POD_NAMESPACE`), else the service account's, else `default`. */
export async function findNamespace(
  log: Log,
  { podNamespace, serviceAccountDir = SERVICE_ACCOUNT_DIR }: {
    podNamespace?: string | undefined;
    serviceAccountDir?: string;
  },
): Promise<string> {
  if (podNamespace) {
    log.info("using namespace from POD_NAMESPACE env var", { namespace: podNamespace });
    return podNamespace;
  }
  const path = `${serviceAccountDir}/namespace`;
  const namespace = await Deno.readTextFile(path).then((text) => text.trim(), () => "");
  if (namespace !== "") {
    log.info("detected namespace from service account", { namespace });
    return namespace;
  }
  log.warn("cannot tell the namespace, using default; set POD_NAMESPACE", { namespace: "default", path });
  return "default";
}

/** What a request to the API needs. */
export interface Credentials {
  readonly token: string;
  /** PEM. */
  readonly ca: string;
}

/**
 * Token and CA as they are now.
 *
 * @throws {Failure} `refused_token` if one cannot be read.
 */
export async function readCredentials(serviceAccountDir: string): Promise<Credentials> {
  const [token, ca] = await Promise.all([
    readMounted(serviceAccountDir, "token"),
    readMounted(serviceAccountDir, "ca.crt"),
  ]);
  return { token: token.trim(), ca };
}

async function readMounted(dir: string, file: string): Promise<string> {
  const path = `${dir}/${file}`;
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const what = file === "token" ? "token" : "CA";
    throw new Failure(
      "refused_token",
      `Cannot read the service account ${what} at ${path}; is serviceAccountName set?`,
      { cause },
    );
  }
}
