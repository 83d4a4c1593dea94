/** Candidates for tests of the elector: several in one process, on one virtual clock and one Lease. */
import type { Log } from "../../src/log.ts";
import { Elector, type ElectorOptions } from "../../src/election/elector.ts";
import type { Term } from "../../src/election/term.ts";
import { VirtualClock } from "../doubles/virtual_clock.ts";
import { type Cluster, memoryCluster } from "./memory_lease_store.ts";

export const TIMING = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 };

export interface Line {
  level: string;
  msg: string;
  fields: Readonly<Record<string, unknown>>;
}

export interface Replica {
  readonly elector: Elector;
  readonly terms: Term[];
  readonly lines: Line[];
  readonly events: string[];
  /** Asks it to end, as a first SIGTERM does. */
  stop(): void;
  /** Resolves when it has ended. */
  readonly done: Promise<void>;
  holds(): boolean;
  said(msg: string): Line | undefined;
}

export interface World {
  readonly clock: VirtualClock;
  readonly cluster: Cluster;
  start(identity: string, options?: Partial<ElectorOptions>): Replica;
  /** Ends all of them. */
  end(): Promise<void>;
}

/** Work that stops as soon as it is told to. */
export function untilAborted({ signal }: Term): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export function newWorld(seed = 1): World {
  const clock = new VirtualClock();
  const cluster = memoryCluster(clock);
  const random = seeded(seed);
  const replicas: Replica[] = [];

  function start(identity: string, options: Partial<ElectorOptions> = {}): Replica {
    const lines: Line[] = [];
    const events: string[] = [];
    const terms: Term[] = [];
    const controller = new AbortController();
    const { lead = untilAborted, ...rest } = options;
    const elector = new Elector({
      clock,
      log: logInto(lines),
      random,
      store: cluster.store(identity),
      leaseName: "hivemind-bot-sync-leader",
      identity,
      namespace: "hivemind",
      timing: TIMING,
      onEvent: ({ type }) => void events.push(type),
      ...rest,
      lead: (term) => {
        terms.push(term);
        return lead(term);
      },
    });
    const replica: Replica = {
      elector,
      terms,
      lines,
      events,
      stop: () => controller.abort(),
      done: elector.run(controller.signal),
      holds: () => terms.some((term) => isHeld(term)),
      said: (msg) => lines.find((line) => line.msg === msg),
    };
    replicas.push(replica);
    return replica;
  }

  async function end(): Promise<void> {
    cluster.fault = () => undefined;
    for (const replica of replicas) replica.stop();
    await clock.advance(60_000);
    await Promise.all(replicas.map((replica) => replica.done));
  }

  return { clock, cluster, start, end };
}

function isHeld(term: Term): boolean {
  try {
    term.assertHeld();
    return true;
  } catch {
    return false;
  }
}

/** A log that keeps its lines. */
export function logInto(lines: Line[]): Log {
  const at = (level: string) => (msg: string, fields: Readonly<Record<string, unknown>> = {}) =>
    void lines.push({ level, msg, fields });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A small generator of numbers in [0, 1) (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
