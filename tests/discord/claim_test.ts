import { assertEquals, assertRejects } from "@std/assert";
import { DiscordAPIError } from "discord.js";
import { claim } from "../../src/discord/claim.ts";

function refusal(code: number, status: number): DiscordAPIError {
  const url = "https://discord.com/api/v10/interactions/1/token/callback";
  return new DiscordAPIError({ code, message: "refused" }, code, status, "POST", url, {});
}

Deno.test("the callback that Discord accepts wins", async () => {
  assertEquals(await claim(() => Promise.resolve()), "won");
});

Deno.test("an interaction that another replica answered, or that is gone, is lost", async () => {
  assertEquals(await claim(() => Promise.reject(refusal(40060, 400))), "lost");
  assertEquals(await claim(() => Promise.reject(refusal(10062, 404))), "lost");
});

Deno.test("any other refusal is no lost claim", async () => {
  await assertRejects(() => claim(() => Promise.reject(refusal(50035, 400))), DiscordAPIError);
  await assertRejects(() => claim(() => Promise.reject(new TypeError("connection refused"))), TypeError);
  await assertRejects(() => claim(() => Promise.reject(Object.assign(new Error("x"), { code: 40060 }))), Error, "x");
});
