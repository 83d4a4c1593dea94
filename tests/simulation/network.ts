/** Between the processes and the API: latency, and whatever a cable, a proxy or a load balancer may do to messages. */
import type { Connection, Transport } from "../../src/election/transport.ts";
import type { Lease } from "../doubles/lease_api/lease_check.ts";
import type { ApiServer, Ask, Reply, Sink } from "./api_server.ts";
import type { Conditions } from "./conditions.ts";
import type { Process } from "./machine_process.ts";
import { between, type Dice } from "./random.ts";
import type { TrueTime } from "./true_time.ts";

/** What the oracle hears of the network. */
export interface Ear {
  /** A request leaves the process. */
  left(process: Process, ask: Ask): void;
  /** The process learns what the Lease says, or that there is none; not of a request that it has given up. */
  learned(process: Process, news: News): void;
}

/** What the Lease says; a read or a write tells the version, and a deletion does. `leftAtMs`: when the question or the event was sent. */
export interface News {
  readonly lease: Lease | undefined;
  readonly version: number | undefined;
  readonly isRead: boolean;
  readonly leftAtMs: number;
}

export interface NetworkOptions {
  time: TrueTime;
  conditions: Conditions;
  server: ApiServer;
  random: Dice;
  ear: Ear;
  /** What the mounted token of a process says. */
  tokenOf(process: Process): string;
  /** A request has come to the API. */
  arriving(process: Process): void;
  note(who: string, what: string): void;
}

const LATENCY_MS = { low: 0.5, high: 4 };
const encoder = new TextEncoder();

/** A connection whose messages are lost stays so: the process has to notice and make a new one. */
interface Line {
  isDead: boolean;
}

export class Network {
  readonly #options: NetworkOptions;
  /** How long a process stands still before its next request leaves. */
  readonly #holds = new Map<Process, { durationMs: number; hasLeft: boolean }>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** The process stands still once, after its next request was made: before it leaves, or right after. */
  holdNext(process: Process, durationMs: number, hasLeft: boolean): void {
    this.#holds.set(process, { durationMs, hasLeft });
  }

  /** How a process reaches the API. */
  transportOf(process: Process): Transport {
    return {
      credentials: () => Promise.resolve({ token: this.#options.tokenOf(process), ca: "CA" }),
      connect: () => this.#connect(process),
    };
  }

  #connect(process: Process): Connection {
    const line: Line = { isDead: false };
    return {
      fetch: (url, init) => this.#fetch(process, line, toAsk(process, url, init), init.signal ?? undefined),
      close: () => {},
    };
  }

  #fetch(process: Process, line: Line, ask: Ask, signal: AbortSignal | undefined): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      const leave = () => this.#leave({ process, line, ask, signal, resolve, reject });
      const hold = this.#holds.get(process);
      if (hold === undefined) return leave();
      this.#holds.delete(process);
      const { conditions, note, time } = this.#options;
      const forMs = conditions.clip(time.nowMs + hold.durationMs) - time.nowMs;
      note(
        process.name,
        `stands still for ${Math.round(forMs)} ms, a request ${hold.hasLeft ? "under way" : "in its hands"}`,
      );
      if (hold.hasLeft) leave();
      process.pause(forMs, hold.hasLeft ? undefined : leave);
    });
  }

  #leave(exchange: Exchange): void {
    const { ear, server, time, note } = this.#options;
    const { ask, process, line } = exchange;
    ear.left(process, ask);
    const leftAtMs = time.nowMs;
    const isWatch = ask.url.includes("watch=true");
    this.#travel(process, line, "out", () => {
      if (this.#options.conditions.find("down", process.name)) return this.#refuse(exchange);
      if (isWatch) return this.#openWatch(exchange);
      this.#options.arriving(process);
      const reply = server.answer(ask);
      note(process.name, describe(ask, reply));
      this.#travel(process, line, "in", () => this.#give(exchange, reply, leftAtMs));
    });
  }

  #refuse({ process, line, signal, reject }: Exchange): void {
    this.#travel(process, line, "in", () => {
      if (!signal?.aborted) process.deliver(() => reject(new TypeError("error sending request: connection refused")));
    });
  }

  #give({ process, ask, signal, resolve }: Exchange, reply: Reply, leftAtMs: number): void {
    process.deliver(() => {
      if (signal?.aborted) return;
      const isAbsent = reply.status === 404 && ask.method !== "POST";
      if (reply.lease !== undefined || isAbsent) {
        const version = reply.lease && Number(reply.lease.metadata.resourceVersion);
        this.#options.ear.learned(process, { lease: reply.lease, version, isRead: ask.method === "GET", leftAtMs });
      }
      resolve(new Response(reply.body, { status: reply.status, headers: reply.headers }));
    });
  }

  #openWatch({ process, line, ask, signal, resolve }: Exchange): void {
    const { conditions, ear, server, time } = this.#options;
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    let isOver = false;
    let lastMs = 0;
    let isStalled = false;
    let stop = () => {};
    const close = () => {
      isOver = true;
      stop();
    };
    // Lines of one answer keep their order.
    const pass = (run: () => void) => {
      isStalled ||= conditions.find("stall", process.name) !== undefined;
      if (isStalled || process.isDead) return;
      this.#travel(process, line, "in", () => {
        process.deliver(() => isOver || run());
      }, (atMs) => lastMs = Math.max(lastMs + 0.001, atMs));
    };
    const sink: Sink = {
      say: (text, change) => {
        const leftAtMs = time.nowMs;
        pass(() => {
          if (change !== undefined) {
            const lease = change.type === "DELETED" ? undefined : change.object;
            ear.learned(process, { lease, version: change.version, isRead: false, leftAtMs });
          }
          body?.enqueue(encoder.encode(`${text}\n`));
        });
      },
      end: (isReset) =>
        pass(() => {
          isOver = true;
          if (isReset) body?.error(new TypeError("connection reset"));
          else body?.close();
        }),
    };
    // The head of the answer goes first.
    const opened: { reply?: Reply } = {};
    pass(() => {
      if (opened.reply) return resolve(new Response(opened.reply.body, { status: opened.reply.status }));
      const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller), cancel: close });
      resolve(new Response(stream));
    });
    const outcome = server.watch(ask, sink);
    if (typeof outcome === "function") stop = outcome;
    else opened.reply = outcome;
    signal?.addEventListener("abort", () => {
      if (isOver) return;
      close();
      body?.error(signal.reason);
    }, { once: true });
  }

  /** Takes a message there: late, held up until a cut ends, or not at all. */
  #travel(process: Process, line: Line, way: "out" | "in", arrive: () => void, order = (atMs: number) => atMs): void {
    const { conditions, random, time } = this.#options;
    if (line.isDead) return;
    const isThisWay = (fault: { way: "out" | "in" | "both" }) => fault.way === way || fault.way === "both";
    const cut = conditions.find("cut", process.name, isThisWay);
    if (cut?.fault.isFatal) {
      line.isDead = true;
      return;
    }
    const slow = conditions.find("slow", process.name, isThisWay);
    const latencyMs = between(random, LATENCY_MS.low, LATENCY_MS.high);
    const heldMs = slow === undefined ? 0 : random() * slow.fault.byMs;
    const leavesAtMs = conditions.clip(Math.max(time.nowMs + heldMs, cut?.untilMs ?? 0));
    time.at(order(Math.max(time.nowMs, leavesAtMs) + latencyMs), arrive);
  }
}

interface Exchange {
  process: Process;
  line: Line;
  ask: Ask;
  signal: AbortSignal | undefined;
  resolve: (response: Response) => void;
  reject: (reason: unknown) => void;
}

function toAsk(process: Process, url: string, { body, headers, method = "GET" }: RequestInit): Ask {
  const token = new Headers(headers).get("authorization")?.replace("Bearer ", "") ?? "";
  return { from: process.name, method, url, token, body: typeof body === "string" ? body : undefined };
}

function describe({ method }: Ask, { lease, status }: Reply): string {
  if (lease === undefined) return `${method} ${status}`;
  return `${method} ${status} v${lease.metadata.resourceVersion} held by ${lease.spec.holderIdentity || "nobody"}`;
}
