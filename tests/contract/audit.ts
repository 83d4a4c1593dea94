/** Who wrote to Leases and when, by the API server's own audit log. */
import { LEASE } from "./deployment.ts";

/** A write that the API server has answered. */
export interface LeaseWrite {
  /** Wall-clock milliseconds at which it came in. */
  readonly atMs: number;
  /** The holder that it names; empty for a release. */
  readonly holder: string;
  readonly code: number;
}

interface AuditEvent {
  readonly verb: string;
  readonly requestReceivedTimestamp: string;
  readonly objectRef?: { readonly name?: string; readonly namespace?: string };
  readonly requestObject?: { readonly spec?: { readonly holderIdentity?: string } };
  readonly responseStatus?: { readonly code?: number };
}

const POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "Request",
      verbs: ["create", "update"],
      resources: [{ group: "coordination.k8s.io", resources: ["leases"] }],
    },
    { level: "None" },
  ],
};

export class AuditLog {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** In a temporary folder that is removed with the stack. */
  static async create(stack: AsyncDisposableStack): Promise<AuditLog> {
    const dir = await Deno.makeTempDir({ prefix: "hivemind-audit-" });
    stack.defer(() => Deno.remove(dir, { recursive: true }));
    await Deno.writeTextFile(`${dir}/policy.json`, JSON.stringify(POLICY));
    return new AuditLog(dir);
  }

  /** For kube-apiserver. */
  get flags(): string[] {
    return [`--audit-log-path=${this.#dir}/log`, `--audit-policy-file=${this.#dir}/policy.json`];
  }

  /** Writes to the bot's Lease that name this holder, from a moment on. */
  async writes(namespace: string, { holder, sinceMs }: { holder: string; sinceMs: number }): Promise<LeaseWrite[]> {
    const lines = (await Deno.readTextFile(`${this.#dir}/log`)).split("\n").filter((line) => line !== "");
    return lines.map((line): AuditEvent => JSON.parse(line))
      .filter(({ objectRef }) => objectRef?.namespace === namespace && objectRef.name === LEASE)
      .map(({ requestObject, requestReceivedTimestamp, responseStatus }) => ({
        atMs: Date.parse(requestReceivedTimestamp),
        holder: requestObject?.spec?.holderIdentity ?? "",
        code: responseStatus?.code ?? 0,
      }))
      .filter((write) => write.holder === holder && write.atMs >= sinceMs);
  }
}
