/** Failures of the REST API on demand: which requests they hit, how often and how. */

/** What happens to a request that a fault hits. */
export type FaultKind =
  /** 429 with `retry_after`; `global` stops the token, `shared` does not count against it. */
  | { readonly kind: "rate-limit"; readonly scope: "user" | "shared" | "global"; readonly retryAfterMs: number }
  /** An error of Discord, before anything was done. */
  | { readonly kind: "status"; readonly status: number; readonly code?: number; readonly message?: string }
  /** The answer waits, `forMs` by the clock (`Infinity`: until {@linkcode Fault.remove}). */
  | { readonly kind: "stall"; readonly forMs: number; readonly when?: "before" | "after" }
  /** The connection breaks without an answer: `after` the request took effect, or `before`. */
  | { readonly kind: "cut"; readonly when: "before" | "after" };

/** Which requests a fault hits. */
export interface FaultTarget {
  /** `METHOD /path` without the base; `:name` is any one segment: `POST /interactions/:id/:token/callback`; `ANY` any method. */
  readonly route: string;
  /** Only requests of this replica. */
  readonly replica?: string;
  /** How many requests it hits; default 1. */
  readonly times?: number;
  /** Requests it lets pass first. */
  readonly skip?: number;
}

/** A fault in force. */
export interface Fault {
  /** Requests hit so far. */
  readonly hits: number;
  /** Ends it; requests that it holds go on. */
  remove(): void;
}
