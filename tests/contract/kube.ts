/** Clusters for the contract tasks: one that a kubeconfig names, or one of our own in a temporary folder. */
import { type CommandResult, runCommand } from "./command.ts";

const PROGRAM = new URL("../../../shared/cluster/cluster", import.meta.url).pathname;

/** So that `spec.preferredHolder` is kept; without it the API drops the field. */
export const OWN_CLUSTER_FLAGS = [
  "--feature-gates=CoordinatedLeaderElection=true",
  "--runtime-config=coordination.k8s.io/v1beta1=true",
];

/** A cluster that exists, and `kubectl` for its administrator. */
export class Cluster {
  readonly kubeconfig: string;
  /** An environment in which `kubectl` is this cluster's. */
  readonly env: Readonly<Record<string, string>>;

  constructor(kubeconfig: string, path = Deno.env.get("PATH") ?? "") {
    this.kubeconfig = kubeconfig;
    this.env = { KUBECONFIG: kubeconfig, PATH: path };
  }

  /** @returns what `kubectl` printed. @throws {Error} with its error output when it fails */
  async kubectl(args: readonly string[], options: { stdin?: string } = {}): Promise<string> {
    const { success, stdout, stderr } = await this.tryKubectl(args, options);
    if (!success) throw new Error(`kubectl ${args.join(" ")}: ${stderr || stdout}`);
    return stdout;
  }

  /** As {@linkcode Cluster.kubectl}, but a failure is a result. */
  tryKubectl(args: readonly string[], options: { stdin?: string } = {}): Promise<CommandResult> {
    return runCommand(["kubectl", ...args], { env: this.env, ...options });
  }
}

/** A cluster of our own, for one task; when it is disposed it is gone with all that runs in it. */
export class OwnCluster extends Cluster implements AsyncDisposable {
  readonly #dir: string;

  private constructor(dir: string) {
    super(`${dir}/cluster/admin.kubeconfig`, `${dir}/bin:${Deno.env.get("PATH") ?? ""}`);
    this.#dir = dir;
  }

  /** Whether the program that starts clusters is beside this project. */
  static isAvailable(): boolean {
    try {
      return Deno.statSync(PROGRAM).isFile;
    } catch {
      return false;
    }
  }

  /** A folder for a cluster that has yet to be started, by calling `up`; dispose it in any case. */
  static async create(): Promise<OwnCluster> {
    const dir = await Deno.makeTempDir({ prefix: "hivemind-contract-" });
    await Deno.mkdir(`${dir}/bin`);
    // The machine may have no kubectl; the program has one built in.
    const kubectl = `#!/bin/sh\nexec '${PROGRAM}' kubectl '${dir}/cluster' "$@"\n`;
    await Deno.writeTextFile(`${dir}/bin/kubectl`, kubectl, { mode: 0o755 });
    return new OwnCluster(dir);
  }

  /** What the cluster keeps is here; {@linkcode callCluster} takes it. */
  get folder(): string {
    return `${this.#dir}/cluster`;
  }

  /** Calls the program for this cluster. */
  call(verb: string, ...args: string[]): Promise<void> {
    return callCluster(this.folder, verb, ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.call("down");
    await Deno.remove(this.#dir, { recursive: true });
  }
}

/** Calls the program for the cluster in a folder. Its error output is shown as it comes, because a first build takes minutes. */
export async function callCluster(folder: string, verb: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(PROGRAM, { args: [verb, folder, ...args], stdout: "null" }).spawn().status;
  if (!success) throw new Error(`${PROGRAM} ${verb} failed; its error output is above.`);
}
