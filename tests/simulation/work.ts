/** Leader-only work: effects at random times, each asked for right before, on a backend that refuses tokens that are too small. */
import { sleep } from "../../src/clock.ts";
import type { Term } from "../../src/election/term.ts";
import type { Conditions } from "./conditions.ts";
import type { Process } from "./machine_process.ts";
import { between, type Dice } from "./random.ts";
import type { Oracle } from "./oracle.ts";
import type { TrueTime } from "./true_time.ts";

export interface WorkOptions {
  process: Process;
  time: TrueTime;
  conditions: Conditions;
  oracle: Oracle;
  backend: Backend;
  random: Dice;
  note(who: string, what: string): void;
}

/** What refuses a smaller token than it has seen. */
export class Backend {
  #token = 0;

  take(token: number): boolean {
    if (token < this.#token) return false;
    this.#token = token;
    return true;
  }
}

/** The work of one process, term after term. */
export class Work {
  readonly #options: WorkOptions;
  #holdMs: number | undefined;
  #isEnding = false;
  #isFailing = false;
  #isRunning = false;

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The process stands still once, after a check and before the effect. */
  holdNext(durationMs: number): void {
    this.#holdMs = durationMs;
  }

  /** The work that runs ends by itself, well or not. */
  end(isFailure: boolean): void {
    this.#isEnding = this.#isRunning;
    this.#isFailing = isFailure;
  }

  async lead(term: Term): Promise<void> {
    const { oracle, process, random } = this.#options;
    const { clock } = process;
    oracle.began(process, term);
    this.#isRunning = true;
    this.#isEnding = false;
    while (!term.signal.aborted && !this.#isEnding) {
      await sleep(clock, between(random, 50, 700), term.signal).catch(() => {});
      this.#tryEffect(term);
    }
    const byItself = !term.signal.aborted;
    if (!byItself) await sleep(clock, this.#needsMs() * process.rate);
    this.#isRunning = false;
    oracle.settled(process, byItself);
    if (byItself && this.#isFailing) throw new Error("the work has failed");
  }

  /** To stop, in true time. */
  #needsMs(): number {
    const { conditions, process, random, time } = this.#options;
    const stubborn = conditions.find("stubborn", process.name);
    const needsMs = stubborn === undefined ? random() * 40 : stubborn.fault.byMs;
    return conditions.clip(time.nowMs + needsMs) - time.nowMs;
  }

  #tryEffect(term: Term): void {
    const { conditions, note, oracle, process, time } = this.#options;
    try {
      term.assertHeld();
    } catch {
      return;
    }
    oracle.check();
    const holdMs = this.#holdMs;
    this.#holdMs = undefined;
    if (holdMs === undefined) return this.#effect(term);
    const forMs = conditions.clip(time.nowMs + holdMs) - time.nowMs;
    note(process.name, `stands still for ${Math.round(forMs)} ms between a check and its effect`);
    process.pause(forMs, () => this.#effect(term));
  }

  /** On its way to the backend nothing is lost, for what is lost does no harm. */
  #effect(term: Term): void {
    const { backend, note, oracle, process, random, time } = this.#options;
    time.at(time.nowMs + between(random, 0.5, 30), () => {
      const isTaken = backend.take(Number(term.token));
      if (!isTaken) note("backend", `refuses token ${term.token} of ${process.name}`);
      oracle.effect(process, term, isTaken);
    });
  }
}
