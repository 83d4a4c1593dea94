/** A real process of `main.ts`, as its user would start it: its log lines, its HTTP answers, its end. */
import { denoRun } from "../deno_run.ts";
import { TextLineStream } from "./text_lines.ts";

/** One line of the JSON log. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface BotProcessOptions {
  /** For the reader's eyes. */
  name: string;
  /** Of `main.ts`, such as `["backend", "--listen", "127.0.0.1:0"]`. */
  args?: readonly string[];
  /** Everything the process sees of the environment, beside what Deno itself needs. */
  env?: Readonly<Record<string, string>>;
}

/** Which line, and how long to wait for it. */
export interface LineChoice {
  withinMs?: number;
  /** Only lines from this position on. */
  after?: number;
  where?(line: LogLine): boolean;
}

const MAIN = new URL("../../main.ts", import.meta.url);

/** What Deno needs to find its cache and the packages of the project. */
const PASSED_ON = [
  "DENO_CERT",
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "HOME",
  "JSR_URL",
  "NPM_CONFIG_REGISTRY",
  "PATH",
  "XDG_CACHE_HOME",
];

/** One process; it must be ended by `kill`, `stop` or `using`. */
export class BotProcess implements AsyncDisposable {
  readonly name: string;
  /** When it was started, by this machine's wall clock. */
  readonly startedAtMs = Date.now();
  /** What it has logged, oldest first. */
  readonly lines: LogLine[] = [];
  /** Lines that are no JSON: what it said before its log was set up. */
  readonly complaints: string[] = [];
  /** Every line as it came. */
  readonly output: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #listeners = new Set<() => void>();
  readonly #reading: Promise<unknown>;
  #ended: Deno.CommandStatus | undefined;

  constructor({ name, args = [], env = {} }: BotProcessOptions) {
    this.name = name;
    const inherited = PASSED_ON.flatMap((key) => {
      const value = Deno.env.get(key);
      return value === undefined ? [] : [[key, value]];
    });
    this.#child = new Deno.Command(Deno.execPath(), {
      args: denoRun(MAIN.pathname, ...args),
      env: { ...Object.fromEntries(inherited), ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reading = Promise.all([this.#read(this.#child.stdout), this.#read(this.#child.stderr)]);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** How it ended; undefined while it runs. */
  get ended(): Deno.CommandStatus | undefined {
    return this.#ended;
  }

  /** Resolves when it has ended and everything it said was read. */
  get status(): Promise<Deno.CommandStatus> {
    return Promise.all([this.#child.status, this.#reading]).then(([status]) => {
      this.#ended = status;
      this.#tell();
      return status;
    });
  }

  /** The first line with this message, logged already or yet to come. Rejects when the process ends before, or the time is over. */
  line(msg: string, { withinMs = 30_000, after = 0, where = () => true }: LineChoice = {}): Promise<LogLine> {
    const find = () => this.lines.slice(after).find((line) => line.msg === msg && where(line));
    return this.#first(find, { what: `"${msg}"`, withinMs });
  }

  /** The first line that fits and is no JSON. Rejects as {@linkcode line} does. */
  complaint(pattern: RegExp, { withinMs = 30_000 } = {}): Promise<string> {
    return this.#first(() => this.complaints.find((line) => pattern.test(line)), { what: `${pattern}`, withinMs });
  }

  async #first<T>(find: () => T | undefined, { what, withinMs }: { what: string; withinMs: number }): Promise<T> {
    void this.status;
    const late = AbortSignal.timeout(withinMs);
    while (true) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#ended !== undefined) throw new Error(`${this.name} ended before it said ${what}:\n${this.#tail()}`);
      if (late.aborted) throw new Error(`${this.name} did not say ${what} within ${withinMs} ms:\n${this.#tail()}`);
      await this.#news(late);
    }
  }

  /** Asks the process over HTTP, on the port that it says it has. */
  async get(path: string): Promise<Response> {
    const { port } = await this.line("serving health and metrics");
    return await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5_000) });
  }

  /** What `/state` says. */
  async state(): Promise<Record<string, unknown>> {
    return await (await this.get("/state")).json();
  }

  /** Sends a signal; nothing happens if the process has ended. */
  signal(name: Deno.Signal): void {
    try {
      this.#child.kill(name);
    } catch { /* it has ended */ }
  }

  /** Sends a signal and waits for the end. */
  async end(name: Deno.Signal): Promise<Deno.CommandStatus> {
    this.signal(name);
    return await this.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }

  #tail(): string {
    return [...this.lines.slice(-8).map((line) => JSON.stringify(line)), ...this.complaints.slice(-5)].join("\n");
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
      this.output.push(text);
      try {
        this.lines.push(JSON.parse(text));
      } catch {
        this.complaints.push(text);
      }
      this.#tell();
    }
  }
}
