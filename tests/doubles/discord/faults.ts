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

/** A fault that waits for requests. */
class ArmedFault implements Fault {
  readonly what: FaultKind;
  readonly released: Promise<void>;
  readonly #target: FaultTarget;
  readonly #release: () => void;
  #skip: number;
  #hits = 0;
  #removed = false;

  constructor(target: FaultTarget, what: FaultKind) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.what = what;
    this.released = promise;
    this.#release = resolve;
    this.#target = target;
    this.#skip = target.skip ?? 0;
  }

  get hits(): number {
    return this.#hits;
  }

  remove(): void {
    this.#removed = true;
    this.#release();
  }

  /** Whether it hits this request; counts it if so. */
  hit(method: string, path: string, replica: string): boolean {
    const { route, times = 1 } = this.#target;
    if (this.#removed || this.#hits >= times) return false;
    if (this.#target.replica !== undefined && this.#target.replica !== replica) return false;
    if (!matchesRoute(route, method, path)) return false;
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.#hits++;
    return true;
  }
}

/** Whether `METHOD /path` fits a pattern as {@linkcode FaultTarget.route} has it. */
export function matchesRoute(pattern: string, method: string, path: string): boolean {
  const [wantedMethod = "", wantedPath = ""] = pattern.split(" ");
  if (wantedMethod !== "ANY" && wantedMethod !== method) return false;
  const wanted = wantedPath.split("/");
  const segments = path.split("/");
  return wanted.length === segments.length &&
    wanted.every((segment, index) => segment.startsWith(":") || segment === segments[index]);
}

/** All faults of a double, in the order of their making; the first that fits hits. */
export class Faults {
  readonly #all: ArmedFault[] = [];

  add(target: FaultTarget, what: FaultKind): Fault {
    const fault = new ArmedFault(target, what);
    this.#all.push(fault);
    return fault;
  }

  clear(): void {
    for (const fault of this.#all.splice(0)) fault.remove();
  }

  /** The fault that this request meets, with what ends a stall of it early. */
  meet(method: string, path: string, replica: string): { what: FaultKind; released: Promise<void> } | undefined {
    return this.#all.find((fault) => fault.hit(method, path, replica));
  }
}
