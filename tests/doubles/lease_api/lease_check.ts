/** What a kube-apiserver demands of a Lease that is written. */
import { z } from "zod";
import { badRequest, invalid, type InvalidValue } from "./status.ts";

const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{3})(?:Z|[+-]\d\d:\d\d)$/;
const texts = z.record(z.string(), z.string()).optional();
const microTime = z.string().transform((text, context) => {
  const micros = text.match(MICRO_TIME)?.[1];
  if (micros !== undefined) return new Date(text).toISOString().replace("Z", `${micros}Z`);
  context.addIssue({ code: "custom", message: `parsing time "${text}" as "2006-01-02T15:04:05.000000Z07:00"` });
  return z.NEVER;
}).optional();

/** Fields that nobody knows are dropped on the way in. The feature gate `CoordinatedLeaderElection` is on. */
const leaseSchema = z.object({
  apiVersion: z.literal("coordination.k8s.io/v1"),
  kind: z.literal("Lease"),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    creationTimestamp: z.string().nullish(),
    labels: texts,
    annotations: texts,
  }),
  spec: z.object({
    holderIdentity: z.string().optional(),
    leaseDurationSeconds: z.int32().optional(),
    acquireTime: microTime,
    renewTime: microTime,
    leaseTransitions: z.int32().optional(),
    preferredHolder: z.string().optional(),
    strategy: z.string().optional(),
  }).default({}),
});

export type Lease = z.infer<typeof leaseSchema>;

/**
 * Reads a body.
 *
 * @param nameInUrl undefined for a create
 * @throws {Refusal} 400 if it cannot be a Lease, 422 if it is one that is not allowed.
 */
export function readLease(body: string, nameInUrl: string | undefined): Lease {
  const parsed = leaseSchema.safeParse(parse(body));
  if (!parsed.success) {
    throw badRequest(`Lease in version "v1" cannot be handled as a Lease: ${parsed.error.issues[0]?.message}`);
  }
  const lease = parsed.data;
  const { name } = lease.metadata;
  if (nameInUrl !== undefined && nameInUrl !== name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${nameInUrl})`);
  }
  refuseValues(name, lease.spec);
  return lease;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const what = "the object provided is unrecognized (must be of type Lease)";
    throw badRequest(`${what}: couldn't get version/kind; json parse error: ${error}`);
  }
}

function refuseValues(name: string, spec: Lease["spec"]): void {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions, preferredHolder, strategy } = spec;
  const wrong: InvalidValue[] = [];
  if (seconds !== undefined && seconds <= 0) {
    wrong.push(["spec.leaseDurationSeconds", seconds, "must be greater than 0"]);
  }
  if (transitions !== undefined && transitions < 0) {
    wrong.push(["spec.leaseTransitions", transitions, "must be greater than or equal to 0"]);
  }
  if (preferredHolder && !strategy) {
    wrong.push(["spec.preferredHolder", `"${preferredHolder}"`, "may only be specified if strategy is defined"]);
  }
  if (wrong.length > 0) throw invalid(name, wrong);
}
