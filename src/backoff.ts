/** How long to wait after failures in a row. */

/** Doubling from `firstMs` up to `longestMs`, of which a random part between a half and all is waited, so that replicas spread. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
  /** A number in [0, 1). */
  random: () => number;
}

/** The wait after failure number `failures` (from 1). Milliseconds. */
export function backoffMs(failures: number, { firstMs, longestMs, random }: Backoff): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return fullMs * (0.5 + random() / 2);
}
