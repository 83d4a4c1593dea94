/**
 * An elector of another kind on the same Lease, as other programs have them: it reads and writes every retry period while it
 * campaigns, renews over what it saw last, knows no watch and no nonce, and when it leaves it clears the Lease without looking whose it is.
 */
import { type Clock, deadline, sleep } from "../../src/clock.ts";
import { microTime } from "../../src/election/lease.ts";
import type { Connection } from "../../src/election/transport.ts";
import type { Lease } from "../doubles/lease_api/lease_check.ts";
import { LEASE } from "./api_server.ts";
import type { Timing } from "./scenario.ts";

export interface ForeignElectorOptions {
  clock: Clock;
  connection: Connection;
  /** Of the Leases. */
  url: string;
  identity: string;
  random: () => number;
  timing: Timing;
  note(what: string): void;
}

export class ForeignElector {
  readonly #options: ForeignElectorOptions;
  #observed: { lease: Lease; raw: string; atMs: number } | undefined;

  constructor(options: ForeignElectorOptions) {
    this.#options = options;
  }

  /** Campaigns and leads in turn until `signal` aborts; then clears the Lease if it believes to hold it. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, timing } = this.#options;
    while (!signal.aborted) {
      if (await this.#attempt(signal)) await this.#lead(signal);
      await sleep(clock, timing.retryPeriodMs * (1 + 0.2 * random()), signal).catch(() => {});
    }
    if (this.#isLeader()) await this.#clear();
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const { clock, note, timing } = this.#options;
    note("leads");
    let renewedAtMs = clock.monotonicMs();
    while (!signal.aborted) {
      await sleep(clock, timing.retryPeriodMs, signal).catch(() => {});
      if (signal.aborted) return;
      if (await this.#attempt(signal)) renewedAtMs = clock.monotonicMs();
      else if (!this.#isLeader() || clock.monotonicMs() - renewedAtMs > timing.renewDeadlineMs) break;
    }
    note("leads no more");
    if (this.#isLeader()) await this.#clear();
  }

  #isLeader(): boolean {
    return this.#observed?.lease.spec.holderIdentity === this.#options.identity;
  }

  #isValid(): boolean {
    if (this.#observed === undefined) return false;
    const { lease, atMs } = this.#observed;
    return atMs + (lease.spec.leaseDurationSeconds ?? 0) * 1000 > this.#options.clock.monotonicMs();
  }

  #observe(lease: Lease): void {
    const raw = JSON.stringify(lease.spec);
    if (raw !== this.#observed?.raw) this.#observed = { lease, raw, atMs: this.#options.clock.monotonicMs() };
    else this.#observed = { ...this.#observed, lease };
  }

  /** Takes or renews the Lease; whether it is held now. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    if (this.#isLeader() && this.#isValid() && this.#observed !== undefined) {
      if (await this.#put(this.#held(this.#observed.lease, false), signal)) return true;
    }
    const found = await this.#ask("GET", undefined, signal);
    if (found === undefined) return false;
    if (found.status === 404) return await this.#put(this.#held(undefined, true), signal);
    if (found.lease === undefined) return false;
    this.#observe(found.lease);
    const isFree = !found.lease.spec.holderIdentity;
    if (!isFree && !this.#isLeader() && this.#isValid()) return false;
    return await this.#put(this.#held(found.lease, !this.#isLeader()), signal);
  }

  #held(base: Lease | undefined, isNew: boolean): Lease {
    const { clock, identity, timing } = this.#options;
    const now = microTime(clock.wallMs());
    const holding = {
      holderIdentity: identity,
      leaseDurationSeconds: timing.leaseDurationMs / 1000,
      renewTime: now,
    };
    if (base === undefined) {
      const spec = { ...holding, acquireTime: now, leaseTransitions: 0 };
      return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: LEASE }, spec };
    }
    const leaseTransitions = (base.spec.leaseTransitions ?? 0) + (isNew ? 1 : 0);
    const acquireTime = isNew ? now : base.spec.acquireTime;
    return { ...base, spec: { ...base.spec, ...holding, acquireTime, leaseTransitions } };
  }

  async #clear(): Promise<void> {
    const never = new AbortController().signal;
    const found = await this.#ask("GET", undefined, never);
    if (found?.lease === undefined) return;
    const now = microTime(this.#options.clock.wallMs());
    const spec = { ...found.lease.spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
    await this.#put({ ...found.lease, spec }, never);
    this.#observed = undefined;
  }

  async #put(lease: Lease, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#ask(lease.metadata.resourceVersion ? "PUT" : "POST", lease, signal);
    if (answer?.lease === undefined) return false;
    this.#observe(answer.lease);
    return true;
  }

  /** Undefined without an answer. */
  async #ask(
    method: string,
    lease: Lease | undefined,
    signal: AbortSignal,
  ): Promise<{ status: number; lease: Lease | undefined } | undefined> {
    const { clock, connection, timing, url } = this.#options;
    using limit = deadline(clock, timing.renewDeadlineMs / 2, signal);
    const headers = { authorization: "Bearer foreign" };
    const path = method === "POST" ? "" : `/${LEASE}`;
    try {
      const body = lease === undefined ? null : JSON.stringify(lease);
      const response = await connection.fetch(`${url}${path}`, { method, headers, body, signal: limit.signal });
      const text = await response.text();
      return { status: response.status, lease: response.ok ? JSON.parse(text) : undefined };
    } catch {
      return undefined;
    }
  }
}
