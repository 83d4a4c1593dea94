/** The subcommand for container health checks: it asks the bot of the same machine, and its exit code is the answer. */
import { assertEquals, assertMatch } from "@std/assert";
import { Surroundings } from "./surroundings.ts";

Deno.test("healthcheck ends with 0 beside a healthy bot, and with 1 and a reason beside none", async () => {
  await using around = await Surroundings.open();
  const bot = around.start({ name: "bot", env: around.standalone("bot") });
  const { port } = await bot.line("serving health and metrics");
  const check = (name: string) => around.start({ name, args: ["healthcheck"], env: { METRICS_PORT: String(port) } });
  const beside = check("healthcheck beside the bot");
  assertEquals([(await beside.status).code, beside.output], [0, ["ok"]]);
  await bot.end("SIGTERM");
  const alone = check("healthcheck beside nobody");
  assertEquals((await alone.status).code, 1);
  assertEquals(alone.output.length, 1);
  assertMatch(
    alone.output[0] ?? "",
    new RegExp(`^Nothing answers at http://127\\.0\\.0\\.1:${port}/health: .*METRICS_PORT`),
  );
});

Deno.test("healthcheck gives up beside something that never answers", async () => {
  await using around = await Surroundings.open();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr;
  const check = around.start({ name: "healthcheck", args: ["healthcheck"], env: { METRICS_PORT: String(port) } });
  assertEquals((await check.status).code, 1);
  assertMatch(check.output.join("\n"), /no answer within 3000 ms/);
});
