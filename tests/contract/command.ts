/** Runs other programs to their end and keeps what they said. */

export interface CommandResult {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  stdin?: string;
}

/** Runs a program that is found by the `PATH` of its environment. */
export async function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { stdin, ...others } = options;
  const child = new Deno.Command("/usr/bin/env", {
    ...others,
    args: [...command],
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) await new Blob([stdin]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout).trim(), stderr: decoder.decode(stderr).trim() };
}
