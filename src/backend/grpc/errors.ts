/**
 * What a failed call means, as a {@linkcode Failure}: by its status code where the server uses codes as it should, and by its text where
 * the server in use today does not.
 */
import { type ServiceError, status } from "@grpc/grpc-js";
import { Failure, type FailureKind } from "../../failure.ts";

const KIND_BY_CODE: ReadonlyMap<number, FailureKind> = new Map([
  [status.CANCELLED, "unreachable"],
  [status.INVALID_ARGUMENT, "bad_input"],
  [status.DEADLINE_EXCEEDED, "unreachable"],
  [status.NOT_FOUND, "not_found"],
  [status.PERMISSION_DENIED, "not_yours"],
  [status.RESOURCE_EXHAUSTED, "too_large"],
  [status.FAILED_PRECONDITION, "stale_term"],
  [status.UNAVAILABLE, "unreachable"],
  [status.UNAUTHENTICATED, "refused_token"],
]);

/** Codes behind which the server hides what it means. */
const VAGUE: ReadonlySet<number> = new Set([status.UNKNOWN, status.INTERNAL]);

/** A page of a hundred long texts is larger than the 4 MiB that gRPC takes by default. */
export const RECEIVE_LIMIT_BYTES = 64 * 1024 * 1024;

/** An answer over the limit: the head of a web page, say, reads as the head of an enormous message. */
const NO_MESSAGE = new RegExp(`^Received message larger than max .*\\b${RECEIVE_LIMIT_BYTES}\\)`);

/** What the texts of vague failures mean, the first that fits. */
const KIND_BY_TEXT: readonly (readonly [RegExp, FailureKind])[] = [
  [/not found/i, "not_found"],
  [/too long for tsvector/i, "too_large"],
  // A connection that broke while this process stood still fails so, instead of with UNAVAILABLE.
  [/\b(EPIPE|ECONNRESET|ECONNREFUSED|ETIMEDOUT)\b|RST_STREAM|socket hang up/i, "unreachable"],
  [/^Failed to start HTTP\/2 stream/, "unreachable"],
];

/** The failure of the call `rpc`, such as `/hivemind.wiki.WikiService/GetWikiPage`. */
export function failureOf(error: ServiceError, rpc: string): Failure {
  const name = rpc.split("/").at(-1) ?? rpc;
  if (error.code === status.PERMISSION_DENIED && /only bots can act/i.test(error.details)) {
    const hint =
      "the service token belongs to a role that may not act for users; make one of role bot and put it into BACKEND_SERVICE_TOKEN";
    return new Failure("refused_token", `${name}: ${hint}`, { cause: error });
  }
  const kind = kindOf(error);
  const remedy = kind === "refused_token" ? "; is BACKEND_SERVICE_TOKEN the token that the backend was given?" : "";
  return new Failure(kind, `${name}: ${status[error.code] ?? error.code} ${error.details}${remedy}`, { cause: error });
}

function kindOf({ code, details }: ServiceError): FailureKind {
  if (NO_MESSAGE.test(details)) return "unreachable";
  if (!VAGUE.has(code)) return KIND_BY_CODE.get(code) ?? "unknown";
  return KIND_BY_TEXT.find(([text]) => text.test(details))?.[1] ?? "unknown";
}

/** Whether the server failed with this text, whatever its code. */
export function saidBy(thrown: unknown, text: RegExp): boolean {
  return thrown instanceof Failure && isServiceError(thrown.cause) && text.test(thrown.cause.details);
}

/** A user's first two calls at once: the loser is told this before anything was done for it. */
export const PROVISIONING = /failed to provision user/i;
/** A page that was written without its title; from then on nothing that reads all pages of the guild works. */
export const BROKEN_PAGE = /converting NULL to string/i;
/** Somebody else wrote the same row at the same moment. */
export const DUPLICATE = /duplicate key/i;

/** A page was to be created under a title that leads to one. */
export const DUPLICATE_TITLE = /already exists/i;

/** Whether the failed call may have been done nevertheless. */
export function isOutcomeUnknown(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.kind === "unreachable";
}

/** How the library says that there was no connection to send a call on, or that the server gave it back unseen because it is closing one. */
const NEVER_LEFT =
  /^(No connection established|Name resolution failed|Failed to start HTTP\/2 stream|Stream refused by server)/;

/** Whether the failed call cannot have been done. */
export function neverLeft(failure: Failure): boolean {
  return failure.kind === "unreachable" && saidBy(failure, NEVER_LEFT);
}

/** Whether nobody answered within the deadline. */
export function isTimeout(error: ServiceError): boolean {
  return error.code === status.DEADLINE_EXCEEDED;
}

/** Whether this is an error of the library, with a status. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error && typeof error.details === "string";
}
