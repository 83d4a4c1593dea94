/** What the election's steps are made of. Pure. */
import type { Answer } from "./lease.ts";
import { type Look, type Moment, type Rules, see } from "./sight.ts";
import type { Claim, Command, Memory, Request, State } from "./state.ts";

/** The state after an event, and what is to be done. */
export interface Step<S extends State = State> {
  readonly state: S;
  readonly commands: readonly Command[];
}

/** Rules and moment of one step. */
export interface Now extends Moment {
  readonly rules: Rules;
}

/** A step without a command. */
export function stay<S extends State>(state: S): Step<S> {
  return { state, commands: [] };
}

/** A step that is worth a line in the log. */
export function reporting(what: (Command & { do: "report" })["what"], next: Step): Step {
  return { ...next, commands: [{ do: "report", what }, ...next.commands] };
}

/** What a state waits for: an answer, a time, or both. */
export function awaiting(request: Request | undefined, wakeAtMs = Infinity) {
  return { request, wakeAtMs };
}

/** A read that is sent now. */
export function read(now: Moment, why: "silence" | "doubt"): Request {
  return { kind: "read", sentAtMs: now.nowMs, why };
}

/** A write that is sent now. */
export function write(claim: Claim, now: Moment): Request {
  return { kind: "write", sentAtMs: now.nowMs, claim };
}

/** Memory after one more look; the same memory when there was nothing newer. */
export function look(memory: Memory, news: Look, now: Now): Memory {
  const sight = see(memory.sight, news, now.rules, now);
  return sight === memory.sight ? memory : { ...memory, sight };
}

/** One more failure in a row. */
export function failed(memory: Memory): Memory {
  return { ...memory, failures: memory.failures + 1 };
}

/** After a failure: from an eighth of the retry period up to all of it, doubled each time; or what the API asks for, if that is longer. */
export function pause(answer: Answer, { failures }: Pick<Memory, "failures">, now: Now): number {
  const askedMs = answer.kind === "refused" ? answer.retryAfterMs ?? 0 : 0;
  return Math.max(askedMs, jittered(now.rules.retryPeriodMs * Math.min(1, 2 ** failures / 8), now));
}

/**
 * When to look again after a conflict: at once, for a first one is part of the game; then ever more slowly, because
 * something in between may answer so whatever is sent.
 */
export function afterConflict({ failures }: Memory, now: Now): number {
  return failures === 0 ? now.nowMs : now.nowMs + pause({ kind: "conflict" }, { failures }, now);
}

/** Ten percent more or less. */
export function jittered(durationMs: number, { chance }: Moment): number {
  return durationMs * (0.9 + 0.2 * chance);
}
