/** Campaigns for the Lease and lets the leader-only work run while it is held. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Annotations, LeaseStore } from "./lease.ts";
import type { Term } from "./term.ts";

/** `leaseDurationMs > renewDeadlineMs > 1.2 × retryPeriodMs`; the duration is written in whole seconds, rounded up. */
export interface Timing {
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}

/** What happened, for metrics. */
export type ElectionEvent =
  | { readonly type: "elected"; readonly token: string }
  | { readonly type: "renewed" }
  | { readonly type: "lost"; readonly reason: string }
  | { readonly type: "released" };

export interface ElectorOptions {
  clock: Clock;
  log: Log;
  /** Uniform in [0, 1). */
  random: () => number;
  store: LeaseStore;
  leaseName: string;
  /** Of this process alone; the pod's name. */
  identity: string;
  /** Where the Lease is; for the log. */
  namespace: string;
  timing: Timing;
  /** Leader-only work; it runs until `term.signal` aborts and settles soon after. */
  lead(term: Term): Promise<void>;
  /** Written into the Lease along with each renewal and the release. */
  annotations?(): Annotations;
  onEvent?(event: ElectionEvent): void;
}

/** What the elector knows right now. */
export interface ElectorSnapshot {
  readonly state: "following" | "acquiring" | "leading" | "stopping" | "releasing" | "stopped";
  /** Who holds the Lease as far as was seen; undefined before the first answer, empty when nobody does. */
  readonly leader: string | undefined;
  readonly isLeader: boolean;
  /** Of the own term. */
  readonly token: string | undefined;
  /** Since the last accepted renewal of the own term was sent. */
  readonly renewedAgoMs: number | undefined;
  /** How long the own term holds without a further renewal. */
  readonly validForMs: number | undefined;
  /** What went wrong last, while it has not gone well since. */
  readonly lastError: string | undefined;
}

/** One candidate. */
export declare class Elector {
  constructor(options: ElectorOptions);
  run(signal: AbortSignal): Promise<void>;
  snapshot(): ElectorSnapshot;
}
