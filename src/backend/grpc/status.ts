/** What a {@linkcode Failure} is on the wire: the status code that clients act on, and a text that tells operators enough. */
import { type ServerErrorResponse, status } from "@grpc/grpc-js";
import { explain, type FailureKind, newReference, toFailure } from "../../failure.ts";
import type { Log } from "../../log.ts";

const CODES: Readonly<Record<FailureKind, status>> = {
  not_found: status.NOT_FOUND,
  not_yours: status.PERMISSION_DENIED,
  bad_input: status.INVALID_ARGUMENT,
  too_large: status.RESOURCE_EXHAUSTED,
  unreachable: status.UNAVAILABLE,
  refused_token: status.UNAUTHENTICATED,
  stale_term: status.FAILED_PRECONDITION,
  aborted: status.CANCELLED,
  unknown: status.INTERNAL,
};

/** The status of a call that failed. A defect's cause goes to the log; the client gets a reference to it. */
export function statusOf(thrown: unknown, context: { rpc: string; log: Log }): ServerErrorResponse {
  const failure = toFailure(thrown);
  const code = CODES[failure.kind];
  if (failure.kind !== "unknown") return { ...plain(failure.message), code };
  const reference = newReference();
  context.log.error("call failed", { rpc: context.rpc, reference, error: explain(failure) });
  return { ...plain(`internal error, reference ${reference}`), code };
}

function plain(details: string): ServerErrorResponse {
  return { name: "Error", message: details, details };
}
