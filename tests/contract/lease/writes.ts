/** What the API makes of reads and writes of a Lease. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { acquired, isLater, NONCE_ANNOTATION, released, renewed } from "../../../src/election/lease.ts";
import {
  byHand,
  create,
  LEASE_NAME,
  type LeaseApiProvider,
  leaseOf,
  removeLease,
  SIGNATURE,
  testsOf,
  WALL_MS,
} from "./provider.ts";

/** Defines the tests. */
export function writeContract(provider: LeaseApiProvider): void {
  const test = testsOf(provider);

  test("a Lease that does not exist is absent, then created, then there for everyone", async ({ api, side, signal }) => {
    assertEquals(await api.get(signal), { kind: "absent" });
    const created = leaseOf(await api.create(acquired(undefined, { ...SIGNATURE, name: LEASE_NAME }), signal));
    assertEquals({ holder: created.holder, nonce: created.nonce, durationMs: created.durationMs }, {
      holder: "bot-a",
      nonce: "nonce-1",
      durationMs: 15_000,
    });
    const seen = await side.admin.readNamespacedLease({ name: LEASE_NAME, namespace: side.namespace });
    assertEquals(seen.spec?.holderIdentity, "bot-a");
    assertEquals(seen.spec?.leaseDurationSeconds, 15);
    assertEquals(seen.spec?.leaseTransitions, 0);
    // Typed as a Date, and a text: the client leaves a MicroTime as it came.
    assertEquals(Date.parse(String(seen.spec?.renewTime)), WALL_MS);
    assertEquals(seen.metadata?.annotations?.[NONCE_ANNOTATION], "nonce-1");
  });

  test("a second create is a conflict", async ({ api, signal }) => {
    const first = acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });
    leaseOf(await api.create(first, signal));
    assertEquals(await api.create(first, signal), { kind: "conflict" });
  });

  test("a write counts only against the version that it was built on", async ({ api, signal }) => {
    const created = await create(api, signal);
    const later = leaseOf(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
    assert(isLater(later.version, created.version));
    assertNotEquals(later.pulse, created.pulse);
    assertEquals(await api.update(renewed(created, { ...SIGNATURE, wallMs: WALL_MS + 2 }), signal), {
      kind: "conflict",
    });
    assertEquals(leaseOf(await api.get(signal)).version, later.version);
  });

  test("a renewal of a Lease that was deleted does not bring it back", async ({ api, side, signal }) => {
    const created = await create(api, signal);
    await removeLease(side);
    const answer = await api.update(renewed(created, SIGNATURE), signal);
    assert(answer.kind === "conflict" || answer.kind === "absent", answer.kind);
    assertEquals(await api.get(signal), { kind: "absent" });
  });

  test("versions go on increasing when the Lease is deleted and made anew", async ({ api, side, signal }) => {
    const first = await create(api, signal);
    await removeLease(side);
    assert(isLater((await create(api, signal)).version, first.version));
  });

  test("a release empties the holder and keeps the rest", async ({ api, signal }) => {
    const created = await create(api, signal);
    const free = leaseOf(
      await api.update(released(created, { ...SIGNATURE, annotations: { note: "page 7" } }), signal),
    );
    assertEquals({ holder: free.holder, durationMs: free.durationMs, note: free.annotations.note }, {
      holder: "",
      durationMs: 1000,
      note: "page 7",
    });
  });

  test("what others wrote on the Lease survives each of our writes", async ({ api, side, signal }) => {
    await create(api, signal);
    await byHand(side, (object) => {
      object.metadata = {
        ...object.metadata,
        labels: { team: "wiki" },
        annotations: { ...object.metadata?.annotations, by: "hand" },
      };
    });
    const base = leaseOf(await api.get(signal));
    for (
      const next of [renewed(base, SIGNATURE), acquired(base, { ...SIGNATURE, identity: "bot-b", name: LEASE_NAME })]
    ) {
      await api.update({
        ...next,
        metadata: { ...next.metadata, resourceVersion: leaseOf(await api.get(signal)).version },
      }, signal);
      const seen = await side.admin.readNamespacedLease({ name: LEASE_NAME, namespace: side.namespace });
      assertEquals(seen.metadata?.labels, { team: "wiki" });
      assertEquals(seen.metadata?.annotations?.by, "hand");
    }
  });

  test("an edit by hand is read as it is, and is no sign of life of the holder", async ({ api, side, signal }) => {
    const created = await create(api, signal);
    await byHand(side, (object) => void (object.metadata = { ...object.metadata, labels: { a: "b" } }));
    const labelled = leaseOf(await api.get(signal));
    assertNotEquals(labelled.version, created.version);
    assertEquals(labelled.pulse, created.pulse);
    await byHand(side, (object) => void (object.spec = { ...object.spec, holderIdentity: "" }));
    assertEquals(leaseOf(await api.get(signal)).holder, "");
  });

  test(
    "other fields of the spec survive, and a wish for a holder ends with its fulfilment",
    async ({ api, side, signal }) => {
      await create(api, signal);
      await byHand(side, (object) => {
        object.spec = { ...object.spec, preferredHolder: "bot-b", strategy: "OldestEmulationVersion" };
      });
      const wished = leaseOf(await api.get(signal));
      assertEquals(wished.preferredHolder, "bot-b");
      const kept = leaseOf(await api.update(renewed(wished, { ...SIGNATURE, wallMs: WALL_MS + 1 }), signal));
      assertEquals([kept.preferredHolder, kept.object.spec?.strategy], ["bot-b", "OldestEmulationVersion"]);
      const taken = acquired(kept, { ...SIGNATURE, identity: "bot-b", name: LEASE_NAME });
      const { object, preferredHolder } = leaseOf(await api.update(taken, signal));
      assertEquals([preferredHolder, object.spec?.strategy], [undefined, "OldestEmulationVersion"]);
    },
    "keepsWishes",
  );

  test("what nobody knows is left out without a word", async ({ api, signal }) => {
    const object = acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });
    const answer = leaseOf(
      await api.create({ ...object, spec: Object.assign({ colour: "blue" }, object.spec) }, signal),
    );
    assertEquals([answer.holder, Object.keys(answer.object.spec ?? {}).includes("colour")], ["bot-a", false]);
  });

  test("times come back with six fraction digits and in UTC", async ({ api, signal }) => {
    const object = acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });
    const spec = { ...object.spec, acquireTime: "2026-06-01T14:00:00.000120+02:00" };
    const created = leaseOf(await api.create({ ...object, spec }, signal));
    assertEquals(created.object.spec?.acquireTime, "2026-06-01T12:00:00.000120Z");
    assertEquals(created.object.spec?.renewTime, "2026-06-01T12:00:00.007000Z");
  });

  test("an update makes a Lease that is gone anew, unless it insists on the old one's uid", async ({ api, side, signal }) => {
    const created = await create(api, signal);
    await removeLease(side);
    const { uid: _, ...metadata } = created.object.metadata ?? {};
    const again = leaseOf(await api.update({ ...created.object, metadata }, signal));
    assert(isLater(again.version, created.version));
    assertNotEquals(again.object.metadata?.uid, created.object.metadata?.uid);
  });
}
