/** What a candidate has seen of the Lease, and from when on it may try to take it. Pure. */
import { isLater, type LeaseRecord } from "./lease.ts";

/** What does not change while a candidate lives. All times are of its own monotonic clock. */
export interface Rules {
  identity: string;
  /** Of this process alone, unlike the identity, which a restarted container keeps; part of each nonce. */
  incarnation: string;
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}

/** When a step happens, with a number in [0, 1) for its dice. */
export interface Moment {
  readonly nowMs: number;
  readonly chance: number;
}

/** The newest known Lease. */
export interface Sight {
  /** Undefined: there is none. */
  readonly lease: LeaseRecord | undefined;
  /** Of the newest version known, also when that is a deletion. */
  readonly version: string;
  readonly receivedAtMs: number;
  /** From when on it may be taken. */
  readonly freeAtMs: number;
}

/** One look at the Lease. `sentAtMs` is that of the read; a watch event has none. */
export interface Look {
  readonly lease: LeaseRecord | undefined;
  readonly version?: string;
  readonly sentAtMs?: number;
}

/** Followers spread over this time after a release, so that their writes do not all collide. */
const HERD_MS = 100;

/** The newer one of what is known and what came in; `before` itself when the look tells nothing newer. */
export function see(before: Sight | undefined, look: Look, rules: Rules, moment: Moment): Sight {
  const version = look.version ?? look.lease?.version ?? before?.version ?? "";
  if (before !== undefined && isOutdated(before, version, look.sentAtMs)) return before;
  const freeAtMs = freeAt(before, look.lease, rules, moment);
  return { lease: look.lease, version, receivedAtMs: moment.nowMs, freeAtMs };
}

/**
 * Watch events may arrive late, so an older version is no news. A read is always news, even with an older version (the
 * API's data may have been restored from a backup), unless something came in while it was under way.
 */
function isOutdated(before: Sight, version: string, sentAtMs: number | undefined): boolean {
  if (sentAtMs === undefined) return !isLater(version, before.version);
  return isLater(before.version, version) && before.receivedAtMs >= sentAtMs;
}

/** Counted from the local receipt of the last sign of life, never from times that another machine wrote. */
function freeAt(before: Sight | undefined, lease: LeaseRecord | undefined, rules: Rules, moment: Moment): number {
  const { nowMs, chance } = moment;
  // A deletion is no release: the holder may not know of it yet.
  if (lease === undefined) return before?.freeAtMs ?? nowMs;
  if (before?.lease?.pulse === lease.pulse) return before.freeAtMs;
  // Held by this identity while this process does not lead: the process that did is gone.
  if (lease.holder === rules.identity) return nowMs;
  if (lease.holder !== "") return nowMs + (lease.durationMs ?? rules.leaseDurationMs);
  if (lease.preferredHolder === rules.identity) return nowMs;
  return nowMs + (lease.preferredHolder === undefined ? chance * HERD_MS : rules.leaseDurationMs);
}

/** Whether this very term holds the Lease. */
export function isHeldBy(lease: LeaseRecord | undefined, nonce: string, rules: Rules): lease is LeaseRecord {
  return lease !== undefined && lease.holder === rules.identity && lease.nonce === nonce;
}
