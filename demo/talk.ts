// deno-lint-ignore-file no-console -- this is a conversation at a terminal
/** After the story: the replicas keep running, and lines typed here reach them as slash commands. */
import { TextLineStream } from "../tests/process/text_lines.ts";
import type { Stage } from "./stage.ts";

/** The option that the words after a command go into. */
const OPTIONS: Readonly<Record<string, string | undefined>> = {
  "/ping": undefined,
  "/quote add": "text",
  "/quote random": undefined,
  "/wiki search": "query",
  "/wiki view": "title",
};

/** Says how to talk to everything, then answers what is typed, until Ctrl-C or `signal`. */
export async function talk(stage: Stage): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  Deno.addSignalListener("SIGINT", end);
  Deno.addSignalListener("SIGTERM", end);
  console.log("\nEverything keeps running; Ctrl-C ends it. To look around:");
  for (const replica of stage.running()) {
    const { port } = await replica.line("serving health and metrics");
    console.log(
      `  ${replica.name}: curl http://127.0.0.1:${port}/state   (also /health /ready /metrics; kill -TERM ${replica.pid})`,
    );
  }
  console.log(`Or type a command here: ${Object.keys(OPTIONS).join(", ")}, with its words behind it.`);
  const typing = answerTyped(stage).catch((error) => console.error(String(error)));
  const keepsTheProcessAlive = setInterval(() => {}, 60_000);
  await (Deno.stdin.isTerminal() ? Promise.race([ended, typing]) : ended);
  clearInterval(keepsTheProcessAlive);
}

async function answerTyped(stage: Stage): Promise<void> {
  for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
    const typed = line.trim();
    if (typed !== "") console.log(await answerTo(typed, stage));
  }
}

async function answerTo(typed: string, { discord }: Stage): Promise<string> {
  const command = Object.keys(OPTIONS).find((name) => typed === name || typed.startsWith(`${name} `));
  if (command === undefined) {
    return `There is no command "${typed}" here; there are ${Object.keys(OPTIONS).join(", ")}.`;
  }
  const option = OPTIONS[command];
  const words = typed.slice(command.length).trim();
  if (option !== undefined && words === "") return `${command} needs words behind it, for example: ${command} winter`;
  const handle = discord.interact.slash(command.slice(1), option === undefined ? {} : { [option]: words });
  try {
    const answer = await handle.answer();
    return `${handle.accepted?.replica} answers:\n${answer.text}\n`;
  } catch (error) {
    return `No answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
