/** The two audiences of a failure: a sentence for the person, the cause for the log, and one reference in both. */
import type { BaseInteraction } from "discord.js";
import type { Card } from "../discord/reply.ts";
import { explain, type Failure, newReference, toFailure } from "../failure.ts";
import type { Log } from "../log.ts";
import { isFinal, Refusal } from "./refusal.ts";
import type { Turn } from "./route.ts";
import { typedText } from "./typed_text.ts";

/** The work was done but Discord did not take the answer. */
export class Unshown extends Error {
  override readonly name = "Unshown";
}

/** `refused`: the person can do something about it; `failed`: we have to. */
export type Blame = "refused" | "failed";

/** Logs a failure and gives the card that tells the person, with any text that they had typed. */
export function describeFailure(
  error: unknown,
  turn: Turn<BaseInteraction>,
  { services, command }: { services: { log: Log }; command: string },
): { card: Card; outcome: Blame } {
  const { texts, interaction, caller } = turn;
  const text = typedText(interaction);
  const tell = (sentence: string, ...lines: string[]): Card => ({
    content: [sentence, ...text === undefined ? [] : [texts.textReturned], ...lines].join("\n"),
    files: text === undefined ? [] : [{ name: "your-text.md", text }],
  });
  if (error instanceof Refusal) return { card: tell(error.message), outcome: "refused" };

  const failure = toFailure(error);
  const reference = newReference();
  const fields = {
    command,
    reference,
    kind: failure.kind,
    cause: explain(failure),
    guild: caller.guildId,
    user: caller.userId,
  };
  services.log[levelOf(failure)]("interaction failed", fields);
  const sentence = error instanceof Unshown ? texts.notShown : texts.failed[failure.kind];
  return { card: tell(sentence, texts.reference(reference)), outcome: isFinal(failure) ? "refused" : "failed" };
}

function levelOf(failure: Failure): "info" | "warn" | "error" {
  if (isFinal(failure)) return "info";
  return failure.kind === "unknown" ? "error" : "warn";
}
