// deno-lint-ignore-file no-console -- it speaks to the terminal before any log exists
/**
 * Runs `deno` with the two JSR packages in reach: the real ones where JSR answers, else the stand-ins beside this file.
 *
 *     deno run -A --no-config --no-lock offline/run.ts SUBCOMMAND ARG...
 *
 * Every task goes through here. It has no imports, so that it runs before anything can be resolved. `HIVEMIND_JSR=real` or
 * `HIVEMIND_JSR=offline` decides by hand. Either way the command works on a copy of `deno.lock`: npm packages are
 * checked against it, and the committed file never gets the checksums of stand-ins.
 */

const ROOT = new URL("../", import.meta.url);
const PACKAGES = ["@std/assert", "@std/log"];
const PROBE_TIMEOUT_MS = 10_000;
const LOCKED = new Set(["bench", "bundle", "cache", "check", "compile", "info", "install", "run", "test"]);

/** Whether JSR answers with the packages of `deno.json`; at once when they are cached. */
async function jsrAnswers(): Promise<boolean> {
  const imports: Record<string, string> = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))).imports;
  const specifiers = PACKAGES.map((name) => imports[name] ?? `jsr:${name}`);
  const probe = new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-config", "--no-lock", ...specifiers],
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  });
  return (await probe.output()).success;
}

async function usesStandIns(): Promise<boolean> {
  const choice = Deno.env.get("HIVEMIND_JSR") ?? "auto";
  if (choice === "auto") return !(await jsrAnswers());
  if (choice === "real" || choice === "offline") return choice === "offline";
  console.error(`HIVEMIND_JSR is "${choice}"; allowed are auto, real and offline, for example HIVEMIND_JSR=offline.`);
  Deno.exit(2);
}

/** The environment that makes every command below this one use the same packages and the same copy of the lock. */
async function prepare(): Promise<Record<string, string>> {
  if (Deno.env.get("HIVEMIND_LOCK")) return {};
  const lock = await Deno.makeTempFile({ prefix: "hivemind-", suffix: ".lock" });
  try {
    await Deno.copyFile(new URL("deno.lock", ROOT), lock);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.remove(lock);
  }
  const standIns = await usesStandIns() ? { JSR_URL: new URL("./", import.meta.url).href } : {};
  return { HIVEMIND_LOCK: lock, ...standIns };
}

/** SIGTERM is passed on; a terminal sends Ctrl-C to the whole process group by itself. */
function passSignals(child: Deno.ChildProcess): void {
  const quietly = () => {
    try {
      child.kill("SIGTERM");
    } catch { /* it has ended already */ }
  };
  Deno.addSignalListener("SIGTERM", quietly);
  Deno.addSignalListener("SIGINT", () => Deno.stdin.isTerminal() || quietly());
}

const [subcommand = "help", ...args] = Deno.args;
const env = await prepare();
const lock = env.HIVEMIND_LOCK ?? Deno.env.get("HIVEMIND_LOCK");
const flags = LOCKED.has(subcommand) ? [`--lock=${lock}`] : [];
const child = new Deno.Command(Deno.execPath(), { args: [subcommand, ...flags, ...args], env }).spawn();
passSignals(child);
const { code } = await child.status;
if (env.HIVEMIND_LOCK) await Deno.remove(env.HIVEMIND_LOCK).catch(() => {});
Deno.exit(code);
