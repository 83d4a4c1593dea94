/** What a reader has to know of two versions of a text, line by line. */
import { formatPatch, structuredPatch } from "diff";

/** Beyond so many changed lines nobody reads a comparison, and making it would hold everything else up: its time grows with their square. */
const MOST_CHANGES = 1_000;

export interface Difference {
  added: number;
  removed: number;
  /** A unified diff. */
  patch: string;
}

/** From one text to the other; undefined when they have too little in common. */
export function compareTexts(from: string, to: string): Difference | undefined {
  // With a line break at the end of both, a last line that others follow does not count as changed.
  const patch = structuredPatch("page", "yours", `${from}\n`, `${to}\n`, undefined, undefined, {
    maxEditLength: MOST_CHANGES,
  });
  if (patch === undefined) return undefined;
  const lines = patch.hunks.flatMap((hunk) => hunk.lines);
  return {
    added: lines.filter((line) => line.startsWith("+")).length,
    removed: lines.filter((line) => line.startsWith("-")).length,
    patch: formatPatch(patch),
  };
}
