/**
 * The election's decisions: `(state, event, moment) → (state, commands)`, without a clock, a network or a log.
 *
 * Guarantees, and where each is kept (D1 to D4 are the defects known of other electors):
 * - D1 `heard` in leading.ts: whatever names another holder ends the term at once, be it an answer or a watch event.
 * - D2 `lose` in leading.ts: the work is told to stop before anything else, and a lost term is never released.
 * - D3 `releaseAnswered` in handover.ts: a release is built on a fresh read that still shows this very term.
 * - D4 `elect` and `prolong` in leading.ts: validity counts from before the accepted write was sent; `step` sees to it
 *   that a term that ran out stays over.
 *
 * It does not guarantee that work stops: that is up to the work, which asks `assertHeld()` before each outside effect.
 */
import { acquisitionAnswered, follow, followerAnswered, part, sighted } from "./following.ts";
import { overdue, release, releaseAnswered, withdrawn } from "./handover.ts";
import { give, heard, lead, leaderAnswered, lose, validUntil } from "./leading.ts";
import type { Answer } from "./lease.ts";
import { isHeldBy, type Look, type Moment, type Rules } from "./sight.ts";
import type { Event, Live, Request, State } from "./state.ts";
import { awaiting, look, type Now, read, reporting, stay, type Step } from "./step.ts";

/** A candidate that begins: its first act is to read. */
export function begin(moment: Moment): State {
  const { nowMs } = moment;
  const memory = {
    sight: undefined,
    isWatching: false,
    attempts: 0,
    failures: 0,
    notBeforeMs: nowMs,
    isClosing: false,
  };
  return {
    name: "following",
    memory,
    ...awaiting(read(moment, "doubt")),
    inDoubt: undefined,
    mustRead: true,
    retryAtMs: nowMs,
  };
}

/** One step. */
export function step(rules: Rules, state: State, event: Event, moment: Moment): Step {
  const now = { ...moment, rules };
  if (state.name === "stopped") return stay(state);
  if (state.name === "leading" && now.nowMs >= validUntil(state, now)) {
    const reason = `the Lease was not renewed within ${rules.renewDeadlineMs} ms`;
    const lost = lose(state, reason, now);
    const next = step(rules, lost.state, event, moment);
    return { ...next, commands: [...lost.commands, ...next.commands] };
  }
  switch (event.type) {
    case "wake":
      return woken(state, now);
    case "watch":
      return woken({ ...state, memory: { ...state.memory, isWatching: event.isUp } }, now);
    case "seen": {
      const { lease, isDeleted } = event;
      return seen(state, { lease: isDeleted ? undefined : lease, version: lease.version }, now);
    }
    case "answered":
      return state.request === undefined ? stay(state) : answered(state, state.request, event.answer, now);
    case "settled":
      return settled(state, now);
    case "shutdown":
      return shutDown({ ...state, memory: { ...state.memory, isClosing: true } }, now);
  }
}

function woken(state: Live, now: Now): Step {
  switch (state.name) {
    case "following":
      return follow(state, now);
    case "leading":
      return stay(lead(state, now));
    case "stopping":
      return overdue(state, now);
    case "releasing":
      if (now.nowMs >= state.untilMs) return reporting("notReleased", part(state, now));
      return stay({ ...state, ...awaiting(state.request ?? read(now, "doubt"), state.untilMs) });
    case "acquiring":
      return stay(state);
  }
}

function seen(state: Live, news: Look, now: Now): Step {
  const memory = look(state.memory, news, now);
  if (memory === state.memory) return stay(state);
  switch (state.name) {
    case "following":
      return sighted({ ...state, memory }, now);
    case "leading":
      return heard(state, news, now);
    case "stopping": {
      const mayRelease = state.mayRelease && isHeldBy(memory.sight?.lease, state.nonce, now.rules);
      return stay({ ...state, memory, mayRelease });
    }
    case "acquiring":
    case "releasing":
      return stay({ ...state, memory });
  }
}

function answered(state: Live, request: Request, answer: Answer, now: Now): Step {
  switch (state.name) {
    case "following":
      return followerAnswered({ ...state, request: undefined }, request, answer, now);
    case "acquiring":
      return state.memory.isClosing ? withdrawn(state, answer, now) : acquisitionAnswered(state, answer, now);
    case "leading":
      return leaderAnswered({ ...state, request: undefined }, request, answer, now);
    case "releasing":
      return releaseAnswered({ ...state, request: undefined }, request, answer, now);
    case "stopping":
      return stay(state);
  }
}

function settled(state: Live, now: Now): Step {
  if (state.name === "leading") {
    const over = give(state, "the leader-only work ended by itself", now);
    const next = step(now.rules, over.state, { type: "settled" }, now);
    return { ...next, commands: [{ do: "report", what: "workEnded" }, ...over.commands, ...next.commands] };
  }
  if (state.name !== "stopping") return stay(state);
  return state.mayRelease && now.nowMs < state.untilMs ? release(state, now) : part(state, now);
}

function shutDown(state: Live, now: Now): Step {
  switch (state.name) {
    case "following":
      return stay({ name: "stopped" });
    case "leading":
      return give(state, "shutting down", now);
    case "stopping":
      return overdue(state, now);
    // The write may be carried out, so its outcome is awaited; the request has a timeout.
    case "acquiring":
    case "releasing":
      return stay(state);
  }
}
