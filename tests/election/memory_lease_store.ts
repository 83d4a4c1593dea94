/** A Lease API in memory, on virtual time, for tests of the elector: latency, faults by request, edits by hand. */
import { type Clock, sleep } from "../../src/clock.ts";
import {
  type Answer,
  type LeaseObject,
  type LeaseRecord,
  type LeaseStore,
  toRecord,
  type WatchEnd,
  type WatchRequest,
} from "../../src/election/lease.ts";

export type Verb = "get" | "create" | "update" | "watch";

/** Of one candidate. `atMs` is when the request was sent. */
export interface Call {
  client: string;
  verb: Verb;
  atMs: number;
  lease?: LeaseObject;
}

/** What happens to a request: lost on the way there or back, late, or answered otherwise; undefined: nothing. */
export type Fault =
  | { kind: "lostRequest" | "lostAnswer" | "lateAnswer" | "lateRequest"; delayMs?: number }
  | { kind: "answer"; answer: Answer }
  | { kind: "end"; end: WatchEnd };

export interface Cluster {
  readonly calls: Call[];
  fault: (call: Call) => Fault | undefined;
  lease(): LeaseRecord | undefined;
  /** By hand, at once. */
  edit(change: (lease: LeaseObject) => LeaseObject | undefined): void;
  store(client: string): LeaseStore;
}

export function memoryCluster(clock: Clock, latencyMs = 5): Cluster {
  const calls: Call[] = [];
  const watchers = new Set<(lease: LeaseRecord, isDeleted: boolean) => void>();
  let version = 100;
  let lease: LeaseRecord | undefined;

  function put(object: LeaseObject | undefined): LeaseRecord | undefined {
    const last = object ?? lease?.object ?? {};
    const written = toRecord({ ...last, metadata: { ...last.metadata, resourceVersion: String(++version) } });
    const isDeleted = object === undefined;
    lease = isDeleted ? undefined : written;
    for (const tell of [...watchers]) tell(written, isDeleted);
    return lease;
  }

  function carryOut({ verb, lease: wanted }: Call): Answer {
    if (verb === "get") return lease ? { kind: "lease", lease } : { kind: "absent" };
    if (verb === "create" ? lease !== undefined : lease === undefined) {
      return verb === "create" ? { kind: "conflict" } : { kind: "absent" };
    }
    if (verb === "update" && wanted?.metadata?.resourceVersion !== lease?.version) return { kind: "conflict" };
    const written = put(wanted);
    return written ? { kind: "lease", lease: written } : { kind: "absent" };
  }

  const cluster: Cluster = {
    calls,
    fault: () => undefined,
    lease: () => lease,
    edit: (change) => void put(change(lease?.object ?? {})),
    store: (client) => ({
      get: (signal) => request({ client, verb: "get", atMs: clock.monotonicMs() }, signal),
      create: (wanted, signal) => request({ client, verb: "create", atMs: clock.monotonicMs(), lease: wanted }, signal),
      update: (wanted, signal) => request({ client, verb: "update", atMs: clock.monotonicMs(), lease: wanted }, signal),
      watch: (wanted) => watch({ client, verb: "watch", atMs: clock.monotonicMs() }, wanted),
    }),
  };

  async function request(call: Call, signal: AbortSignal): Promise<Answer> {
    calls.push(call);
    const fault = cluster.fault(call);
    const delayMs = fault && "delayMs" in fault ? fault.delayMs ?? 0 : 0;
    const server = async (): Promise<Answer> => {
      await sleep(clock, latencyMs + (fault?.kind === "lateRequest" ? delayMs : 0));
      if (fault?.kind === "lostRequest") return await new Promise<Answer>(() => {});
      const answer = fault?.kind === "answer" ? fault.answer : carryOut(call);
      if (fault?.kind === "lostAnswer") return await new Promise<Answer>(() => {});
      await sleep(clock, latencyMs + (fault?.kind === "lateAnswer" ? delayMs : 0));
      return answer;
    };
    const aborted = new Promise<Answer>((resolve) => {
      const give = () => resolve({ kind: "unknown", reason: String(signal.reason?.message ?? "aborted") });
      if (signal.aborted) give();
      signal.addEventListener("abort", give, { once: true });
    });
    return await Promise.race([server(), aborted]);
  }

  async function watch(call: Call, wanted: WatchRequest): Promise<WatchEnd> {
    calls.push(call);
    const fault = cluster.fault(call);
    await sleep(clock, latencyMs);
    if (fault?.kind === "end") return fault.end;
    wanted.onOpen();
    const isStalled = fault?.kind === "lostAnswer";
    const tell = (changed: LeaseRecord, isDeleted: boolean) => {
      if (!isStalled) clock.after(latencyMs, () => wanted.signal.aborted || wanted.onChange(changed, isDeleted));
    };
    if (lease !== undefined && lease.version !== wanted.fromVersion) tell(lease, false);
    watchers.add(tell);
    await sleep(clock, wanted.durationMs, wanted.signal).catch(() => {});
    watchers.delete(tell);
    return { kind: "ended" };
  }

  return cluster;
}
