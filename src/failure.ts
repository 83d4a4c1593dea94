/** The one entrance for thrown things: what kind of failure it is, the cause for the log, and a reference that ties both to what people see. */

/**
 * What went wrong, as far as anyone can act on it.
 *
 * - `not_found`: no such page, quote, guild …
 * - `not_yours`: it exists and belongs to someone else, or a permission is missing
 * - `bad_input`: refused as it was given; the message says what is allowed
 * - `too_large`: a text or a batch over a limit
 * - `unreachable`: nobody answered, or not in time; trying later may help
 * - `refused_token`: the other side does not accept our credentials; only an operator can mend it
 * - `stale_term`: the work belongs to a term of leadership that has ended
 * - `aborted`: given up on purpose, at shutdown or because the asker is gone
 * - `unknown`: everything else, a defect until shown otherwise
 */
export type FailureKind =
  | "not_found"
  | "not_yours"
  | "bad_input"
  | "too_large"
  | "unreachable"
  | "refused_token"
  | "stale_term"
  | "aborted"
  | "unknown";

/** A failure whose kind is known. Its message is for the log and for operators, never for people in Discord. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Whatever was thrown, as a {@linkcode Failure}; one that is a failure already stays itself. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") {
    return new Failure("unreachable", thrown.message, { cause: thrown });
  }
  if (thrown instanceof DOMException && thrown.name === "AbortError") {
    return new Failure("aborted", thrown.message, { cause: thrown });
  }
  return new Failure("unknown", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

/** A failure and its causes, outermost first, as one line for the log. */
export function explain(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (
    let error = thrown;
    error !== undefined && !seen.has(error);
    error = error instanceof Error ? error.cause : undefined
  ) {
    seen.add(error);
    const text = error instanceof Error ? error.message || error.name : String(error);
    if (!parts.some((part) => part.includes(text))) parts.push(text);
  }
  return parts.join(": ");
}

/** A short reference, such as `7f3a91c2`: people quote it, operators find the cause in the log by it. */
export function newReference(): string {
  return crypto.randomUUID().slice(0, 8);
}
