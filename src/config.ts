/**
 * The environment as a frozen, validated configuration: the only reader of `Deno.env`.
 *
 * What a variable may look like is `environment.ts`; what the variables mean together is here. All problems are reported at once.
 */
import { ConfigError, type Environment, exists, VARIABLES, Variables } from "./environment.ts";

export interface LogConfig {
  level: "debug" | "info" | "warn" | "error";
  format: "json" | "text";
}

export interface DiscordConfig {
  /** Without the `Bot ` scheme. */
  token: string;
  /** Asked from Discord when absent. */
  applicationId: string | undefined;
  /** REST base without a version, such as `https://discord.com/api`. */
  apiBase: string;
}

export interface TlsConfig {
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
}

export type BackendConfig =
  | {
    kind: "grpc";
    host: string;
    port: number;
    /** The service token; read again at each call when it comes from a file, because mounted secrets rotate. */
    serviceToken(): string;
    tls: TlsConfig | undefined;
  }
  | { kind: "embedded"; dataDir: string };

export interface KubernetesConfig {
  apiHost: string;
  apiPort: number;
  serviceAccountDir: string;
  /** From `POD_NAMESPACE`; the service account's own namespace counts when absent. */
  podNamespace: string | undefined;
  /** From `HOSTNAME`, which Kubernetes sets to the pod's name; an election cannot run without. */
  identity: string | undefined;
}

export interface LeaseTimingConfig {
  leaseDurationMs: number;
  renewDeadlineMs: number;
  retryPeriodMs: number;
}

export interface ReactionsConfig {
  quoteEmojiId: string | undefined;
  wikiEmojiId: string | undefined;
  hivemindEmojiId: string | undefined;
}

/** What `main.ts run` needs. */
export interface BotConfig {
  discord: DiscordConfig;
  backend: BackendConfig;
  /** Present when a service account token was found and election is not turned off. */
  kubernetes: KubernetesConfig | undefined;
  leaseTiming: LeaseTimingConfig;
  log: LogConfig;
  memberSyncIntervalMs: number;
  metricsPort: number;
  reactions: ReactionsConfig | undefined;
  registerCommands: "auto" | "never";
  /** How this replica calls itself in logs, `/state` and `/ping`. */
  replica: string;
  webBaseUrl: string | undefined;
}

/** What `main.ts register` needs. */
export interface RegisterConfig {
  discord: DiscordConfig;
  log: LogConfig;
}

/** What `main.ts backend` needs. */
export interface BackendServerConfig {
  dataDir: string;
  log: LogConfig;
  port: number;
  /** Absent when none is configured, which only a loopback address may do without. */
  serviceToken: string | undefined;
  tls: TlsConfig | undefined;
}

/** The environment of this process. */
export function processEnvironment(): Environment {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name, Deno.env.get(name)]),
  );
}

/** @throws {ConfigError} with every problem of the environment */
export function readBotConfig(env: Environment): BotConfig {
  return read(env, (vars) => {
    const kubernetes = readKubernetes(vars);
    return {
      discord: readDiscord(vars),
      backend: readBackend(vars, kubernetes !== undefined),
      kubernetes: vars.boolean("DISABLE_LEADER_ELECTION", false) ? undefined : kubernetes,
      leaseTiming: readLeaseTiming(vars),
      log: readLog(vars),
      memberSyncIntervalMs: vars.number("MEMBER_SYNC_INTERVAL_HOURS", 24, { min: 0.01, max: 8760 }) * 3_600_000,
      metricsPort: vars.port("METRICS_PORT", 9100),
      reactions: vars.boolean("REACTIONS_ENABLED", true) ? readReactions(vars) : undefined,
      registerCommands: vars.choice("REGISTER_COMMANDS", "auto", ["auto", "never"]),
      replica: vars.text("HOSTNAME") ?? "standalone",
      webBaseUrl: vars.url("WEB_BASE_URL"),
    };
  });
}

/** @throws {ConfigError} with every problem of the environment */
export function readRegisterConfig(env: Environment): RegisterConfig {
  return read(env, (vars) => ({ discord: readDiscord(vars), log: readLog(vars) }));
}

/** @throws {ConfigError} with every problem of the environment */
export function readBackendServerConfig(env: Environment): BackendServerConfig {
  return read(env, (vars) => ({
    dataDir: vars.text("HIVEMIND_DATA_DIR") ?? "./data",
    log: readLog(vars),
    port: vars.port("BACKEND_GRPC_PORT", 50051),
    serviceToken: vars.text("BACKEND_SERVICE_TOKEN"),
    tls: readTls(vars),
  }));
}

/** The port of `/health`. @throws {ConfigError} */
export function readMetricsPort(env: Environment): number {
  return read(env, (vars) => vars.port("METRICS_PORT", 9100));
}

function read<T>(env: Environment, compose: (vars: Variables) => T): Readonly<T> {
  const vars = new Variables(env);
  const config = compose(vars);
  if (vars.problems.length > 0) throw new ConfigError(vars.problems);
  return typeof config === "object" && config !== null ? Object.freeze(config) : config;
}

function readDiscord(vars: Variables): DiscordConfig {
  const token = vars.required("DISCORD_BOT_TOKEN", "the bot's token from Discord's developer portal");
  return {
    token: token.replace(/^Bot\s+/i, ""),
    applicationId: vars.snowflake("DISCORD_APPLICATION_ID"),
    apiBase: (vars.url("DISCORD_API_BASE") ?? "https://discord.com/api").replace(/\/+$/, ""),
  };
}

function readBackend(vars: Variables, inKubernetes: boolean): BackendConfig {
  const host = vars.text("BACKEND_GRPC_HOST");
  const embedded = vars.boolean("BACKEND_EMBEDDED", false);
  if (host === undefined) {
    if (inKubernetes && !embedded) {
      vars.problem(
        "BACKEND_GRPC_HOST is not set. In Kubernetes the replicas must share one backend: set it to the backend's host, for example " +
          "BACKEND_GRPC_HOST=hivemind-server; or set BACKEND_EMBEDDED=true if this is the only replica.",
      );
    }
    return { kind: "embedded", dataDir: vars.text("HIVEMIND_DATA_DIR") ?? "./data" };
  }
  if (embedded) vars.problem("BACKEND_EMBEDDED is true and BACKEND_GRPC_HOST is set; unset one of them.");
  vars.required(
    "BACKEND_SERVICE_TOKEN",
    "the token that the backend was given for the bot, needed because BACKEND_GRPC_HOST is set",
  );
  return {
    kind: "grpc",
    host,
    port: vars.port("BACKEND_GRPC_PORT", 50051),
    serviceToken: () => vars.reread("BACKEND_SERVICE_TOKEN"),
    tls: readTls(vars),
  };
}

function readTls(vars: Variables): TlsConfig | undefined {
  const tls = {
    caFile: vars.path("BACKEND_TLS_CA_FILE"),
    certFile: vars.path("BACKEND_TLS_CERT_FILE"),
    keyFile: vars.path("BACKEND_TLS_KEY_FILE"),
  };
  const enabled = vars.boolean("BACKEND_TLS", false);
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    vars.problem("BACKEND_TLS_CERT_FILE and BACKEND_TLS_KEY_FILE belong together; set both or none.");
  }
  if (!enabled && (tls.caFile ?? tls.certFile ?? tls.keyFile) !== undefined) {
    vars.problem("BACKEND_TLS_… files are set but BACKEND_TLS is not true; set BACKEND_TLS=true to use them.");
  }
  return enabled ? tls : undefined;
}

function readKubernetes(vars: Variables): KubernetesConfig | undefined {
  const serviceAccountDir = vars.text("SERVICE_ACCOUNT_DIR") ?? "/var/run/secrets/kubernetes.io/serviceaccount";
  if (!exists(`${serviceAccountDir}/token`)) return undefined;
  return {
    serviceAccountDir,
    apiHost: vars.text("KUBERNETES_SERVICE_HOST") ?? "kubernetes.default.svc",
    apiPort: vars.port("KUBERNETES_SERVICE_PORT", 443),
    podNamespace: vars.text("POD_NAMESPACE"),
    identity: vars.text("HOSTNAME"),
  };
}

function readLeaseTiming(vars: Variables): LeaseTimingConfig {
  const duration = vars.number("LEASE_DURATION_SECONDS", 15, { min: 3, max: 3600, whole: true });
  const deadline = vars.number("LEASE_RENEW_DEADLINE_SECONDS", 10, { min: 1, max: 3600 });
  const retry = vars.number("LEASE_RETRY_PERIOD_SECONDS", 2, { min: 0.1, max: 3600 });
  if (deadline >= duration) {
    vars.problem(
      `LEASE_RENEW_DEADLINE_SECONDS (${deadline}) must be less than LEASE_DURATION_SECONDS (${duration}): the difference is the time in ` +
        "which the work of a deposed leader stops. For example 10 and 15.",
    );
  }
  if (retry * 1.2 >= deadline) {
    vars.problem(
      `LEASE_RETRY_PERIOD_SECONDS (${retry}) times 1.2 must be less than LEASE_RENEW_DEADLINE_SECONDS (${deadline}), or a leader could not ` +
        "renew in time. For example 2 and 10.",
    );
  }
  return { leaseDurationMs: duration * 1000, renewDeadlineMs: deadline * 1000, retryPeriodMs: retry * 1000 };
}

function readLog(vars: Variables): LogConfig {
  return {
    level: vars.choice("LOG_LEVEL", "info", ["debug", "info", "warn", "error"]),
    format: vars.choice("LOG_FORMAT", "json", ["json", "text"]),
  };
}

function readReactions(vars: Variables): ReactionsConfig {
  return {
    quoteEmojiId: vars.snowflake("QUOTE_EMOJI_ID"),
    wikiEmojiId: vars.snowflake("WIKI_EMOJI_ID"),
    hivemindEmojiId: vars.snowflake("HIVEMIND_EMOJI_ID"),
  };
}
