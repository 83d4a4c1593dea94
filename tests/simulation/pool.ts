/** Spreads seeds over the processors: one worker each, which takes the next few seeds whenever it has done some. */
import { Worker } from "node:worker_threads";
import type { Violation } from "./oracle.ts";
import type { PlantName } from "./plants.ts";

/** Seeds to run. */
export interface Order {
  readonly from: number;
  readonly count: number;
  readonly plant: PlantName | undefined;
}

export interface Found {
  readonly seed: number;
  readonly violation: Violation;
}

export interface SearchOptions {
  from: number;
  seeds: number;
  plant?: PlantName | undefined;
  workers?: number;
  /** Ends with the first violation; it is that of the smallest seed. */
  stopAtFirst?: boolean;
  onProgress?(done: number): void;
}

const SEEDS_PER_ORDER = 20;

/** The violations of a range of seeds, by seed. */
export async function search(options: SearchOptions): Promise<Found[]> {
  const { from, onProgress, plant, seeds, stopAtFirst = false } = options;
  const workers = options.workers ?? navigator.hardwareConcurrency;
  const found: Found[] = [];
  let next = from;
  let done = 0;
  const takeOrder = (): Order | undefined => {
    const count = Math.min(SEEDS_PER_ORDER, from + seeds - next);
    if (count <= 0 || stopAtFirst && found.length > 0) return undefined;
    next += count;
    return { from: next - count, count, plant };
  };
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / SEEDS_PER_ORDER)) }, async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    try {
      for (let order = takeOrder(); order !== undefined; order = takeOrder()) {
        found.push(...await carryOut(worker, order));
        onProgress?.(done += order.count);
      }
    } finally {
      await worker.terminate();
    }
  }));
  return found.sort((one, other) => one.seed - other.seed).slice(0, stopAtFirst ? 1 : undefined);
}

function carryOut(worker: Worker, order: Order): Promise<Found[]> {
  return new Promise((resolve, reject) => {
    worker.once("message", (found: Found[]) => {
      worker.off("error", reject);
      resolve(found);
    });
    worker.once("error", reject);
    worker.postMessage(order);
  });
}
