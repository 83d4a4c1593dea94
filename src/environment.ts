/**
 * Environment variables, one by one: how each kind of value is read, and a sentence for each that cannot be used.
 *
 * Each variable may also be given as `NAME_FILE`, the path of a file that holds the value (a mounted secret). A problem names the
 * variable, what it was, what is allowed and an example; secrets are never repeated in it.
 */

/** Thrown when the environment cannot be used as it is; each problem is one line for the operator. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Every variable that is read, for documentation checks. Each is also read as `NAME_FILE`, but for those that are paths themselves. */
export const VARIABLES = [
  "BACKEND_EMBEDDED",
  "BACKEND_GRPC_HOST",
  "BACKEND_GRPC_PORT",
  "BACKEND_SERVICE_TOKEN",
  "BACKEND_TLS",
  "BACKEND_TLS_CA_FILE",
  "BACKEND_TLS_CERT_FILE",
  "BACKEND_TLS_KEY_FILE",
  "DISABLE_LEADER_ELECTION",
  "DISCORD_API_BASE",
  "DISCORD_APPLICATION_ID",
  "DISCORD_BOT_TOKEN",
  "HIVEMIND_DATA_DIR",
  "HIVEMIND_EMOJI_ID",
  "HOSTNAME",
  "KUBERNETES_SERVICE_HOST",
  "KUBERNETES_SERVICE_PORT",
  "LEASE_DURATION_SECONDS",
  "LEASE_RENEW_DEADLINE_SECONDS",
  "LEASE_RETRY_PERIOD_SECONDS",
  "LOG_FORMAT",
  "LOG_LEVEL",
  "MEMBER_SYNC_INTERVAL_HOURS",
  "METRICS_PORT",
  "POD_NAMESPACE",
  "QUOTE_EMOJI_ID",
  "REACTIONS_ENABLED",
  "REGISTER_COMMANDS",
  "SERVICE_ACCOUNT_DIR",
  "WEB_BASE_URL",
  "WIKI_EMOJI_ID",
] as const;

type Variable = (typeof VARIABLES)[number];

/** The variables as given, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether something is at `path`, readable or not. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}

/** Reads variables one by one and gathers what is wrong with them. */
export class Variables {
  readonly problems: string[] = [];
  readonly #env: Environment;
  readonly #lastRead = new Map<Variable, string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  problem(line: string): void {
    if (!this.problems.includes(line)) this.problems.push(line);
  }

  /** The trimmed value of `name`, or of the file that `name_FILE` leads to; `undefined` when empty or absent. */
  text(name: Variable): string | undefined {
    const direct = this.#env[name]?.trim() || undefined;
    const file = name.endsWith("_FILE") ? undefined : this.#env[`${name}_FILE`]?.trim() || undefined;
    if (file === undefined) return direct;
    if (direct !== undefined) this.problem(`${name} and ${name}_FILE are both set; unset one of them.`);
    try {
      const content = Deno.readTextFileSync(file).trim();
      if (content === "") this.problem(`${name}_FILE leads to "${file}", which is empty.`);
      return content || undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.problem(`${name}_FILE leads to "${file}", which cannot be read: ${reason}. Is the secret mounted there?`);
      return undefined;
    }
  }

  /** The value at this moment, for what rotates; the last one that could be read while the file cannot be read. */
  reread(name: Variable): string {
    const value = new Variables(this.#env).text(name) ?? this.#lastRead.get(name) ?? "";
    this.#lastRead.set(name, value);
    return value;
  }

  required(name: Variable, meaning: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    if (!this.problems.some((line) => line.startsWith(`${name}_FILE `))) {
      this.problem(
        `${name} is not set. It is ${meaning}; set ${name}, or ${name}_FILE to the path of a file that holds it.`,
      );
    }
    return "";
  }

  path(name: Variable): string | undefined {
    const file = this.text(name);
    if (file !== undefined && !exists(file)) this.problem(`${name} leads to "${file}", which does not exist.`);
    return file;
  }

  choice<const T extends string>(name: Variable, fallback: T, allowed: readonly T[]): T {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    const choice = allowed.find((candidate) => candidate === value);
    if (choice === undefined) {
      this.problem(`${name} is "${value}"; allowed are ${allowed.join(", ")}, for example ${name}=${fallback}.`);
    }
    return choice ?? fallback;
  }

  boolean(name: Variable, fallback: boolean): boolean {
    return this.choice(name, fallback ? "true" : "false", ["true", "false"]) === "true";
  }

  number(name: Variable, fallback: number, range: { min: number; max: number; whole?: boolean }): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    const fits = number >= range.min && number <= range.max && (!range.whole || Number.isInteger(number));
    if (fits) return number;
    const kind = range.whole ? "a whole number" : "a number";
    this.problem(
      `${name} is "${value}"; allowed is ${kind} from ${range.min} to ${range.max}, for example ${name}=${fallback}.`,
    );
    return fallback;
  }

  /** 0 lets the system choose one. */
  port(name: Variable, fallback: number): number {
    return this.number(name, fallback, { min: 0, max: 65535, whole: true });
  }

  url(name: Variable): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (parsed?.protocol !== "https:" && parsed?.protocol !== "http:") {
      this.problem(
        `${name} is "${value}"; allowed is a URL with http or https, for example ${name}=https://hivemind.example.org.`,
      );
    }
    return value.replace(/\/+$/, "");
  }

  snowflake(name: Variable): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !/^\d{17,20}$/.test(value)) {
      this.problem(
        `${name} is "${value}"; allowed is an id of Discord, 17 to 20 digits, for example ${name}=175928847299117063.`,
      );
    }
    return value;
  }
}
