/** One process on one simulated machine: its clocks, which run as they like, its pauses, and its end. */
import type { CancelTimer, Clock } from "../../src/clock.ts";
import { between, type Dice } from "./random.ts";
import type { TrueTime } from "./true_time.ts";

export interface ProcessOptions {
  name: string;
  /** How fast its clocks run: 1.05 is five percent too fast. */
  rate: number;
  wallOffsetMs: number;
  /** After a pause: whether timers that are due run before answers that have come in. */
  timersFirst: boolean;
  random: Dice;
}

const EPOCH_MS = Date.UTC(2026, 0, 1);
/** No timer is exact. */
const TIMER_SLACK_MS = 1.5;

type Kind = "timer" | "network";

export class Process {
  readonly name: string;
  readonly rate: number;
  readonly clock: Clock;
  readonly #time: TrueTime;
  readonly #bornAtMs: number;
  readonly #isTimersFirst: boolean;
  #wallOffsetMs: number;
  #pausedUntilMs = -Infinity;
  #isDead = false;
  /** What the machine does first of all when it goes on. */
  #first: (() => void)[] = [];
  #deferred: { kind: Kind; run: () => void }[] = [];
  #timers = 0;

  constructor(time: TrueTime, { name, random, rate, timersFirst, wallOffsetMs }: ProcessOptions) {
    this.name = name;
    this.rate = rate;
    this.#time = time;
    this.#bornAtMs = time.nowMs;
    this.#isTimersFirst = timersFirst;
    this.#wallOffsetMs = wallOffsetMs;
    const originMs = between(random, 0, 1e6);
    this.clock = {
      monotonicMs: () => originMs + (time.nowMs - this.#bornAtMs) * rate,
      wallMs: () => EPOCH_MS + this.#wallOffsetMs + time.nowMs * rate,
      after: (delayMs, run) => this.#after(delayMs / rate + between(random, 0.01, TIMER_SLACK_MS), run),
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isPaused(): boolean {
    return this.#time.nowMs < this.#pausedUntilMs;
  }

  /** Timers that are set and have not fired. */
  get pendingTimers(): number {
    return this.#timers;
  }

  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Something comes in: the process deals with it now, when it goes on, or never. */
  deliver(run: () => void): void {
    this.#enter("network", run);
  }

  /** Nothing runs for so long; then `first`, and then what should have run meanwhile. */
  pause(durationMs: number, first?: () => void): void {
    if (first !== undefined) this.#first.push(first);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#time.nowMs + durationMs);
    this.#time.at(this.#pausedUntilMs, () => this.#resume());
  }

  /** Ends without a word. */
  kill(): void {
    this.#isDead = true;
    this.#first = [];
    this.#deferred = [];
  }

  #after(delayMs: number, run: () => void): CancelTimer {
    let isOver = false;
    const end = () => {
      if (!isOver) this.#timers--;
      isOver = true;
    };
    this.#timers++;
    const fire = () => {
      if (isOver) return;
      end();
      run();
    };
    const cancel = this.#time.at(this.#time.nowMs + Math.max(0, delayMs), () => this.#enter("timer", fire));
    return () => {
      end();
      cancel();
    };
  }

  #enter(kind: Kind, run: () => void): void {
    if (this.#isDead) return;
    if (this.isPaused) {
      this.#deferred.push({ kind, run });
      return;
    }
    this.#time.stir();
    run();
  }

  #resume(): void {
    if (this.#isDead || this.isPaused) return;
    const due = this.#deferred;
    this.#deferred = [];
    const early = due.filter(({ kind }) => (kind === "timer") === this.#isTimersFirst);
    const late = due.filter(({ kind }) => (kind === "timer") !== this.#isTimersFirst);
    const first = this.#first.map((run) => ({ kind: "network" as const, run }));
    this.#first = [];
    for (const { kind, run } of [...first, ...early, ...late]) {
      this.#time.at(this.#time.nowMs, () => this.#enter(kind, run));
    }
  }
}
