/**
 * Campaigns for the Lease and lets the leader-only work run while it is held: performs what the machine decides. It is the
 * only writer of the state; whatever a state waits for, its timer and its request, ends with the state.
 */
import { type CancelTimer, type Clock, deadline } from "../clock.ts";
import { explain } from "../failure.ts";
import type { Log } from "../log.ts";
import { acquired, type Annotations, type Answer, type LeaseStore, released, renewed } from "./lease.ts";
import { begin, step } from "./machine.ts";
import type { Rules } from "./sight.ts";
import type { Claim, Command, Event, Request, State } from "./state.ts";
import { openTerm, type OwnedTerm, type Term } from "./term.ts";
import { attemptTimeoutMs, refuseImpossible, type Timing } from "./timing.ts";
import { LeaseWatch } from "./watch.ts";

export type { Timing };

/** What happened, for metrics. */
export type ElectionEvent =
  | { readonly type: "elected"; readonly token: string }
  | { readonly type: "renewed" }
  | { readonly type: "lost"; readonly reason: string }
  | { readonly type: "released" };

export interface ElectorOptions {
  clock: Clock;
  log: Log;
  /** Uniform in [0, 1). */
  random: () => number;
  store: LeaseStore;
  leaseName: string;
  /** Of this process alone; the pod's name. */
  identity: string;
  /** Where the Lease is; for the log. */
  namespace: string;
  timing: Timing;
  /** Leader-only work; it runs until `term.signal` aborts and settles soon after. */
  lead(term: Term): Promise<void>;
  /** Written into the Lease along with each renewal and the release. */
  annotations?(): Annotations;
  onEvent?(event: ElectionEvent): void;
}

/** What the elector knows right now. */
export interface ElectorSnapshot {
  readonly state: "following" | "acquiring" | "leading" | "stopping" | "releasing" | "stopped";
  /** Who holds the Lease as far as was seen; undefined before the first answer, empty when nobody does. */
  readonly leader: string | undefined;
  readonly isLeader: boolean;
  /** Of the own term. */
  readonly token: string | undefined;
  /** Since the last accepted renewal of the own term was sent. */
  readonly renewedAgoMs: number | undefined;
  /** How long the own term holds without a further renewal. */
  readonly validForMs: number | undefined;
  /** What went wrong last, while it has not gone well since. */
  readonly lastError: string | undefined;
}

/** One candidate; it runs once. */
export class Elector {
  readonly #options: ElectorOptions;
  readonly #rules: Rules;
  readonly #watch: LeaseWatch;
  #state: State = { name: "stopped" };
  #cancelTimer: CancelTimer | undefined;
  #request: { asked: Request; controller: AbortController } | undefined;
  #term: OwnedTerm | undefined;
  /** Requests that were sent and, cancelled or not, have not ended yet. */
  readonly #open = new Set<Promise<void>>();
  #leader: string | undefined;
  /** By kind of request, the trouble that is not over. */
  readonly #errors = new Map<Request["kind"], string>();
  #onStopped: () => void = () => {};

  /** @throws {RangeError} if the times contradict each other. */
  constructor(options: ElectorOptions) {
    const { identity, random, timing } = options;
    if (identity === "") throw new RangeError("An elector needs an identity, and it is empty");
    refuseImpossible(timing);
    this.#options = options;
    this.#rules = { identity, incarnation: incarnationFrom(random), ...timing };
    this.#watch = new LeaseWatch({
      ...options,
      retryPeriodMs: timing.retryPeriodMs,
      version: () => this.#sight()?.version,
      onChange: (lease, isDeleted) => this.#dispatch({ type: "seen", lease, isDeleted }),
      onUp: (isUp) => this.#dispatch({ type: "watch", isUp }),
    });
  }

  /**
   * Campaigns until `signal` aborts; then lets the work settle, releases the Lease, and resolves. That takes no longer
   * than the term remains valid; work that has not settled by then is left behind.
   */
  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { identity, log, namespace } = this.#options;
    log.info("starting leader election for sync job", { identity, namespace });
    const stopped = new Promise<void>((resolve) => this.#onStopped = resolve);
    const shutDown = () => this.#dispatch({ type: "shutdown" });
    signal.addEventListener("abort", shutDown, { once: true });
    this.#enter(begin(this.#moment()));
    this.#watch.start();
    await stopped;
    signal.removeEventListener("abort", shutDown);
    await Promise.all([this.#watch.stop(), ...this.#open]);
  }

  /** What it knows right now. */
  snapshot(): ElectorSnapshot {
    const state = this.#state;
    const nowMs = this.#options.clock.monotonicMs();
    const term = state.name === "leading" ? state : undefined;
    const validForMs = term && Math.max(0, term.renewedAtMs + this.#rules.renewDeadlineMs - nowMs);
    return {
      state: state.name,
      leader: this.#leader,
      isLeader: validForMs !== undefined && validForMs > 0,
      token: term?.token,
      renewedAgoMs: term && nowMs - term.renewedAtMs,
      validForMs,
      lastError: this.#lastError,
    };
  }

  #moment() {
    return { nowMs: this.#options.clock.monotonicMs(), chance: this.#options.random() };
  }

  #sight() {
    return this.#state.name === "stopped" ? undefined : this.#state.memory.sight;
  }

  #dispatch(event: Event): void {
    if (this.#state.name === "stopped") return;
    const { state, commands } = step(this.#rules, this.#state, event, this.#moment());
    // D2: commands first, so that the work is aborted before anything goes to the network.
    for (const command of commands) this.#perform(command);
    this.#enter(state);
  }

  #enter(state: State): void {
    this.#state = state;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const request = state.name === "stopped" ? undefined : state.request;
    if (request !== this.#request?.asked) {
      this.#request?.controller.abort();
      this.#request = request && this.#send(request);
    }
    this.#noteLeader();
    if (state.name === "stopped") return this.#onStopped();
    if (state.wakeAtMs === Infinity) return;
    const delayMs = state.wakeAtMs - this.#options.clock.monotonicMs();
    this.#cancelTimer = this.#options.clock.after(delayMs, () => this.#dispatch({ type: "wake" }));
  }

  #noteLeader(): void {
    const sight = this.#sight();
    if (sight === undefined) return;
    const leader = sight.lease?.holder ?? "";
    const { identity, log } = this.#options;
    if (leader !== this.#leader && leader !== "" && leader !== identity) {
      log.info("new sync leader elected", { leader, self: identity });
    }
    this.#leader = leader;
  }

  #send(asked: Request): { asked: Request; controller: AbortController } {
    const controller = new AbortController();
    const done = this.#ask(asked, controller.signal).then((answer) => {
      this.#open.delete(done);
      if (controller.signal.aborted) return;
      this.#noteAnswer(asked, answer);
      this.#dispatch({ type: "answered", answer });
    });
    this.#open.add(done);
    return { asked, controller };
  }

  async #ask(asked: Request, cancelled: AbortSignal): Promise<Answer> {
    const { clock, store, timing } = this.#options;
    using limit = deadline(clock, attemptTimeoutMs(timing), cancelled);
    try {
      if (asked.kind === "read") return await store.get(limit.signal);
      const object = this.#write(asked.claim);
      return asked.claim.base === undefined
        ? await store.create(object, limit.signal)
        : await store.update(object, limit.signal);
    } catch (error) {
      return { kind: "unknown", reason: explain(error) };
    }
  }

  #write({ kind, base, nonce }: Claim) {
    const { clock, identity, leaseName: name, timing } = this.#options;
    const signature = { identity, nonce, durationMs: timing.leaseDurationMs, wallMs: clock.wallMs() };
    if (kind === "acquire" || base === undefined) return acquired(base, { ...signature, name });
    const annotations = this.#options.annotations?.() ?? {};
    return (kind === "renew" ? renewed : released)(base, { ...signature, annotations });
  }

  /** Each trouble is said once, and that it is over. That a read goes well says nothing about writes. */
  #noteAnswer({ kind }: Request, answer: Answer): void {
    const { identity, log } = this.#options;
    const before = this.#errors.get(kind);
    if (answer.kind !== "refused" && answer.kind !== "unknown") {
      if (this.#errors.delete(kind)) log.info("the election reaches its Lease again", { identity, request: kind });
      return;
    }
    this.#errors.set(kind, answer.reason);
    if (answer.reason === before) return;
    log.warn("the election cannot reach its Lease, trying again", { identity, request: kind, error: answer.reason });
  }

  get #lastError(): string | undefined {
    return this.#errors.get("write") ?? this.#errors.get("read");
  }

  #perform(command: Command): void {
    const { identity, log, onEvent } = this.#options;
    switch (command.do) {
      case "lead":
        return this.#lead(command);
      case "extend":
        this.#term?.extend(command.validUntilMs);
        return onEvent?.({ type: "renewed" });
      case "endTerm":
        this.#term?.end(command.reason);
        log.info("lost sync leadership, stopping sync job", { identity, reason: command.reason });
        return onEvent?.({ type: "lost", reason: command.reason });
      case "rewatch":
        return this.#watch.restart();
      case "report":
        return this.#report(command.what);
    }
  }

  #report(what: (Command & { do: "report" })["what"]): void {
    const { identity, log, onEvent } = this.#options;
    switch (what) {
      case "released":
        log.info("released sync leadership", { identity });
        return onEvent?.({ type: "released" });
      case "notReleased":
        return log.warn("could not release sync leadership, it runs out by itself", {
          identity,
          error: this.#lastError,
        });
      case "notSettled":
        return log.error("the sync job goes on although it was told to stop", { identity });
      case "workEnded":
        return log.error("the sync job ended by itself, leaving leadership to others", { identity });
    }
  }

  #lead({ lease, validUntilMs }: Command & { do: "lead" }): void {
    const { clock, identity, log, onEvent } = this.#options;
    const { version: token, annotations } = lease;
    const term = openTerm({ clock, token, validUntilMs, annotations });
    this.#term = term;
    log.info("elected as sync leader, starting member sync job", { identity, token });
    onEvent?.({ type: "elected", token });
    const ended = (error?: unknown) => {
      if (error !== undefined && !term.signal.aborted) {
        log.error("the sync job failed", { identity, error: explain(error) });
      }
      this.#dispatch({ type: "settled" });
    };
    // Not before this step has ended: the work may ask about the state.
    Promise.resolve().then(() => this.#options.lead(term)).then(
      () => ended(),
      (error: unknown) => ended(error ?? "unknown"),
    );
  }
}

/** Two numbers of 32 bits, in hexadecimal. */
function incarnationFrom(random: () => number): string {
  const word = () => Math.floor(random() * 2 ** 32).toString(16).padStart(8, "0");
  return word() + word();
}
