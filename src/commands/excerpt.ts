/** The part of a text that shows why a search found it. Decides what is shown, never what is found. */
import { fold, WORD } from "../backend/texts.ts";
import { oneLine } from "../discord/limits.ts";

/** How much of a text is looked through, in UTF-16 units: 1 ms. */
const LOOKED_THROUGH = 10_000;
/** How much is shown before the word. */
const BEFORE = 30;
/** Forms of a word differ at its end: `run` and `running`, `pony` and `ponies`. */
const SHORTEST_STEM = 3;

/** The text in one line, from a few words before the first that was looked for; from its beginning where none of them stands. */
export function excerptOf(text: string, query: string): string {
  const line = oneLine(text.slice(0, LOOKED_THROUGH));
  const wanted = fold(query).match(WORD) ?? [];
  const found = line.matchAll(WORD).find(([word]) => {
    const folded = fold(word);
    return wanted.some((other) => isForm(folded, other));
  });
  if (found === undefined || found.index <= BEFORE) return line;
  const from = line.indexOf(" ", found.index - BEFORE) + 1;
  return from === 0 || from > found.index ? `…${line.slice(found.index)}` : `…${line.slice(from)}`;
}

/** Whether a word of the text is the one looked for: begins with it, or is equal but for the end of the shorter one. */
function isForm(word: string, wanted: string): boolean {
  const stem = Math.max(SHORTEST_STEM, Math.min(word.length, wanted.length) - 1);
  return word.startsWith(wanted) || word.slice(0, stem) === wanted.slice(0, stem);
}
