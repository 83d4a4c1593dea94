/** What the election's steps are made of. Pure. */
import type { Answer } from "./lease.ts";
import type { Moment, Rules } from "./sight.ts";
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

/** One more failure in a row. */
export function failed(memory: Memory): Memory {
  return { ...memory, failures: memory.failures + 1 };
}

/** After a failure: from an eighth of the retry period up to all of it, doubled each time; or what the API asks for. */
export function pause(answer: Answer, { failures }: Memory, now: Now): number {
  if (answer.kind === "refused" && answer.retryAfterMs !== undefined) return answer.retryAfterMs;
  return jittered(now.rules.retryPeriodMs * Math.min(1, 2 ** failures / 8), now);
}

/** Ten percent more or less. */
export function jittered(durationMs: number, { chance }: Moment): number {
  return durationMs * (0.9 + 0.2 * chance);
}
