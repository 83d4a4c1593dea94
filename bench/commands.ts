/**
 * How quickly commands are claimed and answered, by three replicas in one process against a double of Discord and an embedded backend.
 *
 *     deno task bench:commands [--times N] [--json]
 *
 * `/ping`, which asks the backend for next to nothing, is the baseline that the others are compared with.
 */
import { parseArgs } from "node:util";
import type { InteractionHandle } from "../tests/doubles/discord/double.ts";
import { type Community, startCommunity } from "../tests/commands/replicas.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { print, printTable, progress } from "./report.ts";

/** How much there is to find. */
const PAGES = 1_000;
const WARM_UP = 5;

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, times: { type: "string", default: "50" } },
});
const times = Number(options.times);
if (!Number.isInteger(times) || times < 1 || times > 10_000) {
  progress(`--times is "${options.times}"; allowed is a whole number from 1 to 10000, for example --times 50.`);
  Deno.exit(2);
}

const COMMANDS: Readonly<Record<string, (community: Community) => InteractionHandle>> = {
  "/ping": ({ discord }) => discord.interact.slash("ping"),
  "/wiki view, while typing": ({ discord }) => {
    return discord.interact.autocomplete("wiki view", { title: "page 12" }, { focused: "title" });
  },
  "/wiki view": ({ discord }) => discord.interact.slash("wiki view", { title: "Page 500" }),
  "/wiki search": ({ discord }) => discord.interact.slash("wiki search", { query: "honey" }),
  "/wiki edit": ({ discord }) => discord.interact.slash("wiki edit", { title: "Page 500" }),
  "/quote add": ({ discord }) => discord.interact.slash("quote add", { text: "The bees know." }),
  "/quote random": ({ discord }) => discord.interact.slash("quote random"),
};

interface Row {
  readonly command: string;
  /** Until Discord accepted a first answer. Milliseconds, as all here. */
  readonly claimed: Figures;
  /** Until people see the answer. */
  readonly answered: Figures;
  /** p50 of the answer against that of `/ping`. */
  readonly ratio: number;
}

async function measure(community: Community, send: (community: Community) => InteractionHandle) {
  const claimed: number[] = [];
  const answered: number[] = [];
  for (let time = -WARM_UP; time < times; time++) {
    const startMs = performance.now();
    const handle = send(community);
    await handle.answer();
    const tookMs = performance.now() - startMs;
    await community.worked(handle);
    if (time < 0) continue;
    answered.push(tookMs);
    claimed.push(handle.accepted?.afterMs ?? NaN);
  }
  return { claimed: figuresOf(claimed), answered: figuresOf(answered) };
}

async function main(): Promise<void> {
  const unlimited = { globalRequestsPerSecond: Infinity, routeRequestsPerSecond: Infinity };
  await using community = await startCommunity(unlimited);
  progress(`writing ${PAGES} pages`);
  for (let number = 0; number < PAGES; number++) {
    await community.addPage(`Page ${number}`, number % 50 === 0 ? "Where the honey is." : "Nothing to see here.");
  }
  const rows: Row[] = [];
  for (const [command, send] of Object.entries(COMMANDS)) {
    progress(`${command}, ${times} times`);
    const { claimed, answered } = await measure(community, send);
    if (claimed === undefined || answered === undefined) throw new Error(`${command} was not measured`);
    rows.push({ command, claimed, answered, ratio: answered.p50 / (rows[0]?.answered.p50 ?? answered.p50) });
  }
  if (options.json) return print(JSON.stringify({ times, pages: PAGES, rows }));
  const ms = (value: number) => value.toFixed(1);
  printTable([
    ["milliseconds, three replicas", "claimed p50", "p95", "answered p50", "p95", "", "against /ping"],
    ...rows.map(({ answered, claimed, command, ratio }) => {
      return [
        command,
        ms(claimed.p50),
        ms(claimed.p95),
        ms(answered.p50),
        ms(answered.p95),
        "",
        `× ${ratio.toFixed(2)}`,
      ];
    }),
  ]);
}

await main();
