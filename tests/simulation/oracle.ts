/**
 * Knows the true time and everything that happened, and says what must never be:
 *
 * - held: two terms at once; or a term that the API does not show, or that somebody with an admissible clock might take over;
 *   or one that counts from after its last write was sent
 * - told: a term that is still held although its process has been told of another one, or lost for no reason
 * - token: a token that is not larger than all before it, or that does not come from an acquisition of that very process
 * - takeover: a write over a Lease that another one still holds
 * - release: of a lost term, without a fresh read that shows the term, or before its work has settled
 * - fence: an effect of the leader that the backend refuses, or one of an older term that it takes
 * - storm: more requests in a second than anyone needs
 *
 * Whoever edits the Lease by hand, or an elector that writes over it, can take it from a leader that does not know yet;
 * two terms at once are excused then, until the first of them is told or has run out.
 */
import { NONCE_ANNOTATION } from "../../src/election/lease.ts";
import type { Term } from "../../src/election/term.ts";
import type { Lease } from "../doubles/lease_api/lease_check.ts";
import type { Ask } from "./api_server.ts";
import type { Process } from "./machine_process.ts";
import type { News } from "./network.ts";
import { CLOCK_TOLERANCE, type Timing } from "./scenario.ts";
import type { TrueTime } from "./true_time.ts";

export interface Violation {
  readonly rule: "held" | "told" | "token" | "takeover" | "release" | "fence" | "storm" | "leader" | "end";
  readonly atMs: number;
  readonly what: string;
}

interface Known {
  readonly version: number;
  readonly term: string;
}

/** What the oracle keeps of each process. */
interface Account {
  readonly process: Process;
  /** Of the term that began last. */
  term: Term | undefined;
  name: string;
  /** Since the end of the last term: what reads have shown. */
  reads: Map<number, string>;
  readonly lost: Set<string>;
  /** The newest version that the process knows of. */
  news: Known | undefined;
  /** Whom the newest version wants to hold the Lease. */
  preferred: string | undefined;
  /** When the last write that was to hold the Lease left, by the clock of the process. */
  wroteAtMs: number;
  working: number;
  isClosing: boolean;
  hasEndedWork: boolean;
  readonly departures: number[];
}

/** Comparing times of different machines. */
const EPSILON_MS = 0.01;
const MOST_REQUESTS_PER_SECOND = 25;
const NOBODY = "nobody";

/** A term by holder and nonce, as a Lease shows it. */
function shown(lease: Lease | undefined): string {
  if (lease === undefined || !lease.spec.holderIdentity) return NOBODY;
  return `${lease.spec.holderIdentity} ${nonceOf(lease)}`;
}

function nonceOf({ metadata }: Lease): string {
  return metadata.annotations?.[NONCE_ANNOTATION] ?? "-";
}

export class Oracle {
  violation: Violation | undefined;
  readonly #time: TrueTime;
  readonly #timing: Timing;
  readonly #accounts = new Map<Process, Account>();
  readonly #ours: ReadonlySet<string>;
  /** By version: the term that a write showed, and the process that made it. */
  readonly #written = new Map<number, { term: string; by: Process | undefined }>();
  readonly #terms = new Set<string>();
  #lastToken = 0;
  #lastEffect = 0;
  /** When the Lease last showed a sign of life, and when someone last took it from outside. */
  #pulseAtMs = 0;
  #seizedAtMs = -Infinity;
  readonly #renewals = new Map<string, number>();
  #shown = NOBODY;
  #durationMs: number;

  constructor(time: TrueTime, options: { timing: Timing; ours: readonly string[] }) {
    this.#time = time;
    this.#timing = options.timing;
    this.#durationMs = options.timing.leaseDurationMs;
    this.#ours = new Set(options.ours);
  }

  /** A process of ours is born. */
  add(process: Process): void {
    this.#accounts.set(process, {
      process,
      term: undefined,
      name: "",
      reads: new Map(),
      lost: new Set(),
      news: undefined,
      preferred: undefined,
      wroteAtMs: -Infinity,
      working: 0,
      isClosing: false,
      hasEndedWork: false,
      departures: [],
    });
  }

  remove(process: Process): void {
    this.#accounts.delete(process);
  }

  /** Who holds a term at this moment. */
  holders(): string[] {
    return [...this.#accounts.values()].filter(isHolding).map(({ process }) => process.name);
  }

  closing(process: Process): void {
    const account = this.#accounts.get(process);
    if (account) account.isClosing = true;
  }

  /** A term begins, and its work with it. */
  began(process: Process, term: Term): void {
    const account = this.#accounts.get(process);
    if (account === undefined) return;
    const token = Number(term.token);
    const write = this.#written.get(token);
    const name = write?.term ?? NOBODY;
    const isExcused = this.#seizedAtMs > (this.#renewals.get(name) ?? -Infinity);
    if (token <= this.#lastToken && !isExcused) this.#fail("token", `${token} after ${this.#lastToken}`);
    if (this.#terms.has(name)) this.#fail("token", `${process.name} leads a term that was led before`);
    const first = [...this.#written.values()].find(({ term }) => term === name);
    if (first?.by !== process) this.#fail("token", `${token} is not from a write of ${process.name}`);
    if (account.working > 0) this.#fail("held", `${process.name} leads while its last work goes on`);
    this.#lastToken = Math.max(token, this.#lastToken);
    this.#terms.add(name);
    account.term = term;
    account.name = name;
    account.hasEndedWork = false;
    account.working++;
    account.reads = new Map();
  }

  /** The work of the last term has settled; `byItself`: without having been told to. */
  settled(process: Process, byItself: boolean): void {
    const account = this.#accounts.get(process);
    if (account === undefined) return;
    account.working--;
    account.hasEndedWork ||= byItself;
  }

  /** The elector has ended its term. */
  ended(process: Process): void {
    const account = this.#accounts.get(process);
    if (account?.term === undefined) return;
    const { name, news, preferred, term } = account;
    const isOver = process.clock.monotonicMs() >= term.validUntilMs();
    const isTold = news !== undefined && news.version > Number(term.token) && news.term !== name;
    const isGiven = account.isClosing || account.hasEndedWork || (preferred ?? process.name) !== process.name;
    account.reads = new Map();
    if (isOver || isTold) account.lost.add(name);
    else if (!isGiven) this.#fail("told", `${process.name} gave its term up for no reason`);
  }

  /** A request leaves a process. */
  left(process: Process, ask: Ask): void {
    const account = this.#accounts.get(process);
    if (account === undefined) return;
    account.departures.push(this.#time.nowMs);
    while (account.departures[0] !== undefined && account.departures[0] < this.#time.nowMs - 1000) {
      account.departures.shift();
    }
    if (account.departures.length > MOST_REQUESTS_PER_SECOND) {
      this.#fail("storm", `${process.name} has sent ${account.departures.length} requests within a second`);
    }
    if (ask.body !== undefined) this.#wrote(account, JSON.parse(ask.body));
  }

  #wrote(account: Account, lease: Lease): void {
    if (lease.spec.holderIdentity !== "") {
      account.wroteAtMs = account.process.clock.monotonicMs();
      return;
    }
    const { lost, process, reads, working } = account;
    const name = `${process.name} ${nonceOf(lease)}`;
    if (working > 0) this.#fail("release", `${process.name} releases while its work goes on`);
    if (lost.has(name)) this.#fail("release", `${process.name} releases a term that it has lost`);
    const base = Number(lease.metadata.resourceVersion);
    if (reads.get(base) !== name) this.#fail("release", `${process.name} releases without having read its term`);
  }

  /** A process learns what the Lease says. */
  learned(process: Process, news: Omit<News, "leftAtMs">): void {
    const account = this.#accounts.get(process);
    if (account === undefined) return;
    const term = shown(news.lease);
    // Nobody says as of when there is no Lease: as of now, for all that the process knows.
    const version = news.version ?? Number.MAX_SAFE_INTEGER;
    if (news.isRead && news.version !== undefined) account.reads.set(version, term);
    const before = account.news;
    if (before === undefined || version >= before.version || before.version === Number.MAX_SAFE_INTEGER) {
      account.news = { version, term };
      account.preferred = news.lease?.spec.preferredHolder;
    }
  }

  /** The API has accepted a write, or a hand has made one. */
  accepted(by: Process | undefined, before: Lease | undefined, after: Lease | undefined): void {
    const nowMs = this.#time.nowMs;
    const last = this.#shown;
    const lastHolder = before?.spec.holderIdentity ?? "";
    const holder = after?.spec.holderIdentity ?? "";
    const term = shown(after);
    const isOurs = by !== undefined && this.#ours.has(by.name);
    if (after !== undefined) this.#written.set(Number(after.metadata.resourceVersion), { term, by });
    const isTaken = term !== last && lastHolder !== "" && before !== undefined;
    if (isTaken && isOurs && lastHolder !== by?.name) {
      const restMs = this.#pulseAtMs + this.#durationMs / by.rate - nowMs;
      if (restMs > EPSILON_MS) {
        this.#fail(
          "takeover",
          `${by.name} writes over the live lease of ${lastHolder}, ${Math.round(restMs)} ms early`,
        );
      }
    }
    if (isTaken && !isOurs && this.#ours.has(lastHolder)) this.#seizedAtMs = nowMs;
    const isLife = pulse(before) !== pulse(after);
    if (isLife) this.#pulseAtMs = nowMs;
    if (isOurs && holder !== "") this.#renewals.set(term, nowMs);
    this.#shown = term;
    this.#durationMs = (after?.spec.leaseDurationSeconds ?? this.#timing.leaseDurationMs / 1000) * 1000;
  }

  /** An effect arrives at the backend; `isTaken`: its token was not too small. */
  effect(process: Process, term: Term, isTaken: boolean): void {
    const token = Number(term.token);
    const account = this.#accounts.get(process);
    const isLeader = account?.term === term && isHolding(account);
    if (!isTaken && isLeader && account.name === this.#shown) this.#fail("fence", `the leader's ${token} is refused`);
    if (isTaken && token < this.#lastEffect) this.#fail("fence", `${token} takes effect after ${this.#lastEffect}`);
    if (isTaken) this.#lastEffect = token;
  }

  /** After each event. */
  check(): boolean {
    let holding = 0;
    for (const account of this.#accounts.values()) {
      if (!isHolding(account)) continue;
      this.#checkCount(account);
      if (this.#checkHeld(account)) holding++;
    }
    if (holding > 1) this.#fail("held", `${holding} terms at once: ${this.holders().join(", ")}`);
    return this.violation === undefined;
  }

  #checkCount({ process, term, wroteAtMs }: Account): void {
    const earlyMs = wroteAtMs + this.#timing.renewDeadlineMs + EPSILON_MS - (term?.validUntilMs() ?? 0);
    if (earlyMs < 0) this.#fail("held", `${process.name} counts its term from after its last write was sent`);
  }

  /** Whether the term counts; one that was taken from outside does not, and is excused until its process is told. */
  #checkHeld({ name, news, process, term }: Account): boolean {
    if (!process.isPaused && news !== undefined && news.version > Number(term?.token) && news.term !== name) {
      this.#fail("told", `${process.name} holds its term although it knows of ${news.term}`);
    }
    if (this.#seizedAtMs > (this.#renewals.get(name) ?? -Infinity)) return false;
    if (this.#shown !== name) this.#fail("held", `${process.name} holds a term, the API shows ${this.#shown}`);
    const safeUntilMs = this.#pulseAtMs + this.#durationMs / (1 + CLOCK_TOLERANCE);
    if (this.#time.nowMs > safeUntilMs) this.#fail("held", `${process.name} holds a term that others may take`);
    return true;
  }

  #fail(rule: Violation["rule"], what: string): void {
    this.violation ??= { rule, atMs: this.#time.nowMs, what };
  }
}

function pulse(lease: Lease | undefined): string {
  const { acquireTime, holderIdentity, leaseTransitions, renewTime } = lease?.spec ?? {};
  return JSON.stringify([holderIdentity, acquireTime, renewTime, leaseTransitions]);
}

function isHolding({ process, term }: Account): boolean {
  if (term === undefined || process.isDead) return false;
  try {
    term.assertHeld();
    return true;
  } catch {
    return false;
  }
}
