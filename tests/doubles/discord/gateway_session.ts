/** One gateway session: its numbered events, kept for a resume, and the connection that carries them. */

import type { GatewayPresenceUpdateData } from "discord-api-types/v10";
import type { SessionView } from "./contract.ts";

const KEPT_EVENTS = 10_000;

/** A WebSocket to a client. */
export interface Wire {
  send(frame: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** What carries the events of a session for the time being. */
export interface Carrier {
  readonly wire: Wire;
  /** While silent nothing is sent. */
  readonly silent: boolean;
}

/** A session that has identified. */
export class GatewaySession implements SessionView {
  readonly sessionId: string;
  readonly replica: string;
  readonly shard: number;
  readonly shardCount: number;
  readonly intents: number;
  presence: GatewayPresenceUpdateData | undefined;
  resumes = 0;
  heartbeats = 0;
  /** When the connection was lost; undefined while there is one. */
  lostAtMs: number | undefined;
  #connection: Carrier | undefined;
  #sequence = 0;
  #sent = 0;
  readonly #kept: { readonly s: number; readonly frame: string }[] = [];

  constructor(
    sessionId: string,
    options: { replica: string; shard: readonly [number, number]; intents: number; connection: Carrier },
  ) {
    this.sessionId = sessionId;
    this.replica = options.replica;
    [this.shard, this.shardCount] = options.shard;
    this.intents = options.intents;
    this.#connection = options.connection;
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  get connection(): Carrier | undefined {
    return this.#connection;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Whether it wants events of this intent (0: everyone gets them). */
  wants(intent: number): boolean {
    return intent === 0 || (this.intents & intent) !== 0;
  }

  /** Numbers an event, keeps it, and sends it if somebody listens. `json` is its data. */
  dispatch(event: string, json: string): void {
    const s = ++this.#sequence;
    this.#kept.push({ s, frame: `{"op":0,"t":"${event}","s":${s},"d":${json}}` });
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    this.flush();
  }

  /** Sends what has not been sent yet. */
  flush(): void {
    const connection = this.#connection;
    if (!connection || connection.silent) return;
    for (const { frame } of this.#after(this.#sent)) connection.wire.send(frame);
    this.#sent = this.#sequence;
  }

  /** Whether all events after `sequence` are still kept. */
  canReplay(sequence: number): boolean {
    return sequence === this.#sequence || (this.#kept[0]?.s ?? Infinity) <= sequence + 1;
  }

  /** Takes a new connection and replays what came after `sequence`. */
  resume(connection: Carrier, sequence: number): void {
    this.#connection = connection;
    this.lostAtMs = undefined;
    this.resumes++;
    this.#sent = sequence;
    this.flush();
  }

  /** The connection is gone. */
  lose(nowMs: number): void {
    this.#connection = undefined;
    this.lostAtMs = nowMs;
  }

  *#after(sequence: number) {
    const first = this.#kept[0]?.s ?? 0;
    for (let index = Math.max(0, sequence + 1 - first); index < this.#kept.length; index++) {
      const event = this.#kept[index];
      if (event) yield event;
    }
  }
}
