/** Settings that cannot work: one line for each, with what to do, and exit code 2 before anything was asked of Discord. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { BotProcess } from "./bot_process.ts";
import { Surroundings } from "./surroundings.ts";

/** What a process says that ends by itself with exit code 2, beside its log. */
async function complaintsOf(process: BotProcess): Promise<string[]> {
  const { code } = await process.status;
  assertEquals(code, 2, process.output.join("\n"));
  return process.complaints;
}

Deno.test("without a token the bot names it and points to the demo", async () => {
  await using around = await Surroundings.open();
  const { DISCORD_BOT_TOKEN: _, ...env } = around.standalone("bot");
  const [complaint = "", demo = "", ...more] = await complaintsOf(around.start({ name: "bot", env }));
  assertMatch(complaint, /^DISCORD_BOT_TOKEN is not set\. .*set DISCORD_BOT_TOKEN, or DISCORD_BOT_TOKEN_FILE/);
  assertMatch(demo, /without a token and without a cluster: deno task demo$/);
  assertEquals(more, []);
});

Deno.test("all problems are told at once, each in a line that names its variable", async () => {
  await using around = await Surroundings.open();
  await Deno.writeTextFile(`${around.dir}/empty`, "\n");
  const env = {
    ...around.standalone("bot"),
    BACKEND_GRPC_HOST: "127.0.0.1",
    BACKEND_GRPC_PORT: "many",
    BACKEND_SERVICE_TOKEN_FILE: `${around.dir}/not-mounted`,
    BACKEND_TLS_CA_FILE: `${around.dir}/no-ca.pem`,
    DISCORD_APPLICATION_ID: "12",
    DISCORD_BOT_TOKEN: "",
    DISCORD_BOT_TOKEN_FILE: `${around.dir}/empty`,
    LEASE_DURATION_SECONDS: "10",
    LEASE_RENEW_DEADLINE_SECONDS: "10",
    LOG_LEVEL: "loud",
    METRICS_PORT: "-1",
    QUOTE_EMOJI_ID: "🙂",
    WEB_BASE_URL: "hivemind",
  };
  const complaints = await complaintsOf(around.start({ name: "bot", env }));
  for (
    const start of [
      'BACKEND_GRPC_PORT is "many"; allowed is',
      `BACKEND_SERVICE_TOKEN_FILE leads to "${around.dir}/not-mounted", which cannot be read`,
      `BACKEND_TLS_CA_FILE leads to "${around.dir}/no-ca.pem", which does not exist`,
      "BACKEND_TLS_… files are set but BACKEND_TLS is not true",
      'DISCORD_APPLICATION_ID is "12"; allowed is',
      `DISCORD_BOT_TOKEN_FILE leads to "${around.dir}/empty", which is empty`,
      "LEASE_RENEW_DEADLINE_SECONDS (10) must be less than LEASE_DURATION_SECONDS (10)",
      'LOG_LEVEL is "loud"; allowed are debug, info, warn, error',
      'METRICS_PORT is "-1"; allowed is',
      'QUOTE_EMOJI_ID is "🙂"; allowed is',
      'WEB_BASE_URL is "hivemind"; allowed is',
    ]
  ) {
    assertEquals(complaints.filter((line) => line.startsWith(start)).length, 1, `${start}\n${complaints.join("\n")}`);
  }
  assertEquals(complaints.length, 11, complaints.join("\n"));
  assertEquals(around.discord.requests, []);
});

Deno.test("in Kubernetes a bot without a backend says that the replicas must share one", async () => {
  await using around = await Surroundings.open();
  const { BACKEND_EMBEDDED: _, ...env } = await around.pod("bot-a");
  const [complaint = "", ...more] = await complaintsOf(around.start({ name: "bot-a", env }));
  assertMatch(complaint, /^BACKEND_GRPC_HOST is not set\. .*the replicas must share one backend/);
  assertEquals(more, []);
});

Deno.test("a port that is taken is named, and Discord is not asked before", async () => {
  await using around = await Surroundings.open();
  using taken = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const { port } = taken.addr;
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), METRICS_PORT: String(port) } });
  const backend = around.start({
    name: "backend",
    args: ["backend", "--listen", `127.0.0.1:${port}`, "--data", around.dir],
  });
  const [ofBot, ofBackend] = await Promise.all([complaintsOf(bot), complaintsOf(backend)]);
  assertEquals(ofBot.length, 1, ofBot.join("\n"));
  assertStringIncludes(
    ofBot[0] ?? "",
    `Cannot listen on METRICS_PORT ${port}: another process has it; set METRICS_PORT`,
  );
  assertEquals(ofBackend.length, 1, ofBackend.join("\n"));
  assertStringIncludes(ofBackend[0] ?? "", `Cannot listen on 127.0.0.1:${port}: another program has this port`);
  assertEquals(around.discord.requests, []);
});

Deno.test("a backend for everybody in the network demands a token", async () => {
  await using around = await Surroundings.open();
  const args = ["backend", "--listen", "0.0.0.0:0", "--data", around.dir];
  const [complaint = "", ...more] = await complaintsOf(around.start({ name: "backend", args }));
  assertMatch(complaint, /must not listen on 0\.0\.0\.0 without a token: .*; set BACKEND_SERVICE_TOKEN/);
  assertEquals(more, []);
});

Deno.test("data that cannot be kept is said with the path", async () => {
  await using around = await Surroundings.open();
  await Deno.writeTextFile(`${around.dir}/a-file`, "");
  const dataDir = `${around.dir}/a-file/data`;
  const bot = around.start({ name: "bot", env: { ...around.standalone("bot"), HIVEMIND_DATA_DIR: dataDir } });
  const [complaint = "", ...more] = await complaintsOf(bot);
  assertStringIncludes(complaint, `Cannot use the database ${dataDir}/hivemind.sqlite: its folder cannot be made`);
  assertEquals(more, []);
  assertEquals(around.discord.requests, []);
});
