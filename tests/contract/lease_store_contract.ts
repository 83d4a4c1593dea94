/** What the elector relies on, as one suite for every Lease API: the double and a real kube-apiserver must both pass. */
import type { CoordinationV1Api } from "@kubernetes/client-node";
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { systemClock } from "../../src/clock.ts";
import {
  acquired,
  type Answer,
  isLater,
  type LeaseRecord,
  NONCE_ANNOTATION,
  released,
  renewed,
  type WatchEnd,
} from "../../src/election/lease.ts";
import { LeaseApi } from "../../src/election/lease_api.ts";

export const LEASE_NAME = "hivemind-bot-sync-leader";

/** One side of the contract. */
export interface LeaseApiProvider {
  host: string;
  port: number;
  namespace: string;
  /** The mount of an account with what `k8s/bot-rbac.yaml` gives: create, and get, update, watch on {@linkcode LEASE_NAME}. */
  serviceAccountDir: string;
  /** An independent client that may do everything. */
  admin: CoordinationV1Api;
  close(): Promise<void>;
}

const WALL_MS = Date.UTC(2026, 5, 1, 12, 0, 0, 7);
const SIGNATURE = { identity: "bot-a", nonce: "nonce-1", durationMs: 14_500, wallMs: WALL_MS };
const PATIENCE_MS = 5_000;

interface Scene {
  api: LeaseApi;
  provider: LeaseApiProvider;
  signal: AbortSignal;
}

/** Registers the suite; `open` is called for each test, and the Lease is gone when it begins. */
export function leaseStoreContract(name: string, open: () => Promise<LeaseApiProvider>): void {
  const test = (sentence: string, run: (scene: Scene) => Promise<void>) =>
    Deno.test(`${name}: ${sentence}`, async () => {
      const provider = await open();
      const api = new LeaseApi({ ...optionsOf(provider), name: LEASE_NAME });
      const ending = new AbortController();
      try {
        await removeLease(provider);
        await run({ api, provider, signal: ending.signal });
      } finally {
        ending.abort();
        api.close();
        await provider.close();
      }
    });

  test("a Lease that does not exist is absent, then created, then there for everyone", async ({ api, provider, signal }) => {
    assertEquals(await api.get(signal), { kind: "absent" });
    const created = lease(await api.create(acquired(undefined, { ...SIGNATURE, name: LEASE_NAME }), signal));
    assertEquals({ holder: created.holder, nonce: created.nonce, durationMs: created.durationMs }, {
      holder: "bot-a",
      nonce: "nonce-1",
      durationMs: 15_000,
    });
    const seen = await provider.admin.readNamespacedLease({ name: LEASE_NAME, namespace: provider.namespace });
    assertEquals(seen.spec?.holderIdentity, "bot-a");
    assertEquals(seen.spec?.leaseDurationSeconds, 15);
    assertEquals(seen.spec?.leaseTransitions, 0);
    // Typed as a Date, and a text: the client leaves a MicroTime as it came.
    assertEquals(Date.parse(String(seen.spec?.renewTime)), WALL_MS);
    assertEquals(seen.metadata?.annotations?.[NONCE_ANNOTATION], "nonce-1");
  });

  test("a second create is a conflict", async ({ api, signal }) => {
    const first = acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });
    lease(await api.create(first, signal));
    assertEquals(await api.create(first, signal), { kind: "conflict" });
  });

  test("a write counts only against the version that it was built on", async ({ api, signal }) => {
    const created = await create(api, signal);
    const later = lease(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
    assert(isLater(later.version, created.version));
    assertNotEquals(later.pulse, created.pulse);
    assertEquals(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 2 }), signal), {
      kind: "conflict",
    });
    assertEquals(lease(await api.get(signal)).version, later.version);
  });

  test("a renewal of a Lease that was deleted does not bring it back", async ({ api, provider, signal }) => {
    const created = await create(api, signal);
    await removeLease(provider);
    const answer = await api.update(renewed(created, SIGNATURE), signal);
    assert(answer.kind === "conflict" || answer.kind === "absent", answer.kind);
    assertEquals(await api.get(signal), { kind: "absent" });
  });

  test("versions go on increasing when the Lease is deleted and made anew", async ({ api, provider, signal }) => {
    const first = await create(api, signal);
    await removeLease(provider);
    assert(isLater((await create(api, signal)).version, first.version));
  });

  test("a release empties the holder and keeps the rest", async ({ api, signal }) => {
    const created = await create(api, signal);
    const free = lease(await api.update(released(created, { ...SIGNATURE, annotations: { note: "page 7" } }), signal));
    assertEquals({ holder: free.holder, durationMs: free.durationMs, note: free.annotations.note }, {
      holder: "",
      durationMs: 1000,
      note: "page 7",
    });
  });

  test("what others wrote on the Lease survives each of our writes", async ({ api, provider, signal }) => {
    await create(api, signal);
    await byHand(provider, (object) => {
      object.metadata = {
        ...object.metadata,
        labels: { team: "wiki" },
        annotations: { ...object.metadata?.annotations, by: "hand" },
      };
    });
    const base = lease(await api.get(signal));
    for (
      const next of [renewed(base, SIGNATURE), acquired(base, { ...SIGNATURE, identity: "bot-b", name: LEASE_NAME })]
    ) {
      await api.update({
        ...next,
        metadata: { ...next.metadata, resourceVersion: lease(await api.get(signal)).version },
      }, signal);
      const seen = await provider.admin.readNamespacedLease({ name: LEASE_NAME, namespace: provider.namespace });
      assertEquals(seen.metadata?.labels, { team: "wiki" });
      assertEquals(seen.metadata?.annotations?.by, "hand");
    }
  });

  test("an edit by hand is read as it is, and is no sign of life of the holder", async ({ api, provider, signal }) => {
    const created = await create(api, signal);
    await byHand(provider, (object) => void (object.metadata = { ...object.metadata, labels: { a: "b" } }));
    const labelled = lease(await api.get(signal));
    assertNotEquals(labelled.version, created.version);
    assertEquals(labelled.pulse, created.pulse);
    await byHand(provider, (object) => void (object.spec = { ...object.spec, holderIdentity: "" }));
    assertEquals(lease(await api.get(signal)).holder, "");
  });

  test("times need exactly six fraction digits", async ({ api, signal }) => {
    const object = acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });
    const renewTime = new Date(WALL_MS).toISOString();
    const answer = await api.create({ ...object, spec: { ...object.spec, renewTime } }, signal);
    assert(answer.kind === "refused", answer.kind);
    assertStringIncludes(answer.reason, ": 400,");
  });

  test("a duration of nothing is refused", async ({ api, signal }) => {
    const answer = await api.create(acquired(undefined, { ...SIGNATURE, durationMs: 0, name: LEASE_NAME }), signal);
    assert(answer.kind === "refused", answer.kind);
    assertStringIncludes(answer.reason, ": 422,");
  });

  test("a watch tells each change in order, also the deletion, and ends by itself", async ({ api, provider, signal }) => {
    const created = await create(api, signal);
    const seen: [string, boolean][] = [];
    const opened = Promise.withResolvers<void>();
    const watch = api.watch({
      fromVersion: created.version,
      durationMs: 1000,
      onOpen: opened.resolve,
      onChange: (changed, isDeleted) => void seen.push([changed.version, isDeleted]),
      signal,
    });
    await opened.promise;
    const second = lease(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
    const third = lease(await api.update(renewed(second, { ...SIGNATURE, wallMs: WALL_MS + 2 }), signal));
    await removeLease(provider);
    assertEquals(await watch, { kind: "ended" });
    assertEquals(seen.map(([, isDeleted]) => isDeleted), [false, false, true]);
    assertEquals(seen.slice(0, 2).map(([version]) => version), [second.version, third.version]);
    assert(isLater(seen[2]?.[0] ?? "", third.version), "a deletion has a version of its own");
  });

  for (const from of ["a version", "no version"]) {
    test(`a watch from ${from} tells a change at once, not only at its end`, async ({ api, signal }) => {
      const created = await create(api, signal);
      const ending = new AbortController();
      const later = Promise.withResolvers<string>();
      const opened = Promise.withResolvers<void>();
      const watch = api.watch({
        fromVersion: from === "a version" ? created.version : undefined,
        durationMs: PATIENCE_MS,
        onOpen: opened.resolve,
        onChange: ({ version }) => isLater(version, created.version) && later.resolve(version),
        signal: ending.signal,
      });
      const ended = watch.then(() => "the watch ended");
      await opened.promise;
      const renewal = lease(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
      assertEquals(await Promise.race([later.promise, ended]), renewal.version);
      ending.abort();
      await watch;
    });
  }

  test("a watch without a version begins with the Lease as it is", async ({ api, signal }) => {
    const created = await create(api, signal);
    const ending = new AbortController();
    let first: LeaseRecord | undefined;
    await watchUntil(api, undefined, { signal: ending.signal }, (changed) => {
      first = changed;
      ending.abort();
    });
    assertEquals(first?.version, created.version);
  });

  test("a watch from a version that is long forgotten is outdated", async ({ api, signal }) => {
    await create(api, signal);
    assertEquals(await watchUntil(api, "1", { signal }, () => {}), { kind: "outdated" });
  });

  test("another Lease is none of our business, and the refusal says how to see the missing right", async ({ provider, signal }) => {
    const other = new LeaseApi({ ...optionsOf(provider), name: "another" });
    try {
      const answer = await other.get(signal);
      assert(answer.kind === "refused", answer.kind);
      assertStringIncludes(answer.reason, "403");
      assertStringIncludes(answer.reason, "kubectl auth can-i get leases.coordination.k8s.io/another");
      assertStringIncludes(answer.reason, `--as system:serviceaccount:${provider.namespace}:`);
      assertEquals((await watchUntil(other, undefined, { signal }, () => {})).kind, "denied");
    } finally {
      other.close();
    }
  });

  test("a token that is not known is refused", async ({ provider, signal }) => {
    const dir = await Deno.makeTempDir();
    const ca = await Deno.readTextFile(`${provider.serviceAccountDir}/ca.crt`);
    await Promise.all([Deno.writeTextFile(`${dir}/ca.crt`, ca), Deno.writeTextFile(`${dir}/token`, "not-a-token")]);
    const stranger = new LeaseApi({ ...optionsOf(provider), serviceAccountDir: dir, name: LEASE_NAME });
    try {
      const answer = await stranger.get(signal);
      assert(answer.kind === "refused", answer.kind);
      assertStringIncludes(answer.reason, "401");
    } finally {
      stranger.close();
      await Deno.remove(dir, { recursive: true });
    }
  });
}

function optionsOf({ host, port, namespace, serviceAccountDir }: LeaseApiProvider) {
  return { clock: systemClock, host, port, namespace, serviceAccountDir };
}

function lease(answer: Answer): LeaseRecord {
  assert(answer.kind === "lease", JSON.stringify(answer));
  return answer.lease;
}

async function create(api: LeaseApi, signal: AbortSignal): Promise<LeaseRecord> {
  return lease(await api.create(acquired(undefined, { ...SIGNATURE, name: LEASE_NAME }), signal));
}

function watchUntil(
  api: LeaseApi,
  fromVersion: string | undefined,
  { signal }: { signal: AbortSignal },
  onChange: (changed: LeaseRecord) => void,
): Promise<WatchEnd> {
  return api.watch({ fromVersion, durationMs: PATIENCE_MS, onOpen() {}, onChange, signal });
}

type AdminLease = Awaited<ReturnType<CoordinationV1Api["readNamespacedLease"]>>;

async function byHand({ admin, namespace }: LeaseApiProvider, change: (lease: AdminLease) => void): Promise<void> {
  const body = await admin.readNamespacedLease({ name: LEASE_NAME, namespace });
  change(body);
  await admin.replaceNamespacedLease({ name: LEASE_NAME, namespace, body });
}

async function removeLease({ admin, namespace }: LeaseApiProvider): Promise<void> {
  await admin.deleteNamespacedLease({ name: LEASE_NAME, namespace }).catch((error: { code?: number }) => {
    if (error.code !== 404) throw error;
  });
}
