/** The words of the election: its states, what happens to them, and what they ask for. */
import type { Answer, LeaseRecord } from "./lease.ts";
import type { Sight } from "./sight.ts";

/** What a state waits for from the store. It is sent when it appears in a state and cancelled when the state is left. */
export type Request =
  /** Because nothing was heard for long, or because what was seen is outdated. */
  | { readonly kind: "read"; readonly sentAtMs: number; readonly why: "silence" | "doubt" }
  | { readonly kind: "write"; readonly sentAtMs: number; readonly claim: Claim };

/** A write: what it says, on top of which version, in the name of which term. */
export interface Claim {
  readonly kind: "acquire" | "renew" | "release";
  readonly base: LeaseRecord | undefined;
  readonly nonce: string;
}

/** What a candidate remembers from state to state. */
export interface Memory {
  readonly sight: Sight | undefined;
  readonly isWatching: boolean;
  /** To hold the Lease; each has a nonce of its own. */
  readonly attempts: number;
  /** Requests in a row that failed. */
  readonly failures: number;
  /** After having given up the Lease on purpose, others go first. */
  readonly notBeforeMs: number;
  /** Asked to end for good. */
  readonly isClosing: boolean;
}

interface Waiting {
  readonly memory: Memory;
  readonly request: Request | undefined;
  /** The one timer. */
  readonly wakeAtMs: number;
}

/** An acquisition that was sent. */
export interface Attempt {
  readonly nonce: string;
  readonly sentAtMs: number;
}

/** Someone else leads, or nobody. */
export interface Following extends Waiting {
  readonly name: "following";
  /** An acquisition whose outcome is open. */
  readonly inDoubt: Attempt | undefined;
  /** What was seen is outdated; nothing is tried on it. */
  readonly mustRead: boolean;
  /** No request before. */
  readonly retryAtMs: number;
}

/** The write that would make this one the leader is under way. */
export interface Acquiring extends Waiting, Attempt {
  readonly name: "acquiring";
}

export interface Leading extends Waiting {
  readonly name: "leading";
  readonly nonce: string;
  readonly token: string;
  /** When the last accepted write was sent. */
  readonly renewedAtMs: number;
  readonly nextAtMs: number;
  /** The last write's outcome is open; a read comes before the next one. */
  readonly isInDoubt: boolean;
}

/** The term is over and its work has not settled yet. */
export interface Stopping extends Waiting {
  readonly name: "stopping";
  readonly nonce: string;
  readonly mayRelease: boolean;
  readonly untilMs: number;
}

/** The work has settled; the Lease is handed back. */
export interface Releasing extends Waiting {
  readonly name: "releasing";
  readonly nonce: string;
  readonly untilMs: number;
}

export interface Stopped {
  readonly name: "stopped";
}

export type Live = Following | Acquiring | Leading | Stopping | Releasing;
export type State = Live | Stopped;

export type Event =
  | { readonly type: "wake" }
  /** To the request that the state waits for; never to one that was cancelled. */
  | { readonly type: "answered"; readonly answer: Answer }
  | { readonly type: "seen"; readonly lease: LeaseRecord; readonly isDeleted: boolean }
  | { readonly type: "watch"; readonly isUp: boolean }
  /** The leader-only work has ended. */
  | { readonly type: "settled" }
  | { readonly type: "shutdown" };

export type Command =
  | { readonly do: "lead"; readonly lease: LeaseRecord; readonly validUntilMs: number }
  | { readonly do: "extend"; readonly validUntilMs: number }
  | { readonly do: "endTerm"; readonly reason: string }
  /** The watch has missed something. */
  | { readonly do: "rewatch" }
  | { readonly do: "report"; readonly what: "released" | "notReleased" | "notSettled" | "workEnded" };
