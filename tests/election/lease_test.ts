import { assert, assertEquals, assertFalse, assertNotEquals } from "@std/assert";
import {
  acquired,
  isLater,
  microTime,
  NONCE_ANNOTATION,
  released,
  renewed,
  toRecord,
} from "../../src/election/lease.ts";

const WALL_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const SIGNATURE = { identity: "bot-a", nonce: "n1", durationMs: 14_001, wallMs: WALL_MS };

/** As another elector left it, with fields that nobody here knows. */
const FOREIGN = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "leader", resourceVersion: "41", labels: { team: "wiki" }, annotations: { checkpoint: "page 7" } },
  spec: {
    holderIdentity: "go-client",
    leaseDurationSeconds: 30,
    leaseTransitions: 4,
    preferredHolder: "bot-a",
    strategy: "Any",
  },
};

Deno.test("a MicroTime has exactly six fraction digits", () => {
  assertEquals(microTime(WALL_MS), "2026-01-02T03:04:05.006000Z");
  assertEquals(microTime(WALL_MS + 0.25), "2026-01-02T03:04:05.006250Z");
  assertEquals(microTime(WALL_MS - 6), "2026-01-02T03:04:05.000000Z");
});

Deno.test("an absent and an empty holder are both nobody", () => {
  assertEquals(toRecord({}).holder, "");
  assertEquals(toRecord({ spec: { holderIdentity: "" } }).holder, "");
  assertEquals(toRecord({ spec: { preferredHolder: "" } }).preferredHolder, undefined);
});

Deno.test("the holder's own duration counts", () => {
  assertEquals(toRecord(FOREIGN).durationMs, 30_000);
  assertEquals(toRecord({ spec: {} }).durationMs, undefined);
});

Deno.test("an acquisition counts one more transition, keeps what it does not know, and settles the wish for a holder", () => {
  const object = acquired(toRecord(FOREIGN), { ...SIGNATURE, name: "leader" });
  const now = "2026-01-02T03:04:05.006000Z";
  assertEquals(object.metadata, {
    ...FOREIGN.metadata,
    annotations: { checkpoint: "page 7", [NONCE_ANNOTATION]: "n1" },
  });
  assertEquals(object.spec, {
    holderIdentity: "bot-a",
    leaseDurationSeconds: 15,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: 5,
    strategy: "Any",
  });
});

Deno.test("a renewal changes its time and nothing else, but for the annotations that it carries", () => {
  const base = toRecord({ ...acquired(toRecord(FOREIGN), { ...SIGNATURE, name: "leader" }) });
  const { metadata, spec } = renewed(base, {
    ...SIGNATURE,
    wallMs: WALL_MS + 2_000,
    annotations: { checkpoint: "page 8" },
  });
  assertEquals(spec, { ...base.object.spec, renewTime: "2026-01-02T03:04:07.006000Z" });
  assertEquals(metadata?.annotations, { ...base.annotations, checkpoint: "page 8" });
});

Deno.test("two renewals differ even when the clock was set back to the same moment", () => {
  const base = toRecord(renewed(toRecord(FOREIGN), SIGNATURE));
  assertNotEquals(toRecord(renewed(base, SIGNATURE)).pulse, base.pulse);
});

Deno.test("a release names nobody and runs out within a second", () => {
  const { spec } = released(toRecord(FOREIGN), SIGNATURE);
  assertEquals({ holder: spec?.holderIdentity, seconds: spec?.leaseDurationSeconds }, { holder: "", seconds: 1 });
  assertEquals(spec?.acquireTime, spec?.renewTime);
  assertEquals(spec?.leaseTransitions, 4);
});

Deno.test("versions are compared as numbers of any length", () => {
  assert(isLater("10", "9"));
  assert(isLater("90071992547409931", "90071992547409930"));
  assertFalse(isLater("9", "10"));
  assertFalse(isLater("7", "7"));
});
