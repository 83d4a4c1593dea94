/** Long work in turns: what blocks the event loop piece by piece lets others be answered in between. */
import { setImmediate } from "node:timers";

/** Lets everything else that waits have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
