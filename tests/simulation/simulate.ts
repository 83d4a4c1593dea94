// deno-lint-ignore-file no-console -- it speaks to whoever runs it
/** `deno task simulate`: many seeds of the election, or one again; exit code 1 if something was found, 2 if asked wrongly. */
import { readArguments, USAGE } from "./arguments.ts";
import { search } from "./pool.ts";
import { replayed } from "./replay.ts";
import { codeWith, reportOf, story } from "./report.ts";
import { run } from "./run.ts";

/** Told in full; of the others the seeds will do. */
const REPORTS = 3;

async function main(): Promise<number> {
  if (Deno.args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const asked = readArguments(Deno.args);
  if (typeof asked === "string") {
    console.error(asked);
    return 2;
  }
  const { from, plant, replay, seeds } = asked;
  if (replay !== undefined) {
    const code = await codeWith(plant);
    console.log(await story(replay, code, Infinity));
    return await run(replayed(replay), { code }) === undefined ? 0 : 1;
  }
  const startedAtMs = performance.now();
  const isTerminal = Deno.stdout.isTerminal();
  const found = await search({
    from,
    seeds,
    plant,
    onProgress: (done) => isTerminal && Deno.stdout.writeSync(new TextEncoder().encode(`\r${done} of ${seeds} seeds`)),
  });
  const seconds = (performance.now() - startedAtMs) / 1000;
  if (isTerminal) console.log("\r");
  for (const one of found.slice(0, REPORTS)) console.log(`${await reportOf(one, plant)}\n`);
  if (found.length > REPORTS) {
    console.log(
      `and seeds ${found.slice(REPORTS, 30).map(({ seed }) => seed).join(", ")}${found.length > 30 ? " …" : ""}\n`,
    );
  }
  const range = `seeds ${from} to ${from + seeds - 1}${plant === undefined ? "" : ` with ${plant}`}`;
  console.log(
    `${range}: ${found.length} violations in ${seconds.toFixed(1)} s (${Math.round(seeds / seconds)} seeds a second)`,
  );
  return found.length === 0 ? 0 : 1;
}

Deno.exit(await main());
