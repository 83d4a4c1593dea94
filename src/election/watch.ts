/** Keeps a watch on the Lease open: a hint that lets followers act at once. Nobody relies on it, so it may fail. */
import { type Clock, sleep } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LeaseRecord, LeaseStore, WatchEnd } from "./lease.ts";

export interface LeaseWatchOptions {
  clock: Clock;
  log: Log;
  random: () => number;
  store: LeaseStore;
  identity: string;
  retryPeriodMs: number;
  /** The newest version known; the watch begins after it. */
  version(): string | undefined;
  onChange(lease: LeaseRecord, isDeleted: boolean): void;
  onUp(isUp: boolean): void;
}

/** Long enough for three replicas to stay below two requests a minute in all. */
const DURATION_MS = 300_000;
/** A missing right is given by an operator, which takes time. */
const DENIED_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 30_000;

/** One watch after the other, from `start` to `stop`. */
export class LeaseWatch {
  readonly #options: LeaseWatchOptions;
  readonly #stopping = new AbortController();
  #current = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #hasSaidDenied = false;

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the current watch and opens another one. */
  restart(): void {
    this.#current.abort();
  }

  /** Resolves when nothing is open any more. */
  stop(): Promise<void> {
    this.#stopping.abort();
    this.#current.abort();
    return this.#running;
  }

  async #run(): Promise<void> {
    const { clock, random, retryPeriodMs } = this.#options;
    let failures = 0;
    let isOutdated = false;
    while (!this.#stopping.signal.aborted) {
      const startedAtMs = clock.monotonicMs();
      const end = await this.#watchOnce(isOutdated);
      isOutdated = end.kind === "outdated";
      const wasLong = clock.monotonicMs() - startedAtMs >= retryPeriodMs;
      failures = wasLong && end.kind !== "denied" ? 0 : failures + 1;
      const pauseMs = this.#pauseMs(end, failures) * (0.9 + 0.2 * random());
      await sleep(clock, pauseMs, this.#stopping.signal).catch(() => {});
    }
  }

  async #watchOnce(isOutdated: boolean): Promise<WatchEnd> {
    const { onChange, onUp, random, store, version } = this.#options;
    this.#current = new AbortController();
    const { signal } = this.#current;
    const fromVersion = isOutdated ? undefined : version();
    const isOver = () => signal.aborted || this.#stopping.signal.aborted;
    const end = await store.watch({
      fromVersion,
      durationMs: DURATION_MS * (0.9 + 0.2 * random()),
      onOpen: () => isOver() || onUp(true),
      onChange: (lease, isDeleted) => isOver() || onChange(lease, isDeleted),
      signal,
    });
    if (!this.#stopping.signal.aborted) onUp(false);
    if (end.kind === "denied") this.#sayDenied(end.reason);
    return end;
  }

  #pauseMs(end: WatchEnd, failures: number): number {
    if (end.kind === "denied") return DENIED_PAUSE_MS;
    if (failures === 0) return 0;
    return Math.min(LONGEST_PAUSE_MS, this.#options.retryPeriodMs / 8 * 2 ** failures);
  }

  #sayDenied(reason: string): void {
    if (this.#hasSaidDenied) return;
    this.#hasSaidDenied = true;
    const { identity, log } = this.#options;
    log.warn("the election may not watch its Lease, reading it each retry period instead", { identity, error: reason });
  }
}
