/** Properties over random values: bounded, repeatable, the seed in what fails and in the log. */
import fc from "fast-check";

/** The same values again: `PROPERTY_SEED=…`. */
const SEED = Number(Deno.env.get("PROPERTY_SEED") ?? crypto.getRandomValues(new Int32Array(1))[0]);

export interface PropertyOptions {
  runs: number;
}

/** Defines a test that holds a property to random values. */
export function property<T>(name: string, checked: fc.IAsyncProperty<T> | fc.IProperty<T>, { runs }: PropertyOptions) {
  Deno.test(name, async () => {
    // deno-lint-ignore no-console -- whoever reads the output of a test can run it again
    console.log(`PROPERTY_SEED=${SEED}`);
    await fc.assert(checked, { seed: SEED, numRuns: runs, interruptAfterTimeLimit: 4_000 });
  });
}

/** Any text that a program can be given: halves of characters, NUL and all scripts included. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.array(
    fc.constantFrom("\0", "\ud83d", "\udc00", "😀", "\u202e", "שלום", '"', "'", "*", "-", "NEAR(", "; DROP TABLE"),
  )
    .map((parts) => parts.join(" ")),
);
