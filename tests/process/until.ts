/** Waiting for what real processes do: it is looked at again and again, because nobody tells. */

const LOOK_EVERY_MS = 20;

/**
 * What `look` gives as soon as that is not undefined and not false.
 *
 * @throws an `Error` that names `what` after `withinMs`; what `look` threw last is its cause.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 15_000 } = {},
): Promise<T> {
  const lateAtMs = performance.now() + withinMs;
  let cause: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (thrown) {
      cause = thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  } while (performance.now() < lateAtMs);
  throw new Error(`${what}: did not happen within ${withinMs} ms`, { cause });
}
