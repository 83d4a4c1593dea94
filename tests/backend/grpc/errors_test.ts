import { assertEquals, assertMatch } from "@std/assert";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { failureOf, isOutcomeUnknown, PROVISIONING, saidBy } from "../../../src/backend/grpc/errors.ts";

function errorOf(code: status, details = "no"): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

const RPC = "/hivemind.wiki.WikiService/GetWikiPage";

Deno.test("each status code has its kind", () => {
  const kinds: [status, string][] = [
    [status.CANCELLED, "unreachable"],
    [status.UNKNOWN, "unknown"],
    [status.INVALID_ARGUMENT, "bad_input"],
    [status.DEADLINE_EXCEEDED, "unreachable"],
    [status.NOT_FOUND, "not_found"],
    [status.ALREADY_EXISTS, "unknown"],
    [status.PERMISSION_DENIED, "not_yours"],
    [status.RESOURCE_EXHAUSTED, "too_large"],
    [status.FAILED_PRECONDITION, "stale_term"],
    [status.UNIMPLEMENTED, "unknown"],
    [status.INTERNAL, "unknown"],
    [status.UNAVAILABLE, "unreachable"],
    [status.UNAUTHENTICATED, "refused_token"],
  ];
  for (const [code, kind] of kinds) assertEquals(failureOf(errorOf(code), RPC).kind, kind, status[code]);
});

Deno.test("vague codes are told apart by their text, clear ones are not", () => {
  const kindOf = (code: status, details: string) => failureOf(errorOf(code, details), RPC).kind;
  assertEquals(kindOf(status.UNKNOWN, "page not found"), "not_found");
  assertEquals(kindOf(status.INTERNAL, "discord guild not found"), "not_found");
  assertEquals(kindOf(status.UNKNOWN, "string is too long for tsvector"), "too_large");
  assertEquals(
    kindOf(status.INTERNAL, "Received RST_STREAM with code 2 triggered by internal client error: write EPIPE"),
    "unreachable",
  );
  assertEquals(kindOf(status.INVALID_ARGUMENT, "source not found"), "bad_input");
});

Deno.test("a token of the wrong role is told from somebody else's quote", () => {
  const wrongRole = failureOf(errorOf(status.PERMISSION_DENIED, "only bots can act on behalf of users"), RPC);
  assertEquals(wrongRole.kind, "refused_token");
  assertMatch(wrongRole.message, /role bot/);
});

Deno.test("a failure remembers what the server said, and whether it may have acted", () => {
  const failure = failureOf(errorOf(status.INTERNAL, "failed to provision user"), RPC);
  assertEquals(saidBy(failure, PROVISIONING), true);
  assertEquals(saidBy(new Error("failed to provision user"), PROVISIONING), false);
  assertEquals(isOutcomeUnknown(failure), false);
  assertEquals(isOutcomeUnknown(failureOf(errorOf(status.DEADLINE_EXCEEDED), RPC)), true);
});
