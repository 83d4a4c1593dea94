import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { createRest, discordFailure, restOptions, within } from "../../src/discord/rest.ts";
import { explain, Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, startDiscordDouble } from "../doubles/discord/double.ts";

function restOf(discord: DiscordDouble, token = discord.token) {
  const metrics = createMetrics();
  const log = createLog({ level: "debug", format: "text", write: () => {} });
  return { rest: createRest({ token, apiBase: discord.apiBase(), log, metrics }), metrics };
}

Deno.test("the base may end in a version or a slash", () => {
  for (const base of ["https://discord.com/api", "https://discord.com/api/", "https://discord.com/api/v10"]) {
    const { api, version } = restOptions({ apiBase: base, metrics: createMetrics() });
    assertEquals([api, version], ["https://discord.com/api", "10"]);
  }
});

Deno.test("refusals become failures by what can be done about them", async () => {
  await using discord = await startDiscordDouble();
  const { rest } = restOf(discord);
  const kinds: [number, string][] = [[400, "bad_input"], [403, "not_yours"], [404, "not_found"], [500, "unreachable"]];
  for (const [status, kind] of kinds) {
    discord.clearFaults();
    discord.fault({ route: "GET /users/@me", times: 9 }, { kind: "status", status });
    const failure = await rest.get("/users/@me").then(() => undefined, (thrown) => discordFailure(thrown, "ask"));
    assertEquals(failure?.kind, kind);
    assertMatch(explain(failure), /^Cannot ask: /);
  }
});

Deno.test("a refused token says which variable holds it, and does not show it", async () => {
  await using discord = await startDiscordDouble();
  const { rest } = restOf(discord, "double.of.another-token");
  const failure = await rest.get("/users/@me").then(() => undefined, (thrown) => discordFailure(thrown, "ask"));
  assertEquals(failure?.kind, "refused_token");
  assertMatch(explain(failure), /DISCORD_BOT_TOKEN/);
  assertNotMatch(explain(failure), /another-token/);
});

Deno.test("nobody at the other end is unreachable", async () => {
  const log = createLog({ level: "error", format: "text", write: () => {} });
  const rest = createRest({ token: "a.b.c", apiBase: "http://127.0.0.1:1/api", log, metrics: createMetrics() });
  const failure = await rest.get("/users/@me").then(() => undefined, (thrown) => discordFailure(thrown, "ask"));
  assertEquals(failure?.kind, "unreachable");
});

Deno.test("a rate limit is waited for and counted by its scope", async () => {
  await using discord = await startDiscordDouble();
  const { rest, metrics } = restOf(discord);
  discord.fault({ route: "GET /users/@me" }, { kind: "rate-limit", scope: "shared", retryAfterMs: 50 });
  await rest.get("/users/@me");
  const { values } = await metrics.discordRateLimits.get();
  assertEquals(values.map(({ labels, value }) => [labels.scope, value]), [["shared", 1]]);
});

Deno.test("whoever waits for a rate limit stops at once when told to", async () => {
  const told = new AbortController();
  const waiting = within(new Promise<never>(() => {}), told.signal);
  told.abort(new Failure("stale_term", "over"));
  await assertRejects(() => waiting, Failure, "over");
  await assertRejects(() => within(Promise.resolve(1), told.signal), Failure, "over");
});
