/** The times of the election and what must hold between them. */

/** `leaseDurationMs > renewDeadlineMs > 1.2 × retryPeriodMs`; the duration is written in whole seconds, rounded up. */
export interface Timing {
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}

/** Of one request: so short that after a lost answer three more fit into a lease duration. */
export function attemptTimeoutMs({ leaseDurationMs, retryPeriodMs }: Timing): number {
  return (leaseDurationMs - retryPeriodMs) / 4;
}

/** @throws {RangeError} naming both values, if two times contradict each other. */
export function refuseImpossible({ leaseDurationMs, renewDeadlineMs, retryPeriodMs }: Timing): void {
  if (renewDeadlineMs >= leaseDurationMs) {
    throw new RangeError(`renewDeadlineMs (${renewDeadlineMs}) must be less than leaseDurationMs (${leaseDurationMs})`);
  }
  if (retryPeriodMs <= 0 || retryPeriodMs * 1.2 >= renewDeadlineMs) {
    throw new RangeError(
      `1.2 × retryPeriodMs (${retryPeriodMs}) must be less than renewDeadlineMs (${renewDeadlineMs})`,
    );
  }
}
