/**
 * How long it takes until another replica leads, and what the election costs: real processes of `main.ts` against doubles of Discord and
 * of the Kubernetes API, each replica with a network of its own to the latter, and a backend that notes every write.
 *
 *     deno task bench:failover [--trials N] [--only release|restart|crash|partition|idle]... [--json]
 *
 * Exit code 0 if every goal is met and nothing happened that must not, 1 if not, 2 for wrong usage.
 */
import { parseArgs } from "node:util";
import { type DisturbanceName, DISTURBANCES, disturbances } from "./disturbances.ts";
import { figuresOf } from "./figures.ts";
import { GOALS, IDLE_GOAL, isIdleMet, isMet } from "./goals.ts";
import { countIdleRequests, type IdleRow } from "./idle.ts";
import { type LeaseTimes, nameOf } from "./replicas.ts";
import { print, printIdle, printTimes, progress, type TimesRow } from "./report.ts";
import { runTrials, type Trial } from "./trials.ts";

const TIMES = [
  { lease: { duration: 15, renewDeadline: 10, retryPeriod: 2 }, goal: "of15" },
  { lease: { duration: 5, renewDeadline: 3, retryPeriod: 1 }, goal: "of5" },
] as const;
const IDLE_MINUTES = 2;

/** All trials of one kind, with one kind of Lease. */
interface Series {
  readonly name: DisturbanceName;
  readonly lease: LeaseTimes;
  readonly row: TimesRow;
  readonly trials: readonly Trial[];
}

interface Options {
  readonly names: readonly DisturbanceName[];
  readonly countsIdle: boolean;
  readonly trials: number;
  readonly json: boolean;
}

function readOptions(): Options {
  const known = [...DISTURBANCES, "idle"];
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      trials: { type: "string", default: "30" },
    },
  });
  const trials = Number(values.trials);
  if (!Number.isInteger(trials) || trials < 1) {
    throw new RangeError(`--trials is "${values.trials}"; allowed is 1 or more`);
  }
  const unknown = values.only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`--only is "${unknown}"; allowed are ${known.join(", ")}`);
  const isWanted = (name: string) => values.only.length === 0 || values.only.includes(name);
  return { names: DISTURBANCES.filter(isWanted), countsIdle: isWanted("idle"), trials, json: values.json };
}

async function runSeries(name: DisturbanceName, time: typeof TIMES[number], count: number): Promise<Series> {
  const { lease } = time;
  const { title } = disturbances[name];
  const what = `${title}, ${nameOf(lease)}`;
  const onTrial = (done: number) => progress(`${what}: ${done} of ${count}`);
  const trials = await runTrials({ name, times: lease, count, onTrial });
  const figures = figuresOf(trials.map(({ tookMs }) => tookMs));
  const goal = GOALS[name][time.goal];
  const met = figures !== undefined && isMet(goal, figures);
  return { name, lease, trials, row: { title, trials: trials.length, figures, goal: { ...goal, isMet: met } } };
}

/** A row about effects; trials without any have none. */
function effectsRow({ name, trials }: Series, of: "firstEffectMs" | "lastEffectMs" | "wholeMs"): TimesRow {
  const values = trials.flatMap((trial) => trial[of] ?? []);
  return { title: disturbances[name].title, trials: values.length, figures: figuresOf(values) };
}

function show(series: readonly Series[]): void {
  for (const { lease } of TIMES) {
    const own = series.filter((each) => each.lease === lease);
    if (own.length === 0) continue;
    print(`Lease ${nameOf(lease)}\n`);
    printTimes("until the next leader, from", own.map(({ row }) => row));
    const restarts = own.filter(({ name }) => name === "restart");
    if (restarts.length > 0) {
      printTimes(
        "the same with the process's start",
        restarts.map((each) => effectsRow(each, "wholeMs")),
      );
    }
    printTimes("term's end to its last effect", own.map((each) => effectsRow(each, "lastEffectMs")));
    printTimes("term's end to the next one's first effect", own.map((each) => effectsRow(each, "firstEffectMs")));
  }
}

function sumOf(rows: readonly IdleRow[], verbs: readonly (keyof IdleRow["perMinute"])[]): number {
  return rows.reduce((sum, { perMinute }) => sum + verbs.reduce((part, verb) => part + perMinute[verb], 0), 0);
}

async function main({ countsIdle, json, names, trials }: Options): Promise<boolean> {
  const series: Series[] = [];
  for (const name of names) {
    for (const time of TIMES) series.push(await runSeries(name, time, trials));
  }
  if (countsIdle) progress(`counting requests for ${IDLE_MINUTES} minutes`);
  const idle = countsIdle ? await countIdleRequests(TIMES[0].lease, { minutes: IDLE_MINUTES }) : [];
  const isIdleWell = isIdleMet({ writes: sumOf(idle, ["update", "create"]), reads: sumOf(idle, ["get"]) });
  const violations = series.flatMap(({ trials }) => trials.flatMap((trial) => trial.violations));
  if (json) print(JSON.stringify({ series, idle, violations }, null, 2));
  else {
    show(series);
    const goal =
      `≤ ${IDLE_GOAL.writesPerMinute} PUT and ≤ ${IDLE_GOAL.readsPerMinute} GET a minute in all, watches aside`;
    if (countsIdle) {
      printIdle(`requests per minute, ${nameOf(TIMES[0].lease)}`, { isMet: isIdleWell, rows: idle, goal });
    }
    print(`${violations.length} violations${violations.map((each) => `\n  ${each}`).join("")}`);
  }
  return violations.length === 0 && isIdleWell && series.every(({ row }) => row.goal?.isMet);
}

function optionsOrUsage(): Options {
  try {
    return readOptions();
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    Deno.exit(2);
  }
}

const isWell = await main(optionsOrUsage()).catch((error) => {
  progress(error instanceof Error ? error.message : String(error));
  return false;
});
Deno.exit(isWell ? 0 : 1);
