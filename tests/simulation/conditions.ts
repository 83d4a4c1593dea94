/** What is wrong at the moment, with whom, and until when. */
import type { Fault, Whom } from "./scenario.ts";
import type { TrueTime } from "./true_time.ts";

type Lasting = Extract<Fault, { forMs: number }>;
type Of<Kind extends Lasting["kind"]> = Extract<Lasting, { kind: Kind }>;

export class Conditions {
  readonly #time: TrueTime;
  readonly #healAtMs: number;
  #active: { fault: Lasting; whom: Whom | undefined; untilMs: number }[] = [];

  constructor(time: TrueTime, healAtMs: number) {
    this.#time = time;
    this.#healAtMs = healAtMs;
  }

  /** The fault begins now; it meets `whom`, or all. It ends with its time, or when everything heals. */
  begin(fault: Lasting, whom: Whom | undefined): void {
    const untilMs = Math.min(this.#time.nowMs + fault.forMs, this.#healAtMs);
    this.#active = this.#active.filter((other) => other.untilMs > this.#time.nowMs);
    this.#active.push({ fault, whom, untilMs });
  }

  /** The first fault of a kind that `whom` meets now, and when it ends. */
  find<Kind extends Lasting["kind"]>(
    kind: Kind,
    whom: Whom,
    meets: (fault: Of<Kind>) => boolean = () => true,
  ): { fault: Of<Kind>; untilMs: number } | undefined {
    for (const { fault, whom: met, untilMs } of this.#active) {
      if (untilMs <= this.#time.nowMs || met !== undefined && met !== whom) continue;
      if (isOf(fault, kind) && meets(fault)) return { fault, untilMs };
    }
    return undefined;
  }

  /** Later than which nothing that was held up is held up any more. */
  clip(atMs: number): number {
    return Math.min(atMs, Math.max(this.#healAtMs, this.#time.nowMs));
  }
}

function isOf<Kind extends Lasting["kind"]>(fault: Lasting, kind: Kind): fault is Of<Kind> {
  return fault.kind === kind;
}
