/**
 * The slug of a title: its form in addresses, by which a page is found. Agrees with the slugs of `hivemind-server`, where an English
 * rule for `&` and `@` and a table of transliterations make it; `unidecode` has that table.
 */
import unidecode from "unidecode";

/** What stands in before anything is transliterated. Quotation marks join what they part: `it's` is one word. */
const BEFORE: Readonly<Record<string, string>> = {
  "&": "and",
  "@": "at",
  '"': "",
  "'": "",
  "’": "",
  "‒": "-",
  "–": "-",
  "—": "-",
  "―": "-",
};

/** What parts two words, for the table below. */
const GAP = "-";

/**
 * Where the server's table and the package's differ: found by comparing every assigned character below U+20000 with
 * github.com/gosimple/slug 1.15, which gives the server's answers. Each row is an answer and the characters that have it.
 */
const REPAIRS: readonly (readonly [string, string])[] = [
  ["", "™ჿᇿỿ⇿⋿⏿⓿◿⛿⟿˥˦˧˨˩˪˫˿⿿ヿㇿ㋿㏿Ͽ䷿ӿ׀ۿ߿鿿૿ﷰﷱﷲﷳﷴﷵﷶﷷﷸﷹﷺﷻ﷿"],
  [GAP, "ᏵᏸᏹᏺᏻᏼᏽẜẝẟỺỻỼỽỾ℻ℼℽℾℿ◴◵◶◷˯˳˻˼˽˾ϴϵ϶ϷϸϹϼϽϾЪъ一૱ૹ﷼﷽"],
  ["0", "⓪"],
  ["a", "\u212bⓐⱥⱯ"],
  ["b", "ᵬᶀⓑ"],
  ["c", "ⓒ"],
  ["chi", "ちチ"],
  ["d", "ᵭᶁⓓ"],
  ["e", "ⓔ"],
  ["eu", "€"],
  ["f", "Ⅎᵮᶂⅎⓕ"],
  ["g", "ᵷᶃⓖ"],
  ["h", "ⓗⱧⱨ"],
  ["i", "ⓘ"],
  ["ie", "Є"],
  ["j", "ⓙ"],
  ["k", "ᶄ\u212aⓚʰⱩⱪ"],
  ["l", "ᶅⓛⱠⱡⱢ"],
  ["m", "ᵯᶆⓜⱮ"],
  ["n", "ᵰᶇⓝ"],
  ["o", "ⓞ"],
  ["p", "ᵱᵽᶈⓟⱣ"],
  ["q", "ⓠ"],
  ["r", "ᵲᵳᶉⓡⱤ"],
  ["s", "ᵴᶊⓢ"],
  ["shi", "しシ"],
  ["t", "ᵵⓣⱦ"],
  ["tsu", "っつッツ"],
  ["u", "ⓤ"],
  ["v", "ᶌⓥ"],
  ["w", "ⓦ"],
  ["x", "ᶍⓧ"],
  ["y", "ⓨ"],
  ["z", "ᵶᶎⓩⱫⱬ"],
];

const REPAIRED: ReadonlyMap<string, string> = new Map(
  REPAIRS.flatMap(([answer, characters]) => Array.from(characters, (character) => [character, answer] as const)),
);

/** One character at a time: given whole texts, the package takes `À»` for a character in bytes and leaves it as it is. */
function transliterate(character: string): string {
  if (/\p{Cc}/u.test(character)) return "";
  return REPAIRED.get(character) ?? unidecode(character);
}

/**
 * The slug of a title, or of a slug, which is its own.
 *
 * @returns lower case ASCII letters, digits, `-` and `_`; empty when the title has no letter or digit that the table knows
 */
export function slugOf(title: string): string {
  return title
    .trim()
    .replace(/["'’‒–—―&@]/g, (character) => BEFORE[character] ?? character)
    // deno-lint-ignore no-control-regex -- the ASCII range
    .replace(/[^\x00-\x7f]/gu, transliterate)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, GAP)
    .replace(/-+/g, GAP)
    .replace(/^[-_]+|[-_]+$/g, "");
}
