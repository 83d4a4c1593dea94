/** What a test sees of the double: the world it builds, the people it plays, the gateway, and what went wrong. */

import type { GatewayPresenceUpdateData } from "discord-api-types/v10";
import type { EffectLog } from "./effects.ts";
import type { Fault, FaultKind, FaultTarget } from "./faults.ts";
import type { People, Wait } from "./people_contract.ts";
import type { World } from "./world_contract.ts";

export type * from "./people_contract.ts";
export type * from "./world_contract.ts";

/** A gateway session. */
export interface SessionView {
  readonly sessionId: string;
  readonly replica: string;
  readonly shard: number;
  readonly intents: number;
  readonly connected: boolean;
  /** Sequence number of the last event. */
  readonly sequence: number;
  readonly resumes: number;
  readonly presence: GatewayPresenceUpdateData | undefined;
  /** Heartbeats received. */
  readonly heartbeats: number;
}

/** Whom a gateway fault hits; nothing: every session. */
export interface SessionFilter {
  replica?: string;
  shard?: number;
}

/** The gateway, and what can go wrong with it. */
export interface GatewayControl {
  readonly sessions: readonly SessionView[];
  /** IDENTIFYs received, refused ones too. */
  readonly identifies: number;
  /** IDENTIFYs refused by the bucket (op 9). */
  readonly identifiesRefused: number;
  /** Codes that the gateway closed connections with, in order. */
  readonly closeCodes: readonly number[];
  /** Resolves when this many sessions are connected and have had READY (of one replica, if named). */
  ready(count: number, wait?: Wait & SessionFilter): Promise<void>;
  /** Op 7. */
  reconnect(filter?: SessionFilter): void;
  /** Op 9; unless `resumable` the session is gone. */
  invalidate(filter?: SessionFilter & { resumable?: boolean }): void;
  /** Closes with a code. */
  close(code: number, filter?: SessionFilter): void;
  /** Breaks the connections without a word (1006 at the client). */
  cut(filter?: SessionFilter): void;
  /** While silent the gateway answers no heartbeat and sends no event (they are kept for a resume); connections stay open. */
  silence(silent: boolean, filter?: SessionFilter): void;
  /** While refused, new connections are not accepted. */
  refuse(refused: boolean, filter?: SessionFilter): void;
  /** Sends an event that nothing else here makes. */
  dispatch(event: string, data: unknown, options?: { guildId?: string; intent?: number }): void;
}

/** A request that Discord would not have accepted, or that no correct bot sends. */
export interface Violation {
  readonly replica: string;
  /** `METHOD /path`. */
  readonly route: string;
  /** Discord's error code; 0 where Discord has none. */
  readonly code: number;
  /** Where in the body: `data.embeds.0.title`. */
  readonly path: string;
  readonly message: string;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly replica: string;
  readonly method: string;
  /** Without base path and query. */
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly atMs: number;
}

/** A running double. */
export interface DiscordDouble extends AsyncDisposable {
  readonly port: number;
  readonly token: string;
  readonly applicationId: string;
  readonly world: World;
  readonly interact: People;
  readonly gateway: GatewayControl;
  readonly effects: EffectLog;
  /** Every REST request, answered or cut (status 0), in order of its end. */
  readonly requests: readonly SeenRequest[];
  readonly violations: readonly Violation[];
  /** Requests that count towards Discord's ban: 401, 403 and 429 without scope `shared`. */
  readonly invalidRequests: number;
  /** `rest.api` / `DISCORD_API_BASE` for one replica: its requests and its gateway carry the name. */
  apiBase(replica?: string): string;
  /** Makes requests fail. */
  fault(target: FaultTarget, fault: FaultKind): Fault;
  /** Ends all faults. */
  clearFaults(): void;
  /** The portal's switch for privileged intents. */
  grantIntents(intents: number): void;
  /** Declares violations expected so far; gives them. */
  takeViolations(): readonly Violation[];
  /** @throws when there are violations, with all of them. */
  assertNoViolations(): void;
  /** Closes every connection. @throws when there are violations that nobody took. */
  close(): Promise<void>;
}
