import { assertEquals, assertStringIncludes } from "@std/assert";
import { createMetrics } from "../src/metrics.ts";

Deno.test("metrics have the names that dashboards expect, and registries do not share values", async () => {
  const metrics = createMetrics();
  metrics.leaderStatus.set({ name: "hivemind-bot-sync-leader" }, 1);
  assertStringIncludes(
    await metrics.registry.metrics(),
    'leader_election_master_status{name="hivemind-bot-sync-leader"} 1',
  );
  assertEquals((await createMetrics().registry.metrics()).includes("sync-leader"), false);
});
