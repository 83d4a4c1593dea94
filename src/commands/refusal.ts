/** What a handler throws, sorted by what it means for the person who asked. */
import { toFailure } from "../failure.ts";

/** A sentence for the person instead of an answer: a handler that will not do as asked throws it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** False when another replica, of another version, may do what this one will not. */
  readonly final: boolean;

  constructor(sentence: string, options: { final: boolean } = { final: true }) {
    super(sentence);
    this.final = options.final;
  }
}

/** Whether what was asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return toFailure(error).kind === "not_found";
}

/** Whether what was thrown settles the question, so that another replica or another try would say the same. */
export function isFinal(error: unknown): boolean {
  if (error instanceof Refusal) return error.final;
  const { kind } = toFailure(error);
  return kind === "not_found" || kind === "not_yours" || kind === "bad_input" || kind === "too_large";
}
