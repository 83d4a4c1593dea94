/**
 * The part of a kube-apiserver that a leader election meets: Leases over TLS, with tokens, rights, versions and watches, as
 * strict as the real one, and faults on request. `tests/contract/lease_store_contract.ts` holds it to the real one.
 */
import { type Clock, sleep, systemClock } from "../../../src/clock.ts";
import { Accounts, type Right, type ServiceAccount } from "./accounts.ts";
import { type Call, readCall } from "./call.ts";
import { makeCertificate } from "./certificates.ts";
import { type Lease, readLease } from "./lease_check.ts";
import { deleted, Refusal, statusOf } from "./status.ts";
import { Storage } from "./storage.ts";
import { watchResponse } from "./watch.ts";

export interface LeaseApiOptions {
  clock?: Clock;
  /** 127.0.0.1 by default. */
  hostname?: string;
  /** Any free one by default. */
  port?: number;
}

/** A request as it came in. */
export interface RequestRecord {
  /** The name of the service account; empty without a token that counts. */
  readonly account: string;
  readonly verb: Right["verb"];
  readonly name: string | undefined;
  /** The holder that a write names. */
  readonly holder: string | undefined;
  readonly atMs: number;
  /** Of the answer; undefined while there is none. */
  code: number | undefined;
}

/** What happens to a request. */
export interface Fault {
  /** Before it is carried out. */
  delayMs?: number;
  /** After it was carried out. */
  answerDelayMs?: number;
  /** Nobody answers; `request`: nor is it carried out. */
  lose?: "request" | "answer";
  /** Answered so, and not carried out. */
  status?: number;
  retryAfterSeconds?: number;
}

/** Starts one; it listens when the promise resolves. */
export async function startLeaseApi(options: LeaseApiOptions = {}): Promise<LeaseApiDouble> {
  const { clock = systemClock, hostname = "127.0.0.1", port = 0 } = options;
  const addresses = new Set(["127.0.0.1", "::1", hostname].filter((address) => /^[\d.]+$|:/.test(address)));
  const certificate = await makeCertificate(clock.wallMs(), [...addresses]);
  return new LeaseApiDouble({ clock, hostname, port, ...certificate });
}

export class LeaseApiDouble {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  /** In the order of their arrival. */
  readonly requests: RequestRecord[] = [];
  /** Asked for each request; undefined: nothing happens to it. */
  fault: (request: RequestRecord) => Fault | undefined = () => undefined;
  readonly #clock: Clock;
  readonly #storage: Storage;
  readonly #accounts = new Accounts();
  readonly #closing = new AbortController();
  readonly #certificate: { cert: string; key: string };
  #server: Deno.HttpServer<Deno.NetAddr>;
  #watches = new AbortController();

  constructor(options: Required<LeaseApiOptions> & { ca: string; cert: string; key: string }) {
    const { ca, cert, clock, hostname, key, port } = options;
    this.#clock = clock;
    this.#storage = new Storage(() => clock.wallMs());
    this.#certificate = { cert, key };
    this.host = hostname;
    this.#server = this.#serve(port);
    this.port = this.#server.addr.port;
    this.ca = ca;
  }

  /** @param options.dir where the mount is written; by default a temporary folder that is removed at the end */
  addServiceAccount(
    options: { namespace: string; name: string; rights: readonly Right[]; dir?: string },
  ): Promise<ServiceAccount> {
    return this.#accounts.add(this.ca, options);
  }

  /** Undefined if there is none. */
  lease(namespace: string, name: string): Lease | undefined {
    return this.#storage.has(namespace, name) ? this.#storage.get(namespace, name) : undefined;
  }

  /** Changes a Lease by hand, past all rights; undefined as the result deletes it. */
  edit(namespace: string, name: string, change: (lease: Lease) => Lease | undefined): void {
    const changed = change(this.#storage.get(namespace, name));
    if (changed === undefined) this.#storage.delete(namespace, name);
    else this.#storage.update(namespace, readLease(JSON.stringify(changed), name));
  }

  /** Forgets the past: a watch that begins there gets 410 from now on. */
  compact(): void {
    this.#storage.compact();
  }

  /** Ends open watches, as a server that restarts does. */
  endWatches(): void {
    this.#watches.abort();
    this.#watches = new AbortController();
  }

  /** Ends, and starts again with the same Leases and accounts, but without the past, when `meanwhile` resolves. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    this.endWatches();
    await this.#server.shutdown();
    await meanwhile();
    this.compact();
    this.#server = this.#serve(this.port);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#server.shutdown();
    await this.#accounts.removeFolders();
  }

  #serve(port: number): Deno.HttpServer<Deno.NetAddr> {
    const options = { hostname: this.host, port, ...this.#certificate, onListen() {} };
    return Deno.serve(options, (request) => this.#handle(request));
  }

  async #handle(request: Request): Promise<Response> {
    const call = readCall(request);
    const body = await request.text().catch(() => undefined);
    if (body === undefined) return new Response(null, { status: 400 }); // The client broke off, so nobody reads this.
    const account = orRefusal(() => this.#accounts.authenticate(request.headers));
    if (call === undefined) {
      return refused(new Refusal(404, "NotFound", "the server could not find the requested resource"));
    }
    const record = this.#record(call, account instanceof Refusal ? "" : account.name, body);
    const fault = this.fault(record) ?? {};
    await this.#wait(fault.delayMs);
    if (fault.lose === "request") return await this.#swallow();
    const response = fault.status !== undefined
      ? injected(fault.status, fault.retryAfterSeconds)
      : orRefusal(() => this.#carryOut(call, { account, body }));
    if (fault.lose === "answer") return await this.#swallow();
    await this.#wait(fault.answerDelayMs);
    const answer = response instanceof Refusal ? refused(response) : response;
    record.code = answer.status;
    return answer;
  }

  #record({ name, verb }: Call, account: string, body: string): RequestRecord {
    const lease = body === "" ? undefined : orRefusal(() => readLease(body, undefined));
    const holder = lease === undefined || lease instanceof Refusal ? undefined : lease.spec.holderIdentity;
    const record = { account, verb, name, holder, atMs: this.#clock.monotonicMs(), code: undefined };
    this.requests.push(record);
    return record;
  }

  /** @throws {Refusal} */
  #carryOut(call: Call, by: { account: ServiceAccount | Refusal; body: string }): Response {
    if (by.account instanceof Refusal) throw by.account;
    const { namespace, name = "", verb } = call;
    const storage = this.#storage;
    this.#accounts.authorize(by.account, { verb, namespace, name: call.name });
    switch (verb) {
      case "get":
        return Response.json(storage.get(namespace, name));
      case "create":
        return Response.json(storage.create(namespace, readLease(by.body, undefined)), { status: 201 });
      case "update": {
        const isNew = !storage.has(namespace, name);
        if (isNew) this.#accounts.authorize(by.account, { verb: "create", namespace, name: undefined });
        return Response.json(storage.update(namespace, readLease(by.body, name)), { status: isNew ? 201 : 200 });
      }
      case "delete":
        return Response.json(deleted(name, storage.delete(namespace, name).metadata.uid));
      case "list":
        return Response.json(this.#list(call));
      case "watch": {
        const over = AbortSignal.any([this.#closing.signal, this.#watches.signal]);
        return watchResponse(call, { clock: this.#clock, over, storage });
      }
    }
  }

  #list({ namespace, selected }: Call) {
    const leases = this.#storage.list(namespace);
    const items = leases.filter(({ metadata }) => selected === undefined || metadata.name === selected);
    const metadata = { resourceVersion: String(this.#storage.version) };
    return { kind: "LeaseList", apiVersion: "coordination.k8s.io/v1", metadata, items };
  }

  async #wait(durationMs = 0): Promise<void> {
    if (durationMs > 0) await sleep(this.#clock, durationMs, this.#closing.signal).catch(() => {});
  }

  /** Says nothing until the double is closed. */
  #swallow(): Promise<Response> {
    const over = this.#closing.signal;
    return new Promise((resolve) => {
      const answer = () => resolve(new Response(null, { status: 503 }));
      if (over.aborted) answer();
      over.addEventListener("abort", answer, { once: true });
    });
  }
}

function injected(status: number, retryAfterSeconds: number | undefined): Refusal {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return new Refusal(status, "Injected", `answered ${status} on request`, headers);
}

function refused(refusal: Refusal): Response {
  return Response.json(statusOf(refusal), { status: refusal.code, headers: refusal.headers });
}

function orRefusal<Value>(run: () => Value): Value | Refusal {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
