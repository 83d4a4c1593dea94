/** The program's entry: arguments → subcommand → exit code (0 done, 1 failed, 2 usage or configuration). */
import { parseArgs } from "node:util";
import { runBot } from "./src/app.ts";
import { deadline, systemClock } from "./src/clock.ts";
import {
  processEnvironment,
  readBackendServerConfig,
  readBotConfig,
  readMetricsPort,
  readRegisterConfig,
} from "./src/config.ts";
import { ConfigError } from "./src/environment.ts";
import { explain, Failure, type FailureKind } from "./src/failure.ts";
import { askHealth } from "./src/health.ts";
import { registerCommands } from "./src/register_commands.ts";
import { backUpBackend, serveBackend } from "./src/serve_backend.ts";
import project from "./deno.json" with { type: "json" };

const USAGE = `hivemind-bot ${project.version}

Usage: hivemind-bot [COMMAND]

  run                      the bot (default)
  register --global        write the slash commands, after showing what will change
  register --guild ID      the same for one server; --cleanup removes the commands of the other kind
  backend                  the embedded backend as a gRPC server
    --listen HOST:PORT       where to listen (127.0.0.1:50051)
    --data DIR               where to keep the data (HIVEMIND_DATA_DIR, ./data)
    --backup FILE            copy the data into a file and end; it may be in use
  healthcheck              asks the bot on this machine for its /health

  --help, --version

All settings are environment variables; README.md lists them.`;

/** Failures that only another configuration can mend. */
const CONFIGURATION: readonly FailureKind[] = ["bad_input", "refused_token"];

/** A healthy bot answers in milliseconds. */
const HEALTHCHECK_MS = 3_000;

class UsageError extends Error {
  override readonly name = "UsageError";
}

type Options = ReturnType<typeof parse>["values"];

interface Command {
  options: readonly (keyof Options)[];
  run(options: Options): Promise<void>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: { options: [], run: () => runBot(readBotConfig(processEnvironment())) },
  register: { options: ["global", "guild", "cleanup"], run: register },
  backend: { options: ["listen", "data", "backup"], run: backend },
  healthcheck: { options: [], run: healthcheck },
};

async function register({ global = false, guild, cleanup = false }: Options): Promise<void> {
  if (global === (guild !== undefined)) throw new UsageError("register needs either --global or --guild ID");
  if (guild !== undefined && !/^\d{17,20}$/.test(guild)) {
    throw new UsageError(`--guild is "${guild}"; allowed is a server's id, 17 to 20 digits`);
  }
  await registerCommands(readRegisterConfig(processEnvironment()), { guildId: guild ?? null, cleanup, print });
}

async function backend({ listen, data, backup }: Options): Promise<void> {
  const config = readBackendServerConfig(processEnvironment());
  if (backup !== undefined) {
    if (listen !== undefined || backup === "") throw new UsageError("--backup needs a file, and goes without --listen");
    return backUpBackend({ dataDir: data ?? config.dataDir, file: backup, print });
  }
  const [, host, port] = listen?.match(/^(?:\[?([^\s\]]+?)\]?):(\d{1,5})$/) ?? [];
  if (listen !== undefined && (host === undefined || Number(port) > 65535)) {
    throw new UsageError(`--listen is "${listen}"; allowed is HOST:PORT, for example --listen 127.0.0.1:50051`);
  }
  await serveBackend(config, {
    host: host ?? "127.0.0.1",
    port: port === undefined ? config.port : Number(port),
    dataDir: data ?? config.dataDir,
  });
}

async function healthcheck(): Promise<void> {
  using limit = deadline(systemClock, HEALTHCHECK_MS);
  const complaint = await askHealth(readMetricsPort(processEnvironment()), limit.signal);
  if (complaint !== undefined) throw new Failure("unreachable", complaint);
  print("ok");
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        backup: { type: "string" },
        cleanup: { type: "boolean" },
        data: { type: "string" },
        global: { type: "boolean" },
        guild: { type: "string" },
        help: { type: "boolean", short: "h" },
        listen: { type: "string" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(explain(error));
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals: [name = "run", ...rest] } = parse(args);
  if (values.help || values.version) {
    print(values.help ? USAGE : project.version);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`"${name}" is no command; there are ${Object.keys(COMMANDS).join(", ")}`);
  }
  if (rest.length > 0) throw new UsageError(`"${rest.join(" ")}" is more than ${name} takes`);
  const foreign = Object.keys(values).find((option) => !command.options.some((known) => known === option));
  if (foreign !== undefined) throw new UsageError(`${name} has no option --${foreign}`);
  await command.run(values);
  return 0;
}

function print(text: string): void {
  // deno-lint-ignore no-console -- what was asked for at a terminal is no log
  console.log(text);
}

function complain(text: string): void {
  // deno-lint-ignore no-console -- the log may not be set up yet
  console.error(text);
}

/** The exit code for what a subcommand threw, after saying it. */
function report(error: unknown): number {
  if (error instanceof UsageError) {
    complain(`${error.message}. See hivemind-bot --help.`);
    return 2;
  }
  if (error instanceof ConfigError) {
    complain(error.message);
    if (error.problems.some((problem) => problem.startsWith("DISCORD_BOT_TOKEN is not set"))) {
      complain("To see the bot work without a token and without a cluster: deno task demo");
    }
    return 2;
  }
  complain(explain(error));
  return error instanceof Failure && CONFIGURATION.includes(error.kind) ? 2 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args).catch(report));
