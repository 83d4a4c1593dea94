/** The running Deployment as an operator sees it: pods, Lease, and what the replicas say of themselves. */
import type { V1Lease, V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "./kube.ts";
import { soon } from "./task.ts";

export const LEASE = "hivemind-bot-sync-leader";
const SELECTOR = "app=hivemind-bot";
const METRICS_PORT = 9100;
/** A pod that is stopped or cut off does not answer. */
const PATIENCE_MS = 1_000;

/** What a replica says of the election. */
export interface ElectionView {
  readonly isLeader: boolean;
  readonly leader?: string;
}

export class Deployment {
  readonly namespace: string;
  readonly #cluster: Cluster;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.namespace = namespace;
  }

  /** `kubectl` in the Deployment's namespace. */
  kubectl(...args: string[]): Promise<string> {
    return this.#cluster.kubectl(["--namespace", this.namespace, ...args]);
  }

  async #get<T>(...what: string[]): Promise<T> {
    return JSON.parse(await this.kubectl("get", ...what, "--output", "json"));
  }

  lease(): Promise<V1Lease> {
    return this.#get("lease", LEASE);
  }

  /** The pods that are meant to stay. */
  async pods(): Promise<V1Pod[]> {
    const { items } = await this.#get<{ items: V1Pod[] }>("pods", "--selector", SELECTOR);
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  }

  /** Waits until this many pods are there and all are ready. */
  ready(count: number, withinMs: number): Promise<V1Pod[]> {
    return soon(() => this.pods(), {
      until: (pods) =>
        pods.length === count && pods.every(({ status }) => status?.containerStatuses?.every(({ ready }) => ready)),
      withinMs,
    });
  }

  pod(name: string): Promise<V1Pod> {
    return this.#get("pod", name);
  }

  /** A metric of a pod; 0 while there is no such line. */
  async metric(pod: V1Pod | undefined, line: RegExp): Promise<number> {
    const text = await this.#ask(pod, "/metrics");
    return Number(text.match(new RegExp(`^${line.source} (\\S+)$`, "m"))?.[1] ?? 0);
  }

  /** What a pod says of the election. */
  async election(name: string): Promise<ElectionView> {
    return JSON.parse(await this.#ask(await this.pod(name), "/state")).election;
  }

  async #ask(pod: V1Pod | undefined, path: string): Promise<string> {
    const url = `http://${pod?.status?.podIP}:${METRICS_PORT}${path}`;
    return await (await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })).text();
  }

  /**
   * Waits until the Lease and the replicas' own metrics name the same leader, and only one.
   *
   * @param options.except a pod that cannot be asked, and must not be the one
   * @returns its name
   */
  async oneLeader(withinMs: number, { except }: { except?: string } = {}): Promise<string> {
    const look = async () => {
      const pods = (await this.pods()).filter(({ metadata }) => metadata?.name !== except);
      const leads = await Promise.all(pods.map((pod) => this.metric(pod, /leader_election_master_status\{.*\}/)));
      const leaders = pods.filter((_, index) => leads[index] === 1).map(({ metadata }) => metadata?.name);
      return { holder: (await this.lease()).spec?.holderIdentity ?? "", leaders };
    };
    const { holder } = await soon(look, {
      until: ({ holder, leaders }) => leaders.length === 1 && leaders[0] === holder,
      withinMs,
    });
    return holder;
  }
}
