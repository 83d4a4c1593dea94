import { assertEquals } from "@std/assert";
import { readArguments } from "./arguments.ts";

Deno.test("without arguments 2000 seeds from 1 on are run, without a defect", () => {
  assertEquals(readArguments([]), { seeds: 2000, from: 1, plant: undefined, replay: undefined });
});

Deno.test("values follow their flag or an equals sign", () => {
  assertEquals(readArguments(["--seeds=7", "--from", "0", "--plant", "ignores-own-409"]), {
    seeds: 7,
    from: 0,
    plant: "ignores-own-409",
    replay: undefined,
  });
});

Deno.test("whatever is not understood is named", () => {
  assertEquals(
    readArguments(["--seed", "7"]),
    "Unknown argument --seed; allowed are --seeds, --from, --plant and --replay",
  );
  assertEquals(readArguments(["--seeds"]), "--seeds needs a value");
  assertEquals(readArguments(["--seeds", "0"]), "--seeds 0 is not a number from 1 on");
  assertEquals(readArguments(["--from", "-1"]), "--from -1 is not a number from 0 on");
  assertEquals(
    readArguments(["--replay", "1:z"]),
    "--replay 1:z is not SEED:REPLICAS:FAULTS:HEAL_MS of a seed, for example 17:ab:0,1:41000",
  );
});
