import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readBackendServerConfig, readBotConfig, readMetricsPort } from "../src/config.ts";
import { ConfigError, type Environment } from "../src/environment.ts";

const TOKEN = { DISCORD_BOT_TOKEN: "a-token" };

function problemsOf(env: Environment): readonly string[] {
  return assertThrows(() => readBotConfig(env), ConfigError).problems;
}

function temporaryDirectory(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("a token is all that a bot needs; everything else has the documented default", () => {
  const config = readBotConfig(TOKEN);
  assertEquals(config, {
    discord: { token: "a-token", applicationId: undefined, apiBase: "https://discord.com/api" },
    backend: { kind: "embedded", dataDir: "./data" },
    kubernetes: undefined,
    leaseTiming: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 },
    log: { level: "info", format: "json" },
    memberSyncIntervalMs: 86_400_000,
    metricsPort: 9100,
    reactions: { quoteEmojiId: undefined, wikiEmojiId: undefined, hivemindEmojiId: undefined },
    registerCommands: "auto",
    replica: "standalone",
    webBaseUrl: undefined,
  });
});

Deno.test("a missing token is named with the way to set it", () => {
  const [problem = ""] = problemsOf({ DISCORD_BOT_TOKEN: "  " });
  assertStringIncludes(problem, "DISCORD_BOT_TOKEN is not set");
  assertStringIncludes(problem, "DISCORD_BOT_TOKEN_FILE");
});

Deno.test("the scheme before a token and white space around values are tolerated", () => {
  const config = readBotConfig({ DISCORD_BOT_TOKEN: " Bot a-token\n", LOG_LEVEL: " Debug " });
  assertEquals(config.discord.token, "a-token");
  assertEquals(config.log.level, "debug");
});

Deno.test("all problems are reported at once, each with its variable, its value, what is allowed and an example", () => {
  const problems = problemsOf({
    LOG_LEVEL: "loud",
    METRICS_PORT: "70000",
    LEASE_DURATION_SECONDS: "2.5",
    REACTIONS_ENABLED: "yes",
    WEB_BASE_URL: "hivemind",
  });
  assertEquals(problems.map((line) => line.split(" ")[0]), [
    "DISCORD_BOT_TOKEN",
    "LEASE_DURATION_SECONDS",
    "LOG_LEVEL",
    "METRICS_PORT",
    "REACTIONS_ENABLED",
    "WEB_BASE_URL",
  ]);
  assertStringIncludes(problems[2] ?? "", '"loud"; allowed are debug, info, warn, error, for example LOG_LEVEL=info');
});

Deno.test("an emoji id that is none is refused", () => {
  assertStringIncludes(problemsOf({ ...TOKEN, QUOTE_EMOJI_ID: ":quote:" })[0] ?? "", "17 to 20 digits");
});

Deno.test("a value can come from a file, and secrets that rotate are read again", () => {
  using dir = temporaryDirectory();
  const file = `${dir.path}/token`;
  Deno.writeTextFileSync(file, "first\n");
  const config = readBotConfig({ ...TOKEN, BACKEND_GRPC_HOST: "backend", BACKEND_SERVICE_TOKEN_FILE: file });
  if (config.backend.kind !== "grpc") throw new Error("a host means gRPC");
  assertEquals(config.backend.serviceToken(), "first");
  Deno.writeTextFileSync(file, "second\n");
  assertEquals(config.backend.serviceToken(), "second");
  Deno.removeSync(file);
  assertEquals(config.backend.serviceToken(), "second");
});

Deno.test("a file that cannot be read is one problem, with its path", () => {
  const problems = problemsOf({ DISCORD_BOT_TOKEN_FILE: "/nowhere/token" });
  assertEquals(problems.length, 1);
  assertStringIncludes(problems[0] ?? "", '"/nowhere/token", which cannot be read');
});

Deno.test("a value given directly and by file is refused, because one would be ignored silently", () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(`${dir.path}/token`, "x");
  const problems = problemsOf({ ...TOKEN, DISCORD_BOT_TOKEN_FILE: `${dir.path}/token` });
  assertStringIncludes(problems[0] ?? "", "both set");
});

Deno.test("lease times that contradict each other are refused with both values", () => {
  const [tooLate = ""] = problemsOf({ ...TOKEN, LEASE_DURATION_SECONDS: "10" });
  assertStringIncludes(tooLate, "LEASE_RENEW_DEADLINE_SECONDS (10) must be less than LEASE_DURATION_SECONDS (10)");
  const [tooRare = ""] = problemsOf({ ...TOKEN, LEASE_RETRY_PERIOD_SECONDS: "9" });
  assertStringIncludes(tooRare, "LEASE_RETRY_PERIOD_SECONDS (9)");
});

Deno.test("in Kubernetes a backend must be named, or the embedded one asked for", () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(`${dir.path}/token`, "service account token");
  const pod = { ...TOKEN, SERVICE_ACCOUNT_DIR: dir.path, HOSTNAME: "bot-1", POD_NAMESPACE: "hivemind" };
  assertStringIncludes(problemsOf(pod)[0] ?? "", "BACKEND_EMBEDDED=true");
  const config = readBotConfig({ ...pod, BACKEND_EMBEDDED: "true", KUBERNETES_SERVICE_HOST: "fd00::1" });
  assertEquals(config.kubernetes, {
    apiHost: "fd00::1",
    apiPort: 443,
    serviceAccountDir: dir.path,
    podNamespace: "hivemind",
    identity: "bot-1",
  });
  assertEquals(
    readBotConfig({ ...pod, BACKEND_EMBEDDED: "true", DISABLE_LEADER_ELECTION: "true" }).kubernetes,
    undefined,
  );
});

Deno.test("a backend host needs a service token", () => {
  assertStringIncludes(
    problemsOf({ ...TOKEN, BACKEND_GRPC_HOST: "backend" })[0] ?? "",
    "BACKEND_SERVICE_TOKEN is not set",
  );
});

Deno.test("TLS files without TLS, and half a key pair, are refused", () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(`${dir.path}/cert.pem`, "x");
  const problems = problemsOf({
    ...TOKEN,
    BACKEND_GRPC_HOST: "backend",
    BACKEND_SERVICE_TOKEN: "s",
    BACKEND_TLS_CERT_FILE: `${dir.path}/cert.pem`,
  });
  assertEquals(problems.length, 2);
});

Deno.test("the backend server and the health check need no token of Discord", () => {
  assertEquals(readBackendServerConfig({}).port, 50051);
  assertEquals(readMetricsPort({ METRICS_PORT: "0" }), 0);
  assertThrows(() => readMetricsPort({ METRICS_PORT: "-1" }), ConfigError);
});

Deno.test("the configuration cannot be changed", () => {
  assertEquals(Object.isFrozen(readBotConfig(TOKEN)), true);
});
