import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import { callerOf, metadataOf, sendableName, userHeaders, valueOf } from "../../../src/backend/grpc/metadata.ts";

const CALLER = { userId: "1", guildId: "2", username: "alice" };

Deno.test("a caller travels in metadata, also from a direct message", () => {
  for (const caller of [CALLER, { ...CALLER, guildId: null }]) {
    assertEquals(callerOf(metadataOf(userHeaders(caller), "token")), caller);
  }
  assertEquals(valueOf(metadataOf({}, "token"), "authorization"), "Bearer token");
});

Deno.test("a name survives as ASCII, whatever it is, and falls back to the id", () => {
  assertEquals(sendableName("alice_42"), "alice_42");
  assertEquals(sendableName("  Zoë\u0000\r\n "), "Zoe");
  assertEquals(sendableName("x".repeat(100)).length, 64);
  assertEquals(sendableName("日本語"), "");
  assertEquals(callerOf(metadataOf(userHeaders({ ...CALLER, username: "😀" }), "token")).username, "1");
});

Deno.test("any text at all can be sent as a name", () => {
  for (let code = 0; code < 0x3000; code++) {
    metadataOf(userHeaders({ ...CALLER, username: `a${String.fromCharCode(code)}b` }), "token");
  }
});

Deno.test("a call for nobody is refused on either side", () => {
  assertEquals(assertThrows(() => userHeaders({ ...CALLER, userId: " " }), Failure).kind, "bad_input");
  assertEquals(assertThrows(() => callerOf(metadataOf({}, "token")), Failure).kind, "bad_input");
  assertEquals(assertThrows(() => metadataOf({ "x-discord-user-id": "1\n2" }, "token"), Failure).kind, "bad_input");
});
