/** Dice that fall the same way each time: one stream a purpose, so that one part's throws do not move another's. */

/** Uniform in [0, 1). */
export type Dice = () => number;

/** The dice of a seed for one purpose (mulberry32 behind an FNV-1a mix of both). */
export function dice(seed: number, purpose: string): Dice {
  let state = 0x811c9dc5;
  for (const character of `${seed} ${purpose}`) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number from `low` up to `high`. */
export function between(throwDice: Dice, low: number, high: number): number {
  return low + throwDice() * (high - low);
}

/** One of several. */
export function pick<Item>(throwDice: Dice, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(throwDice() * items.length)] ?? items[0];
}
