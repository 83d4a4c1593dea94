/** Leases as etcd keeps them: one counter of versions for all, compare-and-swap, a bounded history for watches. */
import type { Lease } from "./lease_check.ts";
import { alreadyExists, anotherUid, conflict, expired, notFound, withoutVersion } from "./status.ts";

export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: Lease;
}

export class Storage {
  readonly #leases = new Map<string, Lease>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #now: () => number;
  #history: Change[] = [];
  #version = 1000;
  /** Changes up to this version are forgotten. */
  #compacted = 999;

  constructor(now: () => number) {
    this.#now = now;
  }

  get version(): number {
    return this.#version;
  }

  get(namespace: string, name: string): Lease {
    const lease = this.#leases.get(`${namespace}/${name}`);
    if (lease === undefined) throw notFound(name);
    return lease;
  }

  has(namespace: string, name: string): boolean {
    return this.#leases.has(`${namespace}/${name}`);
  }

  list(namespace: string): Lease[] {
    return [...this.#leases.values()].filter((lease) => lease.metadata.namespace === namespace);
  }

  create(namespace: string, lease: Lease): Lease {
    const { name } = lease.metadata;
    if (this.has(namespace, name)) throw alreadyExists(name);
    const uid = crypto.randomUUID();
    const creationTimestamp = new Date(this.#now()).toISOString().replace(/\.\d+/, "");
    return this.#put("ADDED", { ...lease, metadata: { ...lease.metadata, namespace, uid, creationTimestamp } });
  }

  /** As in Kubernetes, a Lease that is gone is made anew by an update that does not insist on the old one's uid. */
  update(namespace: string, lease: Lease): Lease {
    const { name, resourceVersion, uid } = lease.metadata;
    if (!this.has(namespace, name)) {
      if (uid === undefined) return this.create(namespace, lease);
      throw anotherUid(name, { namespace, uid, found: "" });
    }
    const before = this.get(namespace, name);
    if (!resourceVersion) throw withoutVersion(name);
    if (uid !== undefined && uid !== before.metadata.uid) {
      throw anotherUid(name, { namespace, uid, found: before.metadata.uid ?? "" });
    }
    if (resourceVersion !== before.metadata.resourceVersion) {
      throw conflict(
        name,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    }
    const { creationTimestamp, uid: kept } = before.metadata;
    const metadata = { ...lease.metadata, namespace, uid: kept, creationTimestamp };
    return this.#put("MODIFIED", { ...lease, metadata });
  }

  delete(namespace: string, name: string): Lease {
    const lease = this.get(namespace, name);
    this.#leases.delete(`${namespace}/${name}`);
    return this.#record("DELETED", lease);
  }

  /** Forgets what happened: watches that begin before now get 410. */
  compact(): void {
    this.#history = [];
    this.#compacted = this.#version;
  }

  /**
   * What happened after `version`, or, without one, what there is; and then all that happens, until the returned function is called.
   *
   * @throws {Refusal} 410 if that is forgotten.
   */
  follow(version: number | undefined, tell: (change: Change) => void): () => void {
    if (version !== undefined && version < this.#compacted) throw expired(version, this.#compacted);
    const present = () =>
      [...this.#leases.values()].map((object): Change => ({
        type: "ADDED",
        version: Number(object.metadata.resourceVersion),
        object,
      }));
    const past = version === undefined ? present() : this.#history.filter((change) => change.version > version);
    for (const change of past) tell(change);
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }

  #put(type: "ADDED" | "MODIFIED", lease: Lease): Lease {
    const written = this.#record(type, lease);
    this.#leases.set(`${lease.metadata.namespace}/${lease.metadata.name}`, written);
    return written;
  }

  #record(type: Change["type"], lease: Lease): Lease {
    const object = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.#version) } };
    const change: Change = { type, version: this.#version, object };
    this.#history = [...this.#history.slice(-999), change];
    for (const tell of [...this.#listeners]) tell(change);
    return object;
  }
}
