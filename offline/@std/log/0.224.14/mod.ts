/** Stand-in for `jsr:@std/log@0.224.14`, used where JSR is out of reach: the few names that `src/log.ts` uses, with the same contract. */

export const LogLevels = { NOTSET: 0, DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, CRITICAL: 50 } as const;
export type LevelName = keyof typeof LogLevels;
export type LogLevel = (typeof LogLevels)[LevelName];

export class LogRecord {
  readonly msg: string;
  readonly level: LogLevel;
  readonly levelName: LevelName;
  readonly loggerName: string;
  readonly #args: unknown[];
  readonly #datetime = new Date();

  constructor(options: { msg: string; args: unknown[]; level: LogLevel; loggerName: string }) {
    this.msg = options.msg;
    this.level = options.level;
    this.levelName = levelName(options.level);
    this.loggerName = options.loggerName;
    this.#args = [...options.args];
  }

  get args(): unknown[] {
    return [...this.#args];
  }

  get datetime(): Date {
    return new Date(this.#datetime.getTime());
  }
}

export type FormatterFunction = (logRecord: LogRecord) => string;

export interface BaseHandlerOptions {
  formatter?: FormatterFunction;
}

export abstract class BaseHandler {
  formatter: FormatterFunction;
  readonly #level: LogLevel;

  constructor(levelName: LevelName, options?: BaseHandlerOptions) {
    this.#level = LogLevels[levelName];
    this.formatter = options?.formatter ?? ((record) => `${record.levelName} ${record.msg}`);
  }

  handle(logRecord: LogRecord): void {
    if (logRecord.level >= this.#level) this.log(this.format(logRecord));
  }

  format(logRecord: LogRecord): string {
    return this.formatter(logRecord);
  }

  abstract log(msg: string): void;
}

export class Logger {
  readonly #loggerName: string;
  readonly #level: LogLevel;
  readonly #handlers: BaseHandler[];

  constructor(loggerName: string, levelName: LevelName, options: { handlers?: BaseHandler[] } = {}) {
    this.#loggerName = loggerName;
    this.#level = LogLevels[levelName];
    this.#handlers = options.handlers ?? [];
  }

  debug(msg: string, ...args: unknown[]): string {
    return this.#log(LogLevels.DEBUG, msg, args);
  }

  info(msg: string, ...args: unknown[]): string {
    return this.#log(LogLevels.INFO, msg, args);
  }

  warn(msg: string, ...args: unknown[]): string {
    return this.#log(LogLevels.WARN, msg, args);
  }

  error(msg: string, ...args: unknown[]): string {
    return this.#log(LogLevels.ERROR, msg, args);
  }

  #log(level: LogLevel, msg: string, args: unknown[]): string {
    if (level < this.#level) return msg;
    const record = new LogRecord({ msg, args, level, loggerName: this.#loggerName });
    for (const handler of this.#handlers) handler.handle(record);
    return msg;
  }
}

function levelName(level: LogLevel): LevelName {
  return (Object.keys(LogLevels) as LevelName[]).find((name) => LogLevels[name] === level) ?? "NOTSET";
}
