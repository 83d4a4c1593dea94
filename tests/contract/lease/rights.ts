/** Which rights each request takes, and how the API refuses without: what operators repair by. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { acquired, renewed } from "../../../src/election/lease.ts";
import type { LeaseApi, Verb } from "../../../src/election/lease_api.ts";
import { create, LEASE_NAME, type LeaseApiProvider, openApi, SIGNATURE, testsOf } from "./provider.ts";
import { type RawRequest, refusal } from "./raw_request.ts";

/** Defines the tests. */
export function rightsContract(provider: LeaseApiProvider): void {
  const test = testsOf(provider);
  const fresh = () => acquired(undefined, { ...SIGNATURE, name: LEASE_NAME });

  test("403 names user, verb, resource and namespace, for every verb that the bot has no right to", async ({ side }) => {
    const another = { name: "another" };
    const asked: [method: string, verb: string, request: RawRequest][] = [
      ["GET", "get", another],
      ["PUT", "update", { ...another, body: { ...fresh(), metadata: another } }],
      ["GET", "watch", { query: "watch=true&fieldSelector=metadata.name=another" }],
      ["GET", "list", {}],
      ["GET", "watch", { query: "watch=true" }],
      ["DELETE", "delete", { name: LEASE_NAME }],
    ];
    for (const [method, verb, request] of asked) {
      const { code, reason, message = "" } = await refusal(side, method, request);
      assertEquals([code, reason], [403, "Forbidden"], verb);
      const name = request.name ?? request.query?.match(/metadata\.name=(.+)/)?.[1];
      const user = `system:serviceaccount:${side.namespace}:[a-z-]+`;
      const what = `leases\\.coordination\\.k8s\\.io${name === undefined ? "" : ` "${name}"`}`;
      const where = `in API group "coordination\\.k8s\\.io" in the namespace "${side.namespace}"`;
      assertMatch(
        message,
        new RegExp(`^${what} is forbidden: User "${user}" cannot ${verb} resource "leases" ${where}$`),
      );
    }
  });

  for (const verb of ["get", "create", "update", "watch"] as const) {
    test(`without the right to ${verb}, that alone is refused, with the line that shows it`, async ({ api, side, signal }) => {
      const limited = openApi(side, { serviceAccountDir: await side.dirWithout(verb) });
      try {
        if (verb !== "create") await create(api, signal);
        const reasons = await reasonsOf(limited, { full: api, signal });
        assertEquals(Object.keys(reasons), [verb]);
        const what = `leases.coordination.k8s.io${verb === "create" ? "" : `/${LEASE_NAME}`}`;
        assertStringIncludes(
          reasons[verb] ?? "",
          `kubectl auth can-i ${verb} ${what} --namespace ${side.namespace} --as system:serviceaccount:${side.namespace}:`,
        );
      } finally {
        limited.close();
      }
    });
  }
}

/** Why each verb is refused that is; a Lease that is not there is created. `full` has all rights. */
async function reasonsOf(
  api: LeaseApi,
  { full, signal }: { full: LeaseApi; signal: AbortSignal },
): Promise<Partial<Record<Verb, string>>> {
  const reasons: Partial<Record<Verb, string>> = {};
  const found = await api.get(signal);
  if (found.kind === "refused") reasons.get = found.reason;
  if (found.kind === "absent") {
    const answer = await api.create(acquired(undefined, { ...SIGNATURE, name: LEASE_NAME }), signal);
    if (answer.kind === "refused") reasons.create = answer.reason;
  }
  const ending = new AbortController();
  const onOpen = () => ending.abort();
  const end = await api.watch({
    fromVersion: undefined,
    durationMs: 1_000,
    onOpen,
    onChange() {},
    signal: ending.signal,
  });
  if (end.kind === "denied") reasons.watch = end.reason;
  const seen = await full.get(signal);
  if (seen.kind !== "lease") return reasons;
  const answer = await api.update(renewed(seen.lease, { ...SIGNATURE, wallMs: 1 }), signal);
  return answer.kind === "refused" ? { ...reasons, update: answer.reason } : reasons;
}
