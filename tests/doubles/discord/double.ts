/** A Discord on a real port, as strict as the real one, that any number of clients can join. */

import type { APIInteraction } from "discord-api-types/v10";
import { applicationRoutes } from "./application_routes.ts";
import { channelRoutes } from "./channel_routes.ts";
import type { DiscordDouble, From, Violation } from "./contract.ts";
import { EffectLog } from "./effects.ts";
import { type Fault, type FaultKind, Faults, type FaultTarget } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { guildRoutes } from "./guild_routes.ts";
import { LiveInteraction } from "./interaction.ts";
import { interactionRoutes } from "./interaction_routes.ts";
import { type DoubleOptions, type Settings, settle } from "./options.ts";
import { DoublePeople } from "./people.ts";
import { Portal } from "./portal.ts";
import { RateLimits } from "./rate_limits.ts";
import { Rest } from "./rest.ts";
import { listen, type Port } from "./server.ts";
import { Uploads } from "./uploads.ts";
import { DoubleWorld } from "./world.ts";

export type * from "./contract.ts";
export type { DoubleOptions } from "./options.ts";
export type * from "./effects.ts";
export type { Fault, FaultKind, FaultTarget } from "./faults.ts";

/** Starts a Discord, on 127.0.0.1 unless the options say otherwise; close it, or use `await using`. */
export async function startDiscordDouble(options: DoubleOptions = {}): Promise<DiscordDouble> {
  const double = new Double(settle(options));
  await double.open();
  return double;
}

class Double implements DiscordDouble {
  readonly world: DoubleWorld;
  readonly interact: DoublePeople;
  readonly gateway: Gateway;
  readonly effects: EffectLog;
  readonly #settings: Settings;
  readonly #portal: Portal;
  readonly #faults = new Faults();
  readonly #uploads = new Uploads();
  readonly #rest: Rest;
  readonly #interactions = new Map<string, LiveInteraction>();
  readonly #byToken = new Map<string, LiveInteraction>();
  readonly #violations: Violation[] = [];
  #port: Port | undefined;

  constructor(settings: Settings) {
    const { clock, applicationId } = settings;
    this.#settings = settings;
    this.#portal = new Portal(settings);
    this.effects = new EffectLog(clock);
    this.gateway = new Gateway({
      settings,
      portal: this.#portal,
      world: () => this.world,
      effects: this.effects,
      url: (replica) => `ws${this.#base(replica).slice("http".length)}/gateway`,
    });
    this.world = new DoubleWorld(settings, (outgoing) => this.gateway.emit(outgoing));
    this.interact = new DoublePeople({
      world: this.world,
      uploads: this.#uploads,
      applicationId,
      strictCommands: settings.strictCommands,
      fileBase: () => this.#base(""),
      send: (payload, from) => this.#send(payload, from),
      find: (id) => this.#interactions.get(id),
    });
    this.#rest = new Rest({
      clock,
      portal: this.#portal,
      faults: this.#faults,
      limits: new RateLimits(clock, {
        perRoute: settings.routeRequestsPerSecond,
        global: settings.globalRequestsPerSecond,
      }),
      routes: this.#routes(),
      violate: (violation) => this.#violations.push(violation),
      served: () => this.effects.changed(),
      disturbed: (path) => this.#disturb(path),
    });
  }

  async open(): Promise<void> {
    this.#port = await listen(this.#settings, {
      rest: (arrival) => this.#rest.serve(arrival),
      file: (path) => this.#uploads.read(path),
      acceptsGateway: (replica) => this.gateway.accepts(replica),
      gateway: (wire, replica) => this.gateway.connect(wire, replica),
    });
  }

  get port(): number {
    return this.#port?.port ?? 0;
  }

  get token(): string {
    return this.#settings.token;
  }

  get applicationId(): string {
    return this.#settings.applicationId;
  }

  get requests() {
    return this.#rest.requests;
  }

  get invalidRequests(): number {
    return this.#rest.invalidRequests;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  apiBase(replica = ""): string {
    return `${this.#base(replica)}/api`;
  }

  fault(target: FaultTarget, fault: FaultKind): Fault {
    return this.#faults.add(target, fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  grantIntents(intents: number): void {
    this.#portal.grantedIntents = intents;
  }

  takeViolations(): readonly Violation[] {
    return this.#violations.splice(0);
  }

  assertNoViolations(): void {
    if (this.#violations.length === 0) return;
    const lines = this.#violations.map(({ replica, route, code, path, message }) =>
      `  ${replica} ${route} → ${code} ${path} ${message}`
    );
    throw new Error(`Discord would not have accepted this:\n${lines.join("\n")}`);
  }

  async close(): Promise<void> {
    this.#faults.clear();
    this.gateway.shutDown();
    await this.#port?.close();
    this.assertNoViolations();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #base(replica: string): string {
    return `http://${this.#settings.hostname}:${this.port}${replica === "" ? "" : `/r/${encodeURIComponent(replica)}`}`;
  }

  #routes() {
    const { world, effects } = this;
    const applicationId = this.#settings.applicationId;
    const writing = (channelId: string) => ({
      id: world.ids.next(),
      channelId,
      author: world.bot,
      wallMs: this.#settings.clock.wallMs(),
      ephemeral: false,
      upload: ({ name, bytes }: { name: string; bytes: Uint8Array<ArrayBuffer> }) =>
        this.#uploads.upload({ name, content: bytes }, { id: world.ids.next(), channelId, base: this.#base("") }),
      user: (id: string) => world.findUser(id),
    });
    return [
      ...interactionRoutes({
        world,
        effects,
        applicationId,
        writing,
        byId: (id) => this.#interactions.get(id),
        byToken: (token) => this.#byToken.get(token),
      }),
      ...applicationRoutes({
        settings: this.#settings,
        portal: this.#portal,
        world,
        effects,
        gatewayUrl: (replica) => `ws${this.#base(replica).slice("http".length)}/gateway`,
      }),
      ...guildRoutes({ portal: this.#portal, world }),
      ...channelRoutes({ world, effects, writing }),
    ];
  }

  #send(payload: APIInteraction, from: From): LiveInteraction {
    const interaction = new LiveInteraction(payload, {
      from,
      host: {
        settings: this.#settings,
        effects: this.effects,
        messages: this.world.messages,
        violate: (replica, violation) => this.#violations.push({ replica, path: "", ...violation }),
      },
    });
    this.#interactions.set(payload.id, interaction);
    this.#byToken.set(payload.token, interaction);
    this.gateway.dispatch("INTERACTION_CREATE", payload, payload.guild_id ? { guildId: payload.guild_id } : {});
    return interaction;
  }

  /** A fault on a callback leaves its sender unsure whether it won. */
  #disturb(path: string): void {
    const interaction = this.#interactions.get(path.match(/^\/interactions\/(\d+)\//)?.[1] ?? "");
    if (interaction) interaction.disturbed = true;
  }
}
