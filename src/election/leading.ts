/** A term of leadership from its first moment to its end. Pure. */
import type { Answer, LeaseRecord } from "./lease.ts";
import { isHeldBy, type Look } from "./sight.ts";
import type { Attempt, Claim, Leading, Memory, Request, Stopping } from "./state.ts";
import {
  afterConflict,
  awaiting,
  failed,
  jittered,
  look,
  type Now,
  pause,
  read,
  stay,
  type Step,
  write,
} from "./step.ts";

/** D4: a term counts from before its write was sent, and one that would be over already does not begin. */
export function isFresh({ sentAtMs }: Attempt, now: Now): boolean {
  return now.nowMs < sentAtMs + now.rules.renewDeadlineMs;
}

/** The first moment of a term. */
export function elect(before: Memory, lease: LeaseRecord, { nonce, sentAtMs }: Attempt, now: Now): Step {
  const memory = { ...before, failures: 0 };
  const term = { nonce, token: lease.version, renewedAtMs: sentAtMs, nextAtMs: nextRenewal(sentAtMs, now) };
  const state: Leading = { name: "leading", memory, ...term, isInDoubt: false, ...awaiting(undefined) };
  return {
    state: lead(state, now),
    commands: [{ do: "lead", lease, validUntilMs: validUntil(state, now) }],
  };
}

/** Sends what is due, or waits for it; whatever happens, the state wakes when its validity ends. */
export function lead(state: Leading, now: Now): Leading {
  const { request, nonce, memory, nextAtMs } = state;
  const untilMs = validUntil(state, now);
  if (request !== undefined) return { ...state, wakeAtMs: untilMs };
  if (nextAtMs > now.nowMs) return { ...state, wakeAtMs: Math.min(nextAtMs, untilMs) };
  const claim: Claim = { kind: "renew", base: memory.sight?.lease, nonce };
  return { ...state, ...awaiting(state.isInDoubt ? read(now, "doubt") : write(claim, now), untilMs) };
}

export function leaderAnswered(state: Leading, request: Request, answer: Answer, now: Now): Step {
  switch (answer.kind) {
    case "lease": {
      const next = heard(state, { lease: answer.lease, sentAtMs: request.sentAtMs }, now);
      if (next.state.name !== "leading") return next;
      if (request.kind === "write") return prolong(next.state, request.sentAtMs, now);
      return stay(lead({ ...next.state, isInDoubt: false, nextAtMs: now.nowMs }, now));
    }
    case "absent":
      return lose(state, "the Lease was deleted", now);
    case "conflict":
      return stay(
        lead(
          { ...state, memory: failed(state.memory), isInDoubt: true, nextAtMs: afterConflict(state.memory, now) },
          now,
        ),
      );
    case "refused":
    case "unknown": {
      const isInDoubt = state.isInDoubt || answer.kind === "unknown";
      const nextAtMs = now.nowMs + pause(answer, state.memory, now);
      // However long the API asks to wait, one last try is made in time.
      const lastMs = validUntil(state, now) - now.rules.retryPeriodMs / 2;
      const soonerMs = lastMs > now.nowMs ? Math.min(nextAtMs, lastMs) : nextAtMs;
      return stay(lead({ ...state, memory: failed(state.memory), isInDoubt, nextAtMs: soonerMs }, now));
    }
  }
}

/** D1: anything newer that does not show this very term ends it at once. */
export function heard(before: Leading, news: Look, now: Now): Step {
  const state = { ...before, memory: look(before.memory, news, now) };
  const lease = state.memory.sight?.lease;
  if (lease === undefined) return lose(state, "the Lease was deleted", now);
  if (!isHeldBy(lease, state.nonce, now.rules)) return lose(state, `the Lease is held by ${nameOf(lease, now)}`, now);
  const preferred = lease.preferredHolder;
  if (preferred === undefined || preferred === now.rules.identity) return stay(state);
  return give(state, `spec.preferredHolder names ${preferred}`, now);
}

function nameOf({ holder }: LeaseRecord, now: Now): string {
  return holder === now.rules.identity ? "another term of this identity" : holder || "nobody";
}

/** D4: an accepted renewal counts from before it was sent. */
function prolong(state: Leading, sentAtMs: number, now: Now): Step {
  const memory = { ...state.memory, failures: 0 };
  const next = { ...state, memory, renewedAtMs: sentAtMs, nextAtMs: nextRenewal(sentAtMs, now), isInDoubt: false };
  return { state: lead(next, now), commands: [{ do: "extend", validUntilMs: validUntil(next, now) }] };
}

/** D2: the work is told first, and nothing of a lost term goes to the network any more. */
export function lose(state: Leading, reason: string, now: Now): Step {
  const toStopMs = now.rules.leaseDurationMs - now.rules.renewDeadlineMs;
  return endTerm(state, reason, { mayRelease: false, untilMs: now.nowMs + toStopMs });
}

/** Ends a term that is still held, to hand the Lease back. */
export function give(state: Leading, reason: string, now: Now): Step {
  const memory = { ...state.memory, notBeforeMs: now.nowMs + now.rules.leaseDurationMs };
  return endTerm({ ...state, memory }, reason, { mayRelease: true, untilMs: validUntil(state, now) });
}

function endTerm({ memory, nonce }: Leading, reason: string, fate: { mayRelease: boolean; untilMs: number }): Step {
  const state: Stopping = { name: "stopping", memory, nonce, ...awaiting(undefined, fate.untilMs), ...fate };
  return { state, commands: [{ do: "endTerm", reason }] };
}

/** When the term ends unless it is renewed. */
export function validUntil(state: Leading, now: Now): number {
  return state.renewedAtMs + now.rules.renewDeadlineMs;
}

function nextRenewal(sentAtMs: number, now: Now): number {
  return sentAtMs + jittered(now.rules.retryPeriodMs, now);
}
