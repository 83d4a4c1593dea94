/** The arguments of `deno task simulate`. */
import { isPlant, type PlantName, PLANTS } from "./plants.ts";
import { readReplay } from "./replay.ts";

export interface Arguments {
  readonly seeds: number;
  readonly from: number;
  readonly plant: PlantName | undefined;
  /** One part of one seed, instead of many seeds. */
  readonly replay: ReturnType<typeof readReplay>;
}

export const USAGE = `deno task simulate [--seeds N] [--from S] [--plant NAME] [--replay SEED:REPLICAS:FAULTS:HEAL_MS]

  --seeds   how many seeds, 2000 by default
  --from    the first one, 1 by default
  --plant   with a defect: ${Object.keys(PLANTS).join(", ")}
  --replay  one seed, or a part of it, with all that happens`;

/** @returns what is wrong, as one line, if something is. */
export function readArguments(args: readonly string[]): Arguments | string {
  const values = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const [flag = "", inline] = (args[index] ?? "").split("=", 2);
    if (!["--seeds", "--from", "--plant", "--replay"].includes(flag)) {
      return `Unknown argument ${args[index]}; allowed are --seeds, --from, --plant and --replay`;
    }
    const value = inline ?? args[++index];
    if (value === undefined) return `${flag} needs a value`;
    values.set(flag, value);
  }
  const plant = values.get("--plant");
  if (plant !== undefined && !isPlant(plant)) {
    return `--plant ${plant} is not known; there are ${Object.keys(PLANTS).join(", ")}`;
  }
  const seeds = wholeNumber(values.get("--seeds") ?? "2000");
  const from = wholeNumber(values.get("--from") ?? "1");
  if (seeds === undefined || seeds === 0) return `--seeds ${values.get("--seeds")} is not a number from 1 on`;
  if (from === undefined) return `--from ${values.get("--from")} is not a number from 0 on`;
  const line = values.get("--replay");
  const replay = line === undefined ? undefined : readReplay(line);
  if (line !== undefined && replay === undefined) {
    return `--replay ${line} is not SEED:REPLICAS:FAULTS:HEAL_MS of a seed, for example 17:ab:0,1:41000`;
  }
  return { seeds, from, plant, replay };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
