import { assertEquals, assertStringIncludes } from "@std/assert";
import { GatewayCloseCodes } from "discord-api-types/v10";
import { loginFailure, refusalOf } from "../../src/discord/login_failure.ts";

Deno.test("close codes that reconnecting does not mend say what to do", () => {
  assertEquals(refusalOf(GatewayCloseCodes.AuthenticationFailed)?.kind, "refused_token");
  const intents = refusalOf(GatewayCloseCodes.DisallowedIntents);
  assertEquals(intents?.kind, "bad_input");
  assertStringIncludes(intents?.message ?? "", `"Server Members Intent"`);
  assertEquals(refusalOf(GatewayCloseCodes.InvalidIntents)?.kind, "bad_input");
});

Deno.test("other close codes refuse nothing", () => {
  for (const code of [1000, 1006, GatewayCloseCodes.UnknownError, GatewayCloseCodes.SessionTimedOut]) {
    assertEquals(refusalOf(code), null);
  }
});

Deno.test("a login that failed for any other reason is worth another try", () => {
  for (const thrown of [new Error("Not enough sessions remaining"), new TypeError("fetch failed"), "x"]) {
    assertEquals(loginFailure(thrown).kind, "unreachable");
  }
});
