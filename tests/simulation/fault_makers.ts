/** How faults come about: one maker a kind, each with dice of its own; a kind that is listed twice happens twice as often. */
import { between, type Dice, pick } from "./random.ts";
import type { Fault, HandEdit, Timing, Way, Whom } from "./scenario.ts";

interface Circumstances {
  whom: Whom;
  atMs: number;
  names: readonly string[];
  throwDice: Dice;
  timing: Timing;
}

type Maker = (circumstances: Circumstances) => Fault;

const WAYS: readonly [Way, ...Way[]] = ["out", "in", "both"];
const EDITS: readonly [HandEdit, ...HandEdit[]] = [
  "delete",
  "free",
  "other holder",
  "annotate",
  "preferred holder",
  "twin",
];

/** Mostly about the times that matter here, sometimes much longer. */
function span({ throwDice, timing }: Circumstances): number {
  const longestMs = throwDice() < 0.2 ? 60_000 : 1.4 * timing.leaseDurationMs;
  return Math.round(between(throwDice, 10, longestMs));
}

const pause: Maker = (by) => {
  const where = pick(
    by.throwDice,
    ["anywhere", "before effect", "before request", "after request", "after request"] as const,
  );
  return { kind: "pause", whom: by.whom, atMs: by.atMs, forMs: span(by), where };
};

const cut: Maker = (by) => {
  const way = pick(by.throwDice, WAYS);
  return { kind: "cut", whom: by.whom, atMs: by.atMs, forMs: span(by), way, isFatal: by.throwDice() < 0.6 };
};

const slow: Maker = (by) => {
  const byMs = Math.round(between(by.throwDice, 20, 1.2 * by.timing.renewDeadlineMs));
  return { kind: "slow", whom: by.whom, atMs: by.atMs, forMs: span(by), way: pick(by.throwDice, WAYS), byMs };
};

const answer: Maker = (by) => {
  const { throwDice } = by;
  const status = pick(throwDice, [409, 429, 500, 504]);
  const isCarriedOut = status !== 429 && throwDice() < 0.5;
  const retryAfterSeconds = status === 429 && throwDice() < 0.7 ? Math.floor(throwDice() * 12) : undefined;
  const share = pick(throwDice, [0.2, 0.5, 1]);
  return {
    kind: "answer",
    whom: by.whom,
    atMs: by.atMs,
    forMs: span(by),
    status,
    share,
    isCarriedOut,
    retryAfterSeconds,
  };
};

const edit: Maker = (by) => {
  const whom = by.names[Math.floor(by.throwDice() * by.names.length)] ?? "a";
  return { kind: "edit", atMs: by.atMs, edit: pick(by.throwDice, EDITS), whom };
};

const leave = (kind: "crash" | "exit"): Maker => (by) => {
  const forMs = pick(by.throwDice, [50, 500, Math.round(between(by.throwDice, 0, 20_000)), Infinity]);
  return { kind, whom: by.whom, atMs: by.atMs, forMs };
};

const verbs = ["get", "create", "update", "watch"] as const;

/** One a kind. */
export const FAULT_MAKERS: readonly [Maker, ...Maker[]] = [
  pause,
  pause,
  pause,
  cut,
  cut,
  slow,
  slow,
  answer,
  answer,
  edit,
  leave("crash"),
  leave("crash"),
  leave("exit"),
  leave("exit"),
  (by) => ({ kind: "down", atMs: by.atMs, forMs: span(by) }),
  (by) => ({ kind: "stall", whom: by.whom, atMs: by.atMs, forMs: span(by) }),
  ({ atMs, throwDice }) => ({ kind: "end watches", atMs, how: pick(throwDice, ["close", "reset", "410"]) }),
  ({ atMs }) => ({ kind: "compact", atMs }),
  (by) => ({ kind: "forbid", whom: by.whom, atMs: by.atMs, forMs: span(by), verb: pick(by.throwDice, verbs) }),
  (by) => ({ kind: "token", whom: by.whom, atMs: by.atMs, forMs: pick(by.throwDice, [5, 1_000, span(by)]) }),
  ({ whom, atMs, throwDice }) => ({
    kind: "wall",
    whom,
    atMs,
    byMs: Math.round(between(throwDice, -3_600_000, 3_600_000)),
  }),
  (by) => ({
    kind: "stubborn",
    whom: by.whom,
    atMs: by.atMs,
    forMs: span(by),
    byMs: Math.round(between(by.throwDice, 100, 1.5 * by.timing.renewDeadlineMs)),
  }),
  ({ whom, atMs, throwDice }) => ({ kind: "work ends", whom, atMs, isFailure: throwDice() < 0.5 }),
  (by) => ({
    kind: "foreign",
    atMs: by.atMs,
    forMs: span(by) + by.timing.leaseDurationMs,
    rate: between(by.throwDice, 0.95, 1.05),
    isClean: by.throwDice() < 0.5,
  }),
];
