/** How the contract gets at a Lease API, and one test's scene in it. */
import type { CoordinationV1Api } from "@kubernetes/client-node";
import { assert } from "@std/assert";
import { systemClock } from "../../../src/clock.ts";
import { acquired, type Answer, type LeaseRecord, type WatchEnd } from "../../../src/election/lease.ts";
import { LeaseApi, type LeaseApiOptions, type Verb } from "../../../src/election/lease_api.ts";

export const LEASE_NAME = "hivemind-bot-sync-leader";

/** What not every side lets a test do. */
export interface Abilities {
  /** End the API and start it again. */
  restarts: boolean;
  /** Make a token that has expired. */
  expires: boolean;
  /** `spec.preferredHolder` is kept, which takes the feature gate `CoordinatedLeaderElection`. */
  keepsWishes: boolean;
}

/** One side of the contract, open for one test. */
export interface OpenLeaseApi {
  host: string;
  port: number;
  namespace: string;
  /** The mount of an account with what `k8s/bot-rbac.yaml` gives: create, and get, update, watch on {@linkcode LEASE_NAME}. */
  serviceAccountDir: string;
  /** An independent client that may do everything. */
  admin: CoordinationV1Api;
  /** The mount of another account, which lacks one of the bot's rights. */
  dirWithout(verb: Verb): Promise<string>;
  /** A token that was the account's and has expired; only if the side {@linkcode Abilities.expires}. */
  expiredToken(): Promise<string>;
  /** Ends the API, and starts it again when `meanwhile` resolves; only if the side {@linkcode Abilities.restarts}. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface LeaseApiProvider extends Abilities {
  /** Stands before the name of each test. */
  name: string;
  open(): Promise<OpenLeaseApi>;
}

export interface Scene {
  api: LeaseApi;
  side: OpenLeaseApi;
  /** Aborts when the test has ended. */
  signal: AbortSignal;
}

/** Defines one test over a side opened for it, where the Lease is gone; `needs` names the ability without which it is left out. */
export type DefineTest = (sentence: string, run: (scene: Scene) => Promise<void>, needs?: keyof Abilities) => void;

/** Defines tests of one side. */
export function testsOf(provider: LeaseApiProvider): DefineTest {
  return (sentence, run, needs) => {
    const ignore = needs !== undefined && !provider[needs];
    Deno.test(`${provider.name}: ${sentence}`, { ignore }, async () => {
      const side = await provider.open();
      const api = openApi(side);
      const ending = new AbortController();
      try {
        await removeLease(side);
        await run({ api, side, signal: ending.signal });
      } finally {
        ending.abort();
        api.close();
        await side.close();
      }
    });
  };
}

/** What the bot uses, against this side; close it. */
export function openApi(
  { host, namespace, port, serviceAccountDir }: OpenLeaseApi,
  changed: Partial<LeaseApiOptions> = {},
): LeaseApi {
  return new LeaseApi({ clock: systemClock, host, port, namespace, serviceAccountDir, name: LEASE_NAME, ...changed });
}

/** The wall clock of all writes, unless they say otherwise. */
export const WALL_MS = Date.UTC(2026, 5, 1, 12, 0, 0, 7);
export const SIGNATURE = { identity: "bot-a", nonce: "nonce-1", durationMs: 14_500, wallMs: WALL_MS };
/** For a watch that a test ends by itself. */
export const PATIENCE_MS = 5_000;

/** The Lease of an answer that has one. */
export function leaseOf(answer: Answer): LeaseRecord {
  assert(answer.kind === "lease", JSON.stringify(answer));
  return answer.lease;
}

export async function create(api: LeaseApi, signal: AbortSignal): Promise<LeaseRecord> {
  return leaseOf(await api.create(acquired(undefined, { ...SIGNATURE, name: LEASE_NAME }), signal));
}

/** A watch of a few seconds. */
export function watchUntil(
  api: LeaseApi,
  fromVersion: string | undefined,
  { signal }: { signal: AbortSignal },
  onChange: (changed: LeaseRecord) => void,
): Promise<WatchEnd> {
  return api.watch({ fromVersion, durationMs: PATIENCE_MS, onOpen() {}, onChange, signal });
}

export type AdminLease = Awaited<ReturnType<CoordinationV1Api["readNamespacedLease"]>>;

/** Changes the Lease as a person does, with another client. */
export async function byHand({ admin, namespace }: OpenLeaseApi, change: (lease: AdminLease) => void): Promise<void> {
  const body = await admin.readNamespacedLease({ name: LEASE_NAME, namespace });
  change(body);
  await admin.replaceNamespacedLease({ name: LEASE_NAME, namespace, body });
}

export async function removeLease({ admin, namespace }: OpenLeaseApi, name = LEASE_NAME): Promise<void> {
  await admin.deleteNamespacedLease({ name, namespace }).catch((error: { code?: number }) => {
    if (error.code !== 404) throw error;
  });
}
