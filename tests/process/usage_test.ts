/** The command line of `main.ts`: what it accepts, and how it says what it does not. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { BotProcess } from "./bot_process.ts";

/** Runs to the end. */
async function run(args: string[], env: Record<string, string> = {}) {
  await using process = new BotProcess({ name: args.join(" "), args, env });
  const { code } = await process.status;
  return { code, said: process.output };
}

Deno.test("--help lists the subcommands and --version tells the version, wherever they stand", async () => {
  const [help, short, version] = await Promise.all([run(["--help"]), run(["register", "-h"]), run(["--version"])]);
  assertEquals(help.code, 0);
  for (const command of ["run", "register --global", "register --guild ID", "backend", "healthcheck"]) {
    assertStringIncludes(help.said.join("\n"), `\n  ${command} `);
  }
  assertEquals(short, help);
  assertEquals(version, { code: 0, said: [project.version] });
});

const REFUSED: readonly { args: string[]; says: RegExp }[] = [
  { args: ["dance"], says: /^"dance" is no command; there are run, register, / },
  { args: ["constructor"], says: /^"constructor" is no command/ },
  { args: ["run", "fast"], says: /^"fast" is more than run takes/ },
  { args: ["--fast"], says: /--fast/ },
  { args: ["run", "--global"], says: /^run has no option --global/ },
  { args: ["healthcheck", "--listen", "127.0.0.1:1"], says: /^healthcheck has no option --listen/ },
  { args: ["register"], says: /^register needs either --global or --guild ID/ },
  { args: ["register", "--global", "--guild", "175928847299117063"], says: /^register needs either/ },
  { args: ["register", "--guild", "12"], says: /^--guild is "12"; allowed is a server's id, 17 to 20 digits/ },
  { args: ["backend", "--listen", "50051"], says: /^--listen is "50051"; allowed is HOST:PORT, for example/ },
  { args: ["backend", "--listen", "127.0.0.1:70000"], says: /^--listen is "127\.0\.0\.1:70000"; allowed is HOST:PORT/ },
];

Deno.test("what is no use of the program ends with exit code 2 and one line that says so", async () => {
  const answers = await Promise.all(REFUSED.map(({ args }) => run(args)));
  for (const [index, { code, said }] of answers.entries()) {
    const { args, says } = REFUSED[index] ?? { args: [], says: /./ };
    assertEquals([args, code, said.length], [args, 2, 1], said.join("\n"));
    assertMatch(said[0] ?? "", says);
    assertMatch(said[0] ?? "", / See hivemind-bot --help\.$/);
  }
});
