/** How tests run a program of the project in a process of its own. */

/** With the lock that `offline/run.ts` prepared, no version has to be looked up anywhere. */
const LOCK = Deno.env.has("HIVEMIND_LOCK") ? `--lock=${Deno.env.get("HIVEMIND_LOCK")}` : "--no-lock";

/** Arguments of Deno that run a program. Quietly: what the process says is what the program says. */
export function denoRun(program: string, ...args: readonly string[]): string[] {
  return ["run", "--quiet", LOCK, "--no-prompt", "-A", program, ...args];
}
