/** How the API refuses, word for word: what operators find in the log, and what the double must say as well. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { acquired, renewed } from "../../../src/election/lease.ts";
import { create, LEASE_NAME, type LeaseApiProvider, leaseOf, SIGNATURE, testsOf } from "./provider.ts";
import { rawRequest, refusal } from "./raw_request.ts";

const WHAT = `leases.coordination.k8s.io "${LEASE_NAME}"`;

/** Defines the tests. */
export function refusalContract(provider: LeaseApiProvider): void {
  const test = testsOf(provider);
  const fresh = () => acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });

  test("404 names the Lease that is not there", async ({ side }) => {
    assertEquals(await refusal(side, "GET", { name: LEASE_NAME }), {
      code: 404,
      reason: "NotFound",
      message: `${WHAT} not found`,
    });
  });

  test("409 tells a second create from a write that is too late", async ({ api, side, signal }) => {
    const { object } = await create(api, signal);
    assertEquals(await refusal(side, "POST", { body: fresh() }), {
      code: 409,
      reason: "AlreadyExists",
      message: `${WHAT} already exists`,
    });
    leaseOf(await api.update(renewed(leaseOf(await api.get(signal)), { ...SIGNATURE, wallMs: 1 }), signal));
    assertEquals(await refusal(side, "PUT", { name: LEASE_NAME, body: object }), {
      code: 409,
      reason: "Conflict",
      message:
        `Operation cannot be fulfilled on ${WHAT}: the object has been modified; please apply your changes to the latest version and try again`,
    });
  });

  test("409 tells of a Lease that was deleted, or deleted and made anew, by its uid", async ({ api, side, signal }) => {
    const { object } = await create(api, signal);
    const uid = "3f1c7f1e-0000-4000-8000-000000000000";
    const stranger = (name: string) => ({ ...object, metadata: { ...object.metadata, name, uid } });
    const text = (meta = "") =>
      `Operation cannot be fulfilled on ${WHAT}: StorageError: invalid object, Code: 4, ` +
      `Key: /registry/leases/${side.namespace}/${LEASE_NAME}, ResourceVersion: 0, ` +
      `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${meta}`;
    const put = () => refusal(side, "PUT", { name: LEASE_NAME, body: stranger(LEASE_NAME) });
    assertEquals(await put(), { code: 409, reason: "Conflict", message: text(object.metadata?.uid) });
    await side.admin.deleteNamespacedLease({ name: LEASE_NAME, namespace: side.namespace });
    assertEquals(await put(), { code: 409, reason: "Conflict", message: text() });
  });

  test("400 for what is no Lease: broken JSON, times without six fraction digits, another name than in the URL", async ({ side }) => {
    const object = fresh();
    const broken = await refusal(side, "POST", { body: "{" });
    assertEquals([broken.code, broken.reason], [400, "BadRequest"]);
    assertStringIncludes(broken.message ?? "", "the object provided is unrecognized (must be of type Lease)");
    const spec = { ...object.spec, renewTime: "2026-06-01T12:00:00.007Z" };
    const { code, message } = await refusal(side, "POST", { body: { ...object, spec } });
    assertEquals(code, 400);
    assertStringIncludes(
      message ?? "",
      'Lease in version "v1" cannot be handled as a Lease: parsing time "2026-06-01T12:00:00.007Z" as "2006-01-02T15:04:05.000000Z07:00"',
    );
    assertEquals(await refusal(side, "PUT", { name: LEASE_NAME, body: { ...object, metadata: { name: "x" } } }), {
      code: 400,
      reason: "BadRequest",
      message: `the name of the object (x) does not match the name on the URL (${LEASE_NAME})`,
    });
  });

  test("422 for values that cannot be, all of them at once, and for an update without a version", async ({ api, side, signal }) => {
    const object = fresh();
    const refused = (spec: object) => refusal(side, "POST", { body: { ...object, spec } });
    const start = `Lease.coordination.k8s.io "${LEASE_NAME}" is invalid: `;
    const seconds = "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0";
    const transitions = "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0";
    assertEquals(await refused({ leaseDurationSeconds: 0 }), {
      code: 422,
      reason: "Invalid",
      message: start + seconds,
    });
    assertEquals(await refused({ leaseDurationSeconds: 0, leaseTransitions: -1 }), {
      code: 422,
      reason: "Invalid",
      message: `${start}[${seconds}, ${transitions}]`,
    });
    await create(api, signal);
    assertEquals(await refusal(side, "PUT", { name: LEASE_NAME, body: object }), {
      code: 422,
      reason: "Invalid",
      message: `${WHAT} is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
    });
  });

  test("401 says nothing but that", async ({ side }) => {
    assertEquals(await refusal(side, "GET", { name: LEASE_NAME, token: "not-a-token" }), {
      code: 401,
      reason: "Unauthorized",
      message: "Unauthorized",
    });
  });

  test("a delete is answered by its success", async ({ api, side, signal }) => {
    await create(api, signal);
    const answer = await side.admin.deleteNamespacedLease({ name: LEASE_NAME, namespace: side.namespace });
    assertEquals([answer.kind, answer.status, answer.details?.name], ["Status", "Success", LEASE_NAME]);
    assertEquals((await rawRequest(side, "GET", { name: LEASE_NAME })).status, 404);
  });
}
