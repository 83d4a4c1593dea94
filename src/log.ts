/** Logging: one line an event, JSON or text, to standard output; secrets never pass. */
import { BaseHandler, Logger, type LogRecord } from "@std/log";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFormat = "json" | "text";

/** What a line says beside its message. Values that are `undefined` are left out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where events go. `msg` is constant text that operators search for; everything that varies is a field. */
export interface Log {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
}

export interface LogOptions {
  level: LogLevel;
  format: LogFormat;
  /** Values that are replaced by `[redacted]` wherever they stand in a line. */
  secrets?: readonly string[];
  /** Takes each finished line; standard output by default. */
  write?: (line: string) => void;
}

/** A log with the given level and format. */
export function createLog(options: LogOptions): Log {
  const { level, format, secrets = [], write = writeToStdout } = options;
  const hide = redactor(secrets);
  const formatter = (record: LogRecord) => hide(format === "json" ? asJson(record) : asText(record));
  const levelName = level.toUpperCase() as Uppercase<LogLevel>;
  const logger = new Logger("hivemind", levelName, { handlers: [new LineHandler(levelName, { formatter }, write)] });
  return {
    debug: (msg, fields) => void logger.debug(msg, fields),
    info: (msg, fields) => void logger.info(msg, fields),
    warn: (msg, fields) => void logger.warn(msg, fields),
    error: (msg, fields) => void logger.error(msg, fields),
  };
}

class LineHandler extends BaseHandler {
  readonly #write: (line: string) => void;

  constructor(
    level: ConstructorParameters<typeof BaseHandler>[0],
    options: ConstructorParameters<typeof BaseHandler>[1],
    write: (line: string) => void,
  ) {
    super(level, options);
    this.#write = write;
  }

  override log(line: string): void {
    this.#write(line);
  }
}

const encoder = new TextEncoder();

/** Writes at once and whole, so that the last line before an exit is not lost. */
function writeToStdout(line: string): void {
  let bytes = encoder.encode(`${line}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

function fieldsOf(record: LogRecord): [string, unknown][] {
  const fields = record.args[0];
  return typeof fields === "object" && fields !== null
    ? Object.entries(fields).filter(([, value]) => value !== undefined)
    : [];
}

const HEAD = new Set(["time", "level", "msg"]);

/** A field named like the head of the line is kept under another name, so that neither is lost. */
function asJson(record: LogRecord): string {
  const head = { time: record.datetime.toISOString(), level: record.levelName.toLowerCase(), msg: record.msg };
  const fields = fieldsOf(record).map(([key, value]) => [HEAD.has(key) ? `${key}_` : key, value]);
  return JSON.stringify({ ...head, ...Object.fromEntries(fields) }, toPlain);
}

function asText(record: LogRecord): string {
  const fields = fieldsOf(record).map(([key, value]) => ` ${key}=${textOf(value)}`).join("");
  return `${record.datetime.toISOString()} ${record.levelName.padEnd(5)} ${record.msg}${fields}`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value, toPlain) ?? String(value);
}

function toPlain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return value.message;
  return value;
}

/** Interaction tokens stand in Discord's paths (`/webhooks/ID/TOKEN`, `/interactions/ID/TOKEN`); bearer tokens follow their scheme. */
const SECRET_PATTERNS: readonly [RegExp, string][] = [
  [/(\/(?:webhooks|interactions)\/\d+\/)[^/?#\s"\\]+/g, "$1[redacted]"],
  [/\b(Bearer|Bot) [\w.~+/=-]{16,}/g, "$1 [redacted]"],
];

function redactor(secrets: readonly string[]): (line: string) => string {
  const known = secrets.filter((secret) => secret.length > 0);
  return (line) => {
    let safe = line;
    for (const secret of known) safe = safe.replaceAll(secret, "[redacted]");
    for (const [pattern, replacement] of SECRET_PATTERNS) safe = safe.replace(pattern, replacement);
    return safe;
  };
}
