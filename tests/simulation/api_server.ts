/**
 * The API of the simulation: the double's storage, which the contract suite holds to a real kube-apiserver, without its
 * sockets. It tells the oracle of each write that it accepts.
 */
import { readCall } from "../doubles/lease_api/call.ts";
import { type Lease, readLease } from "../doubles/lease_api/lease_check.ts";
import { forbidden, Refusal, statusOf, unauthorized } from "../doubles/lease_api/status.ts";
import { type Change, Storage } from "../doubles/lease_api/storage.ts";
import type { Conditions } from "./conditions.ts";
import type { Dice } from "./random.ts";
import type { TrueTime } from "./true_time.ts";

export const NAMESPACE = "hivemind";
export const LEASE = "hivemind-bot-sync-leader";

/** As it travels. */
export interface Ask {
  readonly from: string;
  readonly method: string;
  readonly url: string;
  readonly token: string;
  readonly body: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of a read or a write, for the oracle. */
  readonly lease?: Lease;
}

/** Where a watch's lines go. */
export interface Sink {
  say(line: string, change: Change | undefined): void;
  end(isReset: boolean): void;
}

export interface ApiServerOptions {
  time: TrueTime;
  conditions: Conditions;
  random: Dice;
  /** Before the change is told to anyone. */
  onWrite(from: string, before: Lease | undefined, after: Lease | undefined): void;
}

const BOOKMARK_PERIOD_MS = 60_000;

export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #storage: Storage;
  readonly #tokens = new Map<string, string>();
  readonly #watches = new Map<Sink, (how: "close" | "reset" | "410") => void>();

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#storage = new Storage(() => options.time.nowMs);
  }

  lease(): Lease | undefined {
    return this.#storage.has(NAMESPACE, LEASE) ? this.#storage.get(NAMESPACE, LEASE) : undefined;
  }

  /** From now on this token of `account` counts, and no other. */
  setToken(account: string, token: string): void {
    this.#tokens.set(account, token);
  }

  /** By hand, past all rights. */
  edit(change: (lease: Lease) => Lease | undefined): void {
    const before = this.lease();
    if (before === undefined) return;
    const changed = change(before);
    if (changed === undefined) this.#storage.delete(NAMESPACE, LEASE);
    else this.#storage.update(NAMESPACE, changed);
    this.#options.onWrite("hand", before, this.lease());
  }

  compact(): void {
    this.#storage.compact();
  }

  endWatches(how: "close" | "reset" | "410"): void {
    for (const end of [...this.#watches.values()]) end(how);
  }

  /** Carries a request out, or refuses it, or does one and says the other. */
  answer(ask: Ask): Reply {
    const { conditions, random } = this.#options;
    // A read has nothing to conflict with.
    const injected = conditions.find("answer", ask.from, ({ status }) => status !== 409 || ask.method !== "GET")?.fault;
    if (injected !== undefined && random() < injected.share) {
      if (injected.isCarriedOut) this.#carryOut(ask);
      const { retryAfterSeconds, status } = injected;
      const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      return refused(new Refusal(status, "Injected", `answered ${status} on request`, headers));
    }
    return this.#carryOut(ask);
  }

  /** Opens a watch; a refusal is the reply, else lines go to `sink` until the returned function is called. */
  watch(ask: Ask, sink: Sink): Reply | (() => void) {
    const call = readCall(new Request(ask.url, { method: ask.method }));
    const refusal = orRefusal(() => this.#authorize(ask, "watch"));
    if (refusal !== undefined) return refused(refusal);
    const { time } = this.#options;
    const tell = ({ type, object, ...change }: Change) =>
      sink.say(JSON.stringify({ type, object }), { type, object, ...change });
    const bookmark = () =>
      sink.say(
        JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: `${this.#storage.version}` } } }),
        undefined,
      );
    const wantsBookmarks = call?.wantsBookmarks ?? false;
    let unfollow = () => {};
    const end = (how: "close" | "reset" | "410") => {
      stop();
      if (how === "410") sink.say(errorLine(410, "The resourceVersion for the provided watch is too old."), undefined);
      sink.end(how === "reset");
    };
    const cancelEnd = time.at(time.nowMs + (call?.timeoutSeconds ?? 0) * 1000, () => end("close"));
    let cancelBookmark = () => {};
    const markLater = () => {
      cancelBookmark = time.at(time.nowMs + BOOKMARK_PERIOD_MS, () => {
        bookmark();
        markLater();
      });
    };
    if (wantsBookmarks) markLater();
    const stop = () => {
      unfollow();
      cancelEnd();
      cancelBookmark();
      this.#watches.delete(sink);
    };
    this.#watches.set(sink, end);
    try {
      unfollow = this.#storage.follow(call?.version, tell);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      end("410");
    }
    return stop;
  }

  #carryOut(ask: Ask): Reply {
    const reply = orRefusal(() => this.#perform(ask));
    return reply instanceof Refusal ? refused(reply) : reply;
  }

  /** @throws {Refusal} */
  #perform(ask: Ask): Reply {
    const before = this.lease();
    switch (ask.method) {
      case "GET":
        this.#authorize(ask, "get");
        return succeeded(200, this.#storage.get(NAMESPACE, LEASE));
      case "POST": {
        this.#authorize(ask, "create");
        return this.#written(ask, before, this.#storage.create(NAMESPACE, readLease(ask.body ?? "", undefined)));
      }
      default: {
        this.#authorize(ask, "update");
        if (before === undefined) this.#authorize(ask, "create");
        return this.#written(ask, before, this.#storage.update(NAMESPACE, readLease(ask.body ?? "", LEASE)));
      }
    }
  }

  #written(ask: Ask, before: Lease | undefined, after: Lease): Reply {
    this.#options.onWrite(ask.from, before, after);
    return succeeded(before === undefined ? 201 : 200, after);
  }

  /** @throws {Refusal} */
  #authorize({ from, token }: Ask, verb: "get" | "create" | "update" | "watch"): undefined {
    if (this.#tokens.get(from) !== token) throw unauthorized();
    if (this.#options.conditions.find("forbid", from, (fault) => fault.verb === verb) === undefined) return;
    const user = `system:serviceaccount:${NAMESPACE}:${from}`;
    throw forbidden({ user, verb, namespace: NAMESPACE, name: verb === "create" ? undefined : LEASE });
  }
}

function succeeded(status: number, lease: Lease): Reply {
  return { status, headers: {}, body: JSON.stringify(lease), lease };
}

function refused(refusal: Refusal): Reply {
  return { status: refusal.code, headers: refusal.headers, body: JSON.stringify(statusOf(refusal)) };
}

function errorLine(code: number, message: string): string {
  return JSON.stringify({ type: "ERROR", object: { kind: "Status", apiVersion: "v1", code, message } });
}

function orRefusal<Value>(run: () => Value): Value | Refusal {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
