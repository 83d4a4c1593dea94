/** How long a change of leader may take, and what idling may cost. Pure. */
import type { DisturbanceName } from "./disturbances.ts";
import type { Figures } from "./figures.ts";

/** Milliseconds. */
export interface Goal {
  readonly p50: number;
  readonly p95?: number;
}

/** By disturbance, for Leases of 15 and of 5 seconds. */
export const GOALS: Readonly<Record<DisturbanceName, { readonly of15: Goal; readonly of5: Goal }>> = {
  release: { of15: { p50: 150, p95: 300 }, of5: { p50: 150, p95: 300 } },
  restart: { of15: { p50: 200 }, of5: { p50: 200 } },
  crash: { of15: { p50: 14_200, p95: 15_200 }, of5: { p50: 4_700, p95: 5_200 } },
  partition: { of15: { p50: 14_200, p95: 15_200 }, of5: { p50: 4_700, p95: 5_200 } },
};

/** Of all replicas together. */
export const IDLE_GOAL = { writesPerMinute: 30, readsPerMinute: 2 };

/** Renewals are spread by 10 %, so that a single minute may have one more. */
const SPREAD = 1;

export function isMet({ p50, p95 = Infinity }: Goal, figures: Figures): boolean {
  return figures.p50 <= p50 && figures.p95 <= p95;
}

export function isIdleMet({ writes, reads }: { writes: number; reads: number }): boolean {
  return writes <= IDLE_GOAL.writesPerMinute + SPREAD && reads <= IDLE_GOAL.readsPerMinute;
}
