/** The answers with which a kube-apiserver refuses, worded as it words them. */

/** A refusal; thrown by whoever finds the reason, sent by the server. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, reason: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.headers = headers;
  }
}

/** The `Status` object of a refusal. */
export function statusOf({ code, message, reason }: Refusal) {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

/** What a delete is answered with. */
export function deleted(name: string, uid: string | undefined) {
  const details = { name, group: "coordination.k8s.io", kind: "leases", uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

export const unauthorized = () => new Refusal(401, "Unauthorized", "Unauthorized");

export const notFound = (name: string) =>
  new Refusal(404, "NotFound", `leases.coordination.k8s.io "${name}" not found`);

export const alreadyExists = (name: string) =>
  new Refusal(409, "AlreadyExists", `leases.coordination.k8s.io "${name}" already exists`);

export const conflict = (name: string, why: string) =>
  new Refusal(409, "Conflict", `Operation cannot be fulfilled on leases.coordination.k8s.io "${name}": ${why}`);

export const badRequest = (message: string) => new Refusal(400, "BadRequest", message);

/** A write that names another object's uid. */
export const anotherUid = (
  name: string,
  { namespace, uid, found }: { namespace: string; uid: string; found: string },
) =>
  conflict(
    name,
    `StorageError: invalid object, Code: 4, Key: /registry/leases/${namespace}/${name}, ResourceVersion: 0, ` +
      `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`,
  );

/** A value that is not allowed: its field, itself, and why. */
export type InvalidValue = readonly [field: string, value: string | number, why: string];

/** @param values at least one; the real one names them all */
export const invalid = (name: string, values: readonly InvalidValue[]) => {
  const texts = values.map(([field, value, why]) => `${field}: Invalid value: ${value}: ${why}`);
  const all = texts.length === 1 ? texts.join() : `[${texts.join(", ")}]`;
  return new Refusal(422, "Invalid", `Lease.coordination.k8s.io "${name}" is invalid: ${all}`);
};

export const withoutVersion = (name: string) =>
  new Refusal(
    422,
    "Invalid",
    `leases.coordination.k8s.io "${name}" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
  );

export const expired = (version: number, oldest: number) =>
  new Refusal(410, "Expired", `too old resource version: ${version} (${oldest})`);

/** `name` is left out where the request names no object, as for create and list. */
export function forbidden(ask: { user: string; verb: string; namespace: string; name: string | undefined }): Refusal {
  const what = ask.name === undefined ? "" : ` "${ask.name}"`;
  return new Refusal(
    403,
    "Forbidden",
    `leases.coordination.k8s.io${what} is forbidden: User "${ask.user}" cannot ${ask.verb} resource "leases" ` +
      `in API group "coordination.k8s.io" in the namespace "${ask.namespace}"`,
  );
}
