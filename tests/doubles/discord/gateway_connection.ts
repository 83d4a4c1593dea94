/** One client's WebSocket: which frames it may send when, and what they lead to. */

import { GatewayCloseCodes, GatewayOpcodes, type GatewayPresenceUpdateData } from "discord-api-types/v10";
import type { CancelTimer, Clock } from "../../../src/clock.ts";
import type { GatewaySession, Wire } from "./gateway_session.ts";
import { type Json, number, object, text } from "./json.ts";

const LARGEST_FRAME = 4_096;
const FRAMES_PER_MINUTE = 120;
const MINUTE_MS = 60_000;

/** What a connection asks the gateway to decide. */
export interface Host {
  readonly clock: Clock;
  readonly heartbeatIntervalMs: number;
  /** Makes a session, or closes the connection. */
  identify(connection: GatewayConnection, data: Json): GatewaySession | undefined;
  /** Finds the session again, or closes the connection or has the client identify. */
  resume(connection: GatewayConnection, data: Json): GatewaySession | undefined;
  lost(connection: GatewayConnection, code: number): void;
  /** A frame has been handled. */
  heard(): void;
}

/** A connection from HELLO to its close. */
export class GatewayConnection {
  readonly replica: string;
  readonly wire: Wire;
  session: GatewaySession | undefined;
  /** While silent nothing is sent, not even an ACK. */
  silent = false;
  readonly #host: Host;
  #zombieTimer: CancelTimer = () => {};
  #windowStartMs = -Infinity;
  #frames = 0;
  #closed = false;

  constructor(wire: Wire, options: { replica: string; host: Host }) {
    this.wire = wire;
    this.replica = options.replica;
    this.#host = options.host;
    this.#send(GatewayOpcodes.Hello, { heartbeat_interval: options.host.heartbeatIntervalMs, _trace: [] });
    this.#expectHeartbeat();
  }

  /** Takes a frame of the client. */
  receive(frame: string): void {
    if (this.#closed) return;
    if (frame.length > LARGEST_FRAME) return this.close(GatewayCloseCodes.DecodeError, "Payload too large");
    if (this.#tooFast()) return this.close(GatewayCloseCodes.RateLimited, "Rate limited");
    const payload = parse(frame);
    if (!payload) return this.close(GatewayCloseCodes.DecodeError, "Error while decoding payload");
    this.#handle(number(payload.op, -1), payload.d);
    this.#host.heard();
  }

  #handle(op: number, data: unknown): void {
    switch (op) {
      case GatewayOpcodes.Heartbeat:
        this.#expectHeartbeat();
        if (this.session) this.session.heartbeats++;
        return this.#send(GatewayOpcodes.HeartbeatAck, null);
      case GatewayOpcodes.Identify:
        if (this.session) return this.close(GatewayCloseCodes.AlreadyAuthenticated, "Already authenticated");
        this.session = this.#host.identify(this, object(data));
        return;
      case GatewayOpcodes.Resume:
        if (this.session) return this.close(GatewayCloseCodes.AlreadyAuthenticated, "Already authenticated");
        this.session = this.#host.resume(this, object(data));
        return;
      case GatewayOpcodes.PresenceUpdate:
        if (!this.session) return this.close(GatewayCloseCodes.NotAuthenticated, "Not authenticated");
        if (!isPresence(data)) return this.close(GatewayCloseCodes.DecodeError, "Error while decoding payload");
        this.session.presence = data;
        return;
      default:
        return this.close(
          this.session ? GatewayCloseCodes.UnknownOpcode : GatewayCloseCodes.NotAuthenticated,
          `Opcode ${op} is not served`,
        );
    }
  }

  /** Sends op 7 or 9. */
  order(op: GatewayOpcodes.Reconnect | GatewayOpcodes.InvalidSession, data: unknown): void {
    this.#send(op, data);
  }

  /** Closes with a code, as Discord does. */
  close(code: number, reason = ""): void {
    if (this.#closed) return;
    this.wire.close(code, reason);
    this.ended(code);
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.wire.terminate();
    this.ended(GatewayCloseCodes.UnknownError);
  }

  /** The connection has ended, by whomever. */
  ended(code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#zombieTimer();
    this.#host.lost(this, code);
  }

  #send(op: number, d: unknown): void {
    if (!this.silent && !this.#closed) this.wire.send(JSON.stringify({ op, d, s: null, t: null }));
  }

  #expectHeartbeat(): void {
    this.#zombieTimer();
    this.#zombieTimer = this.#host.clock.after(
      this.#host.heartbeatIntervalMs * 1.5,
      () => this.close(GatewayCloseCodes.UnknownError, "No heartbeat"),
    );
  }

  #tooFast(): boolean {
    const nowMs = this.#host.clock.monotonicMs();
    if (nowMs - this.#windowStartMs >= MINUTE_MS) {
      this.#windowStartMs = nowMs;
      this.#frames = 0;
    }
    return ++this.#frames > FRAMES_PER_MINUTE;
  }
}

function parse(frame: string): Json | undefined {
  try {
    return object(JSON.parse(frame));
  } catch {
    return undefined;
  }
}

function isPresence(value: unknown): value is GatewayPresenceUpdateData {
  const { since, activities, status, afk } = object(value);
  return Array.isArray(activities) && text(status) !== "" && typeof afk === "boolean" &&
    (since === null || typeof since === "number");
}
