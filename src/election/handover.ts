/** From the end of a term until its work has settled and the Lease is free again. Pure. */
import { part } from "./following.ts";
import type { Answer } from "./lease.ts";
import { isHeldBy } from "./sight.ts";
import type { Acquiring, Releasing, Request, State, Stopping } from "./state.ts";
import {
  afterConflict,
  awaiting,
  failed,
  look,
  type Now,
  pause,
  read,
  reporting,
  stay,
  type Step,
  write,
} from "./step.ts";

/** Work that has not settled in time: a process that ends leaves it behind; another waits on, for two must never run. */
export function overdue(state: Stopping, now: Now): Step {
  if (now.nowMs < state.untilMs) return stay(state);
  const next: State = state.memory.isClosing
    ? { name: "stopped" }
    : { ...state, mayRelease: false, wakeAtMs: Infinity };
  return state.wakeAtMs === Infinity ? stay(next) : reporting("notSettled", stay(next));
}

export function release(state: Stopping | Acquiring & { untilMs: number }, now: Now): Step {
  const { memory, nonce, untilMs } = state;
  return stay({ name: "releasing", memory, nonce, untilMs, ...awaiting(read(now, "doubt"), untilMs) });
}

export function releaseAnswered(before: Releasing, request: Request, answer: Answer, now: Now): Step {
  switch (answer.kind) {
    case "lease": {
      const { lease } = answer;
      const state = { ...before, memory: look(before.memory, { lease, sentAtMs: request.sentAtMs }, now) };
      const isReleased = lease.holder === "" && lease.nonce === state.nonce;
      // D3: a Lease that does not show this very term is someone else's.
      if (isHeldBy(lease, state.nonce, now.rules)) {
        return stay({ ...state, request: write({ kind: "release", base: lease, nonce: state.nonce }, now) });
      }
      return isReleased ? reporting("released", part(state, now)) : part(state, now);
    }
    case "conflict": {
      const againMs = afterConflict(before.memory, now);
      const state = { ...before, memory: failed(before.memory) };
      if (againMs <= now.nowMs) return stay({ ...state, request: read(now, "doubt") });
      return stay({ ...state, wakeAtMs: Math.min(againMs, before.untilMs) });
    }
    case "absent":
      return part(before, now);
    case "refused":
    case "unknown": {
      const againMs = now.nowMs + pause(answer, before.memory, now);
      return stay({ ...before, memory: failed(before.memory), wakeAtMs: Math.min(againMs, before.untilMs) });
    }
  }
}

/** The outcome of an acquisition that is no longer wanted. */
export function withdrawn(state: Acquiring, answer: Answer, now: Now): Step {
  const mayBeMine = answer.kind === "lease" || answer.kind === "unknown";
  return mayBeMine ? release({ ...state, untilMs: state.sentAtMs + now.rules.renewDeadlineMs }, now) : part(state, now);
}
