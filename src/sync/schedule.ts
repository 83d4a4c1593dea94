/** When a full sync is due. */
import type { Checkpoint } from "./checkpoint.ts";

/**
 * How long to wait for the next full sync. Milliseconds; 0 when one is due or owed, or was interrupted.
 *
 * The end of the last one was read from another machine's clock perhaps: an end in the future counts as now.
 */
export function dueInMs(checkpoint: Checkpoint, { nowMs, intervalMs }: { nowMs: number; intervalMs: number }): number {
  if (checkpoint.position !== null || checkpoint.owed || checkpoint.finishedAtMs === 0) return 0;
  const sinceMs = Math.max(0, nowMs - checkpoint.finishedAtMs);
  return Math.max(0, intervalMs - sinceMs);
}
