/** A leader whose container is restarted in place: it takes over from itself at once, and knows that it was away. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { Surroundings } from "./surroundings.ts";
import { until } from "./until.ts";

const ELECTED = "elected as sync leader, starting member sync job";

Deno.test("a leader that is killed and restarted in place leads as a new term, and misses nobody who joined meanwhile", async () => {
  await using around = await Surroundings.open();
  const guild = around.discord.world.addGuild({ memberCount: 50 });
  const backend = await around.startBackend();
  const { BACKEND_EMBEDDED: _, ...pod } = await around.pod("bot-a");
  // So long that nothing but the own name lets it lead again in time.
  const lease = { LEASE_DURATION_SECONDS: "60", LEASE_RENEW_DEADLINE_SECONDS: "40", LEASE_RETRY_PERIOD_SECONDS: "0.5" };
  const env = { ...pod, ...lease, ...around.withBackend(backend) };
  const first = around.start({ name: "bot-a", env });
  const { token } = await first.line(ELECTED);
  await first.line("member sync finished");
  await until("the Lease tells that no sync is due", () => {
    const checkpoint = around.lease?.metadata.annotations?.["hivemind-bot/sync-checkpoint"];
    return checkpoint !== undefined && !("start" in JSON.parse(checkpoint));
  });
  await first.end("SIGKILL");
  around.discord.world.addMember(guild.id, { username: "joined while nobody looked" });
  const second = around.start({ name: "bot-a", env });
  assertNotEquals((await second.line(ELECTED)).token, token);
  await until("everyone is in the backend", () => {
    const sql = "SELECT count(*) AS count FROM members WHERE guild_id = ?";
    return around.rows("backend", sql, guild.id)[0]?.count === 51;
  });
  assertEquals(around.lease?.spec.leaseTransitions, 1);
});
