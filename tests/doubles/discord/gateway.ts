/** The gateway: who may identify or resume, and every event to every session of its shard. */

import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from "discord-api-types/v10";
import type { GatewayControl, SessionFilter, Wait } from "./contract.ts";
import type { EffectLog } from "./effects.ts";
import { GatewayConnection, type Host } from "./gateway_connection.ts";
import { GatewaySession, type Wire } from "./gateway_session.ts";
import { type Json, number, object, text } from "./json.ts";
import type { Settings } from "./options.ts";
import type { Portal } from "./portal.ts";
import type { DoubleWorld, Outgoing } from "./world.ts";

const DEFAULT_LARGE_THRESHOLD = 50;
/** Codes by which a client gives its session up, and those of the gateway that leave nothing to resume. */
const ENDS_SESSION: ReadonlySet<number> = new Set([
  1000,
  1001,
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.InvalidSeq,
  GatewayCloseCodes.SessionTimedOut,
  GatewayCloseCodes.InvalidShard,
  GatewayCloseCodes.ShardingRequired,
  GatewayCloseCodes.InvalidAPIVersion,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
]);

/** What the gateway is made of. */
export interface GatewayParts {
  readonly settings: Settings;
  readonly portal: Portal;
  readonly world: () => DoubleWorld;
  readonly effects: EffectLog;
  /** The gateway's address for a replica. */
  readonly url: (replica: string) => string;
}

/** The gateway of a double. */
export class Gateway implements GatewayControl, Host {
  readonly closeCodes: number[] = [];
  readonly #parts: GatewayParts;
  readonly #connections = new Set<GatewayConnection>();
  readonly #sessions = new Map<string, GatewaySession>();
  readonly #refused = new Set<string | undefined>();
  #sessionsMade = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  get clock() {
    return this.#parts.settings.clock;
  }

  get heartbeatIntervalMs(): number {
    return this.#parts.settings.heartbeatIntervalMs;
  }

  get sessions(): readonly GatewaySession[] {
    return [...this.#sessions.values()];
  }

  get identifies(): number {
    return this.#parts.portal.identifies;
  }

  get identifiesRefused(): number {
    return this.#parts.portal.identifiesRefused;
  }

  /** Whether new connections of this replica are accepted. */
  accepts(replica: string): boolean {
    return !this.#refused.has(undefined) && !this.#refused.has(replica);
  }

  /** A client has connected. */
  connect(wire: Wire, replica: string): GatewayConnection {
    const connection = new GatewayConnection(wire, { replica, host: this });
    this.#connections.add(connection);
    return connection;
  }

  identify(connection: GatewayConnection, data: Json): GatewaySession | undefined {
    const { portal } = this.#parts;
    const shard = shardOf(data.shard);
    const free = portal.identify(shard?.[0] ?? 0);
    if (!portal.accepts(text(data.token))) {
      return this.#end(connection, GatewayCloseCodes.AuthenticationFailed, "Authentication failed.");
    }
    if (!shard) return this.#end(connection, GatewayCloseCodes.InvalidShard, "Invalid shard.");
    const refusal = portal.intentsRefusal(number(data.intents, Number.NaN));
    if (refusal !== undefined) {
      const reason = refusal === GatewayCloseCodes.DisallowedIntents ? "Disallowed intent(s)." : "Invalid intent(s).";
      return this.#end(connection, refusal, reason);
    }
    if (!free) {
      connection.order(GatewayOpcodes.InvalidSession, false);
      return undefined;
    }
    const session = new GatewaySession(`session-${++this.#sessionsMade}`, {
      replica: connection.replica,
      shard,
      intents: number(data.intents, 0),
      connection,
    });
    this.#sessions.set(session.sessionId, session);
    this.#welcome(session, number(data.large_threshold, DEFAULT_LARGE_THRESHOLD));
    return session;
  }

  resume(connection: GatewayConnection, data: Json): GatewaySession | undefined {
    const { portal, settings } = this.#parts;
    if (!portal.accepts(text(data.token))) {
      return this.#end(connection, GatewayCloseCodes.AuthenticationFailed, "Authentication failed.");
    }
    const session = this.#sessions.get(text(data.session_id));
    const sequence = number(data.seq, -1);
    if (session && sequence > session.sequence) {
      return this.#end(connection, GatewayCloseCodes.InvalidSeq, "Invalid seq.");
    }
    const lostMs = session?.lostAtMs === undefined ? 0 : this.clock.monotonicMs() - session.lostAtMs;
    if (!session || lostMs > settings.resumableMs || !session.canReplay(sequence)) {
      if (session) this.#sessions.delete(session.sessionId);
      connection.order(GatewayOpcodes.InvalidSession, false);
      return undefined;
    }
    session.resume(connection, sequence);
    session.dispatch("RESUMED", JSON.stringify({ _trace: [] }));
    this.#parts.effects.changed();
    return session;
  }

  lost(connection: GatewayConnection, code: number): void {
    this.#connections.delete(connection);
    const { session } = connection;
    if (session?.connection !== connection) return;
    session.lose(this.clock.monotonicMs());
    if (ENDS_SESSION.has(code)) this.#sessions.delete(session.sessionId);
    this.#parts.effects.changed();
  }

  heard(): void {
    this.#parts.effects.changed();
  }

  async ready(count: number, wait: Wait & SessionFilter = {}): Promise<void> {
    const find = () => {
      const up = this.sessions.filter((session) => session.connected && matches(session, wait));
      return up.length >= count ? up : undefined;
    };
    await this.#parts.effects.until(find, { ...wait, what: `${count} gateway sessions` });
  }

  reconnect(filter: SessionFilter = {}): void {
    for (const connection of this.#matching(filter)) connection.order(GatewayOpcodes.Reconnect, null);
  }

  invalidate(filter: SessionFilter & { resumable?: boolean } = {}): void {
    const { resumable = false } = filter;
    for (const connection of this.#matching(filter)) {
      if (!resumable && connection.session) this.#sessions.delete(connection.session.sessionId);
      connection.order(GatewayOpcodes.InvalidSession, resumable);
    }
  }

  close(code: number, filter: SessionFilter = {}): void {
    for (const connection of this.#matching(filter)) this.#end(connection, code, "");
  }

  cut(filter: SessionFilter = {}): void {
    for (const connection of this.#matching(filter)) connection.cut();
  }

  silence(silent: boolean, filter: SessionFilter = {}): void {
    for (const connection of this.#matching(filter)) {
      connection.silent = silent;
      connection.session?.flush();
    }
  }

  refuse(refused: boolean, filter: SessionFilter = {}): void {
    if (refused) this.#refused.add(filter.replica);
    else this.#refused.delete(filter.replica);
  }

  dispatch(event: string, data: unknown, options: { guildId?: string; intent?: number } = {}): void {
    this.emit({ event, data, guildId: options.guildId, intent: options.intent ?? 0 });
  }

  /** Sends an event to every session of its shard that has its intent. */
  emit({ event, data, guildId, intent }: Outgoing): void {
    let whole: string | undefined;
    let stripped: string | undefined;
    for (const session of this.#sessions.values()) {
      if (!session.wants(intent) || !isOnShard(guildId, session)) continue;
      const readsContent = event !== "MESSAGE_CREATE" || session.wants(GatewayIntentBits.MessageContent);
      if (readsContent) session.dispatch(event, whole ??= JSON.stringify(data));
      else session.dispatch(event, stripped ??= JSON.stringify(this.#withoutContent(data)));
    }
  }

  /** Ends every connection, for good. */
  shutDown(): void {
    this.#refused.add(undefined);
    for (const connection of [...this.#connections]) connection.cut();
  }

  /** What a session without the message content intent gets, unless it is mentioned, wrote it itself or is in a DM. */
  #withoutContent(data: unknown): unknown {
    const message = object(data);
    const { bot } = this.#parts.world();
    const own = object(message.author).id === bot.id || text(message.content).includes(`<@${bot.id}>`);
    if (own || message.guild_id === undefined) return message;
    return { ...message, content: "", embeds: [], attachments: [], components: [] };
  }

  #welcome(session: GatewaySession, largeThreshold: number): void {
    const { portal, settings, url } = this.#parts;
    const world = this.#parts.world();
    const guilds = session.wants(GatewayIntentBits.Guilds) ? world.guildIds.filter((id) => isOnShard(id, session)) : [];
    const ready = {
      v: 10,
      user: { ...world.bot, verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map((id) => ({ id, unavailable: true })),
      session_id: session.sessionId,
      resume_gateway_url: url(session.replica),
      shard: [session.shard, session.shardCount],
      application: { id: settings.applicationId, flags: portal.flags() },
    };
    session.dispatch("READY", JSON.stringify(ready));
    for (const id of guilds.filter((id) => world.isAvailable(id))) {
      session.dispatch(
        "GUILD_CREATE",
        JSON.stringify(world.guild(id).created({ botId: world.bot.id, largeThreshold })),
      );
    }
    this.#parts.effects.changed();
  }

  #end(connection: GatewayConnection, code: number, reason: string): undefined {
    this.closeCodes.push(code);
    connection.close(code, reason);
  }

  #matching(filter: SessionFilter): GatewayConnection[] {
    return [...this.#connections].filter(({ session, replica }) =>
      session ? matches(session, filter) : matches({ replica, shard: 0 }, filter)
    );
  }
}

function matches(session: { replica: string; shard: number }, { replica, shard }: SessionFilter): boolean {
  return (replica === undefined || replica === session.replica) && (shard === undefined || shard === session.shard);
}

function isOnShard(guildId: string | undefined, session: GatewaySession): boolean {
  if (guildId === undefined) return session.shard === 0;
  return Number((BigInt(guildId) >> 22n) % BigInt(session.shardCount)) === session.shard;
}

function shardOf(value: unknown): readonly [number, number] | undefined {
  if (value === undefined) return [0, 1];
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [id, count] = value.map((part) => number(part, Number.NaN));
  if (id === undefined || count === undefined || !(Number.isInteger(id) && id >= 0 && id < count)) return undefined;
  return [id, count];
}
