/** The Lease as the election reads and writes it: object to record, record to the next object, and the port to where it is kept. */
import type { V1Lease, V1LeaseSpec } from "@kubernetes/client-node";

/** The nonce of the term that wrote the Lease last. Holder and nonce together name a term; the holder alone only a pod. */
export const NONCE_ANNOTATION = "hivemind-bot/term-nonce";

/** Annotations by name. */
export type Annotations = Readonly<Record<string, string>>;

/** A Lease as it travels: times are text. Fields that this program does not know are in it and survive. */
export type LeaseObject = Omit<V1Lease, "spec"> & { spec?: LeaseSpec };
type LeaseSpec = Omit<V1LeaseSpec, "acquireTime" | "renewTime"> & { acquireTime?: string; renewTime?: string };

/** What a Lease says. */
export interface LeaseRecord {
  /** Empty when nobody holds the Lease. */
  readonly holder: string;
  /** The term's nonce, if an elector of this program wrote it. */
  readonly nonce: string | undefined;
  /** The holder's own duration; undefined when it did not say. */
  readonly durationMs: number | undefined;
  /** Set by hand or by a controller: who should hold the Lease instead. */
  readonly preferredHolder: string | undefined;
  /** The resourceVersion. */
  readonly version: string;
  /** Changes with each renewal and each change of the holder; an edit of labels or annotations is no sign of life. */
  readonly pulse: string;
  readonly annotations: Annotations;
  /** As it was read, the base of the next write. */
  readonly object: LeaseObject;
}

/** What became of a request. */
export type Answer =
  /** The Lease as read, or as it is after a write that was accepted. */
  | { readonly kind: "lease"; readonly lease: LeaseRecord }
  | { readonly kind: "absent" }
  /** Another write came first. That may have been an earlier attempt of our own. */
  | { readonly kind: "conflict" }
  /** Certainly not carried out: not allowed, not valid, or asked to come later. */
  | { readonly kind: "refused"; readonly reason: string; readonly retryAfterMs?: number }
  /** No answer, or one that leaves open whether a write was carried out. */
  | { readonly kind: "unknown"; readonly reason: string };

/** How a watch ended: by itself, because its start is too old to tell (410), because it is not allowed, or by an error. */
export type WatchEnd =
  | { readonly kind: "ended" }
  | { readonly kind: "outdated" }
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface WatchRequest {
  /** Changes after this version; undefined: the Lease as it is now first. */
  fromVersion: string | undefined;
  /** How long the other side shall keep it open. */
  durationMs: number;
  /** The other side has accepted the watch. */
  onOpen(): void;
  /** The Lease after a change; when it was deleted, its last words under the version of the deletion. */
  onChange(lease: LeaseRecord, isDeleted: boolean): void;
  signal: AbortSignal;
}

/**
 * Where the one Lease is kept. Nothing here throws: what happened is in the answer, also after `signal` has aborted.
 * A write counts only against exactly the version that it was built on.
 */
export interface LeaseStore {
  get(signal: AbortSignal): Promise<Answer>;
  create(lease: LeaseObject, signal: AbortSignal): Promise<Answer>;
  update(lease: LeaseObject, signal: AbortSignal): Promise<Answer>;
  watch(request: WatchRequest): Promise<WatchEnd>;
}

/** Reads a Lease. */
export function toRecord(object: LeaseObject): LeaseRecord {
  const { metadata, spec } = object;
  const annotations = metadata?.annotations ?? {};
  const seconds = spec?.leaseDurationSeconds;
  return {
    holder: spec?.holderIdentity ?? "",
    nonce: annotations[NONCE_ANNOTATION],
    durationMs: seconds === undefined ? undefined : seconds * 1000,
    preferredHolder: spec?.preferredHolder || undefined,
    version: metadata?.resourceVersion ?? "",
    pulse: JSON.stringify([spec?.holderIdentity, spec?.acquireTime, spec?.renewTime, spec?.leaseTransitions]),
    annotations,
    object,
  };
}

/** Whether `version` is a later one than `other`. Kubernetes lets the versions of one kind be compared as numbers. */
export function isLater(version: string, other: string): boolean {
  return version.length === other.length ? version > other : version.length > other.length;
}

/** Who writes the Lease, and when. */
export interface Signature {
  identity: string;
  nonce: string;
  durationMs: number;
  /** Wall-clock time; it is for people and for other programs, no decision here rests on it. */
  wallMs: number;
  /** Written along. */
  annotations?: Annotations;
}

/** The Lease with a new holder: one more transition, and a wish for another holder is done with. */
export function acquired(base: LeaseRecord | undefined, signature: Signature & { name: string }): LeaseObject {
  const now = microTime(signature.wallMs);
  if (base === undefined) {
    const { name, ...by } = signature;
    const empty = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name } };
    return signed(empty, { acquireTime: now, renewTime: now, leaseTransitions: 0 }, by);
  }
  const { preferredHolder: _done, ...spec } = base.object.spec ?? {};
  const leaseTransitions = (spec.leaseTransitions ?? 0) + 1;
  const object = { ...base.object, spec };
  return signed(
    object,
    { acquireTime: now, renewTime: renewTime(base, signature.wallMs), leaseTransitions },
    signature,
  );
}

/** The Lease, held for longer by the same term. */
export function renewed(base: LeaseRecord, signature: Signature): LeaseObject {
  return signed(base.object, { renewTime: renewTime(base, signature.wallMs) }, signature);
}

/** The Lease, free for anyone. A follower that only knows times sees it run out within a second. */
export function released(base: LeaseRecord, signature: Signature): LeaseObject {
  const now = renewTime(base, signature.wallMs);
  const free = { ...signature, identity: "", durationMs: 1000 };
  return signed(base.object, { acquireTime: now, renewTime: now }, free);
}

function signed(base: LeaseObject, times: LeaseSpec, by: Signature): LeaseObject {
  const annotations = { ...base.metadata?.annotations, ...by.annotations, [NONCE_ANNOTATION]: by.nonce };
  const holding = { holderIdentity: by.identity, leaseDurationSeconds: Math.ceil(by.durationMs / 1000) };
  return { ...base, metadata: { ...base.metadata, annotations }, spec: { ...base.spec, ...times, ...holding } };
}

/** A time that differs from the one before even if the clock was set back, because followers look for the difference. */
function renewTime(base: LeaseRecord, wallMs: number): string {
  const time = microTime(wallMs);
  return time === base.object.spec?.renewTime ? microTime(wallMs + 0.001) : time;
}

/** A MicroTime: exactly six fraction digits, as `kube-apiserver` demands. */
export function microTime(wallMs: number): string {
  const micros = Math.min(999, Math.round((wallMs - Math.floor(wallMs)) * 1000));
  return new Date(Math.floor(wallMs)).toISOString().replace("Z", `${String(micros).padStart(3, "0")}Z`);
}
