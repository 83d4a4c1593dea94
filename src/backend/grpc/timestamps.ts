/** Moments on the wire (`google.protobuf.Timestamp`) and here (milliseconds since 1970). */
import type { Timestamp } from "../backend.ts";

/** As it is in memory; `null` when absent. */
export interface WireTimestamp {
  seconds: number;
  nanos: number;
}

/** Milliseconds; 0 when absent. A server in use today stores an absent moment as 1970, which is the same here. */
export function toMs(timestamp: WireTimestamp | null): Timestamp {
  if (timestamp === null) return 0;
  return Math.max(0, timestamp.seconds * 1000 + Math.floor(timestamp.nanos / 1_000_000));
}

/** The moment for the wire; absent for 0. */
export function fromMs(ms: Timestamp): WireTimestamp | null {
  if (!(ms > 0)) return null;
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.floor(ms - seconds * 1000) * 1_000_000 };
}
