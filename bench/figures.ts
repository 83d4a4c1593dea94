/** Many measurements as the four numbers that people compare. Pure. */

/** Of one thing that was measured several times. */
export interface Figures {
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** By nearest rank: each figure is one of the values. Undefined when nothing was measured. */
export function figuresOf(values: readonly number[]): Figures | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const rank = (share: number) => sorted[Math.ceil(sorted.length * share) - 1];
  const [p50, p95] = [rank(0.5), rank(0.95)];
  if (min === undefined || max === undefined || p50 === undefined || p95 === undefined) return undefined;
  return { min, p50, p95, max };
}
