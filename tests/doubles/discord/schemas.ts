/** Discord's own schemas of request bodies, by what the body is for. */

import * as spec from "discord-api-spec/zod";
import "zod"; // Its English messages; the schemas alone say "Invalid input" to everything.
import { type Fieldwise, invalidForm } from "./errors.ts";

interface Issue {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The issues of each branch of a union. */
  readonly errors?: readonly (readonly Issue[])[];
}

interface Schema {
  safeParse(value: unknown): { success: true } | { success: false; error: { issues: readonly Issue[] } };
}

const SCHEMAS = {
  reply: spec.CreateMessageInteractionCallbackRequestSchema,
  update: spec.UpdateMessageInteractionCallbackRequestSchema,
  choices: spec.ApplicationCommandAutocompleteCallbackRequestSchema,
  modal: spec.ModalInteractionCallbackRequestSchema,
  followup: spec.IncomingWebhookInteractionRequestSchema,
  followupEdit: spec.IncomingWebhookUpdateRequestPartialSchema,
  message: spec.MessageCreateRequestSchema,
  messageEdit: spec.MessageEditRequestPartialSchema,
  command: spec.ApplicationCommandUpdateRequestSchema,
} satisfies Record<string, Schema>;

/** What a body is for. */
export type BodyKind = keyof typeof SCHEMAS;

/** @throws 400/50035 with every place where `body` breaks Discord's schema. */
export function checkSchema(kind: BodyKind, body: unknown, prefix: readonly (string | number)[] = []): void {
  const schema: Schema = SCHEMAS[kind];
  const result = schema.safeParse(body);
  if (result.success) return;
  throw invalidForm(explain(result.error.issues).map(({ path, message }) => ({ path: [...prefix, ...path], message })));
}

/** The issues, with a union's replaced by those of the branch that the body was meant for. */
function explain(issues: readonly Issue[]): Fieldwise[] {
  return issues.flatMap((issue) => {
    const branch = issue.errors && meant(issue.errors);
    if (branch === undefined) return [{ path: issue.path, message: issue.message }];
    return explain(branch).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  });
}

/** The branch whose `type` fits; failing that the one with the fewest issues. */
function meant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => issues.every(({ path }) => path[0] !== "type" && path.length > 0));
  const candidates = fitting.length > 0 ? fitting : branches;
  return candidates.toSorted((a, b) => a.length - b.length)[0];
}
