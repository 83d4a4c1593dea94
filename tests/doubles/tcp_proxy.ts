/**
 * A network that can fail: a TCP port that leads to another one, with stalls, delays, cuts and black holes on demand, in each
 * direction alone or in both.
 */
import { type Clock, sleep, systemClock } from "../../src/clock.ts";

/** `up`: from the client to the target; `down`: back. */
export type Direction = "up" | "down";

export interface TcpProxyOptions {
  /** Where connections lead. */
  target: { hostname: string; port: number };
  clock?: Clock;
}

/** Opens a port of 127.0.0.1 in front of the target. */
export function startTcpProxy(options: TcpProxyOptions): TcpProxy {
  return new TcpProxy(options);
}

const BOTH: readonly Direction[] = ["up", "down"];

export class TcpProxy implements AsyncDisposable {
  readonly hostname = "127.0.0.1";
  /** Where connections lead from now on. */
  target: { hostname: string; port: number };
  /** How much later bytes arrive. Milliseconds. */
  readonly delayMs: Record<Direction, number> = { up: 0, down: 0 };
  /** New connections are broken at once. */
  refuses = false;
  /** Connections taken so far. */
  connections = 0;
  readonly #clock: Clock;
  readonly #listener: Deno.TcpListener;
  readonly #links = new Set<Link>();
  readonly #gates: Record<Direction, Gate> = { up: new Gate(), down: new Gate() };
  readonly #closing = new AbortController();
  readonly #accepting: Promise<void>;

  constructor({ target, clock = systemClock }: TcpProxyOptions) {
    this.target = target;
    this.#clock = clock;
    this.#listener = Deno.listen({ hostname: this.hostname, port: 0 });
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Bytes wait, on connections of now and of later, until {@linkcode heal}; as when a route is gone for a while. */
  stall(...directions: Direction[]): void {
    for (const direction of directions.length > 0 ? directions : BOTH) this.#gates[direction].shut();
  }

  /** The connections of now never carry a byte again and never end; new ones work. As when a firewall forgets them. */
  forget(): void {
    for (const link of this.#links) link.forget();
  }

  /** Breaks the connections of now. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** All is well again; what waited goes on. */
  heal(): void {
    this.refuses = false;
    for (const direction of BOTH) {
      this.#gates[direction].open();
      this.delayMs[direction] = 0;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    this.heal();
    this.cut();
    await this.#accepting;
    await Promise.all([...this.#links].map((link) => link.ended));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      this.connections++;
      if (this.refuses) client.close();
      else this.#join(client);
    }
  }

  #join(client: Deno.TcpConn): void {
    const link = new Link(client, {
      target: this.target,
      pass: async (direction) => {
        await this.#gates[direction].passed;
        const delayMs = this.delayMs[direction];
        if (delayMs > 0) await sleep(this.#clock, delayMs, this.#closing.signal);
      },
    });
    this.#links.add(link);
    void link.ended.then(() => this.#links.delete(link));
  }
}

/** Lets everyone pass while it is open. */
class Gate {
  #shut: PromiseWithResolvers<void> | undefined;

  get passed(): Promise<void> {
    return this.#shut?.promise ?? Promise.resolve();
  }

  shut(): void {
    this.#shut ??= Promise.withResolvers();
  }

  open(): void {
    this.#shut?.resolve();
    this.#shut = undefined;
  }
}

interface LinkOptions {
  target: { hostname: string; port: number };
  /** Resolves when bytes may go on. */
  pass(direction: Direction): Promise<void>;
}

/** One connection through the proxy: two sockets. */
class Link {
  readonly ended: Promise<void>;
  readonly #options: LinkOptions;
  readonly #sockets: Deno.TcpConn[] = [];
  readonly #broken = Promise.withResolvers<never>();
  #isForgotten = false;

  constructor(client: Deno.TcpConn, options: LinkOptions) {
    this.#options = options;
    this.#sockets.push(client);
    this.#broken.promise.catch(() => {});
    this.ended = this.#carry(client).catch(() => {}).finally(() => this.cut());
  }

  forget(): void {
    this.#isForgotten = true;
  }

  cut(): void {
    this.#broken.reject(new Error("cut"));
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  async #carry(client: Deno.TcpConn): Promise<void> {
    const { hostname, port } = this.#options.target;
    const target = await Deno.connect({ hostname, port });
    this.#sockets.push(target);
    await Promise.all([
      this.#pump(client, target, "up"),
      this.#pump(target, client, "down"),
    ]);
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn, direction: Direction): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    while (true) {
      const size = await from.read(buffer);
      await this.#passed(direction);
      if (size === null) return await to.closeWrite();
      for (let sent = 0; sent < size;) sent += await to.write(buffer.subarray(sent, size));
    }
  }

  async #passed(direction: Direction): Promise<void> {
    await Promise.race([this.#options.pass(direction), this.#broken.promise]);
    if (this.#isForgotten) await this.#broken.promise;
  }
}
