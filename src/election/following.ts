/** A candidate that does not lead. Whatever it has seen is a hint; compare-and-swap decides. Pure. */
import { elect, isFresh } from "./leading.ts";
import type { Answer } from "./lease.ts";
import { isHeldBy } from "./sight.ts";
import type { Acquiring, Following, Live, Memory, Request } from "./state.ts";
import { afterConflict, awaiting, failed, look, type Now, pause, read, stay, type Step, write } from "./step.ts";

/** How many renew intervals a watch may be silent before it is doubted. */
const SILENT_INTERVALS = 3;

/** Does what is due: tries, reads, or waits for either. */
export function follow(state: Following, now: Now): Step {
  const { memory, mustRead, retryAtMs, request } = state;
  if (request !== undefined) return stay(state);
  const silentFromMs = (memory.sight?.receivedAtMs ?? 0) +
    (memory.isWatching ? SILENT_INTERVALS : 1) * now.rules.retryPeriodMs;
  const readAtMs = mustRead ? retryAtMs : Math.max(retryAtMs, silentFromMs);
  const tryAtMs = mustRead ? Infinity : Math.max(tryAt(memory), retryAtMs);
  if (tryAtMs <= now.nowMs) return acquire(memory, now);
  if (readAtMs <= now.nowMs) return stay({ ...state, ...awaiting(read(now, mustRead ? "doubt" : "silence")) });
  return stay({ ...state, wakeAtMs: Math.min(tryAtMs, readAtMs) });
}

/** A candidate again; it reads before it tries. */
function campaign(memory: Memory, now: Now, detail: Partial<Following> = {}): Step {
  const idle = { request: undefined, wakeAtMs: Infinity, inDoubt: undefined, mustRead: true, retryAtMs: now.nowMs };
  return follow({ name: "following", ...idle, ...detail, memory }, now);
}

export function followerAnswered(state: Following, request: Request, answer: Answer, now: Now): Step {
  if (answer.kind !== "lease" && answer.kind !== "absent") {
    return follow(
      { ...state, memory: failed(state.memory), retryAtMs: now.nowMs + pause(answer, state.memory, now) },
      now,
    );
  }
  const lease = answer.kind === "lease" ? answer.lease : undefined;
  const memory = look(state.memory, { lease, sentAtMs: request.sentAtMs }, now);
  const next = sighted({ ...state, memory }, now);
  const hasMissed = request.kind === "read" && request.why === "silence" && memory.isWatching &&
    memory.sight?.version !== state.memory.sight?.version;
  return hasMissed ? { ...next, commands: [{ do: "rewatch" }, ...next.commands] } : next;
}

/** A follower that knows anew what the Lease says. */
export function sighted(state: Following, now: Now): Step {
  const { inDoubt, memory } = state;
  const lease = memory.sight?.lease;
  if (inDoubt !== undefined && isHeldBy(lease, inDoubt.nonce, now.rules) && isFresh(inDoubt, now)) {
    return elect(memory, lease, inDoubt, now);
  }
  // While every try fails, a read that succeeds is no reason to hurry.
  const failures = tryAt(memory) <= now.nowMs ? memory.failures : 0;
  return follow({ ...state, memory: { ...memory, failures }, inDoubt: undefined, mustRead: false }, now);
}

function acquire(before: Memory, now: Now): Step {
  const memory = { ...before, attempts: before.attempts + 1 };
  const attempt = { nonce: `${now.rules.incarnation}-${memory.attempts}`, sentAtMs: now.nowMs };
  const request = write({ kind: "acquire", base: memory.sight?.lease, nonce: attempt.nonce }, now);
  return stay({ name: "acquiring", memory, ...attempt, ...awaiting(request) });
}

export function acquisitionAnswered(state: Acquiring, answer: Answer, now: Now): Step {
  const { nonce, sentAtMs } = state;
  if (answer.kind === "lease") {
    const memory = look(state.memory, { lease: answer.lease }, now);
    const lease = memory.sight?.lease;
    return isHeldBy(lease, nonce, now.rules) && isFresh(state, now)
      ? elect(memory, lease, state, now)
      : campaign(memory, now);
  }
  if (answer.kind === "conflict" || answer.kind === "absent") {
    return campaign(failed(state.memory), now, { retryAtMs: afterConflict(state.memory, now) });
  }
  const inDoubt = answer.kind === "unknown" ? { nonce, sentAtMs } : undefined;
  return campaign(failed(state.memory), now, { inDoubt, retryAtMs: now.nowMs + pause(answer, state.memory, now) });
}

function tryAt({ sight, notBeforeMs }: Memory): number {
  return Math.max(sight?.freeAtMs ?? Infinity, notBeforeMs);
}

/** The term and its work are over. */
export function part({ memory }: Live, now: Now): Step {
  return memory.isClosing ? stay({ name: "stopped" }) : campaign(memory, now);
}
