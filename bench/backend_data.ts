/** A large file for the benchmark of the backend: pages and quotes of one guild, in words as often as languages have them. */
import { DatabaseSync } from "node:sqlite";

export interface Sizes {
  pages: number;
  quotes: number;
}

export const GUILD_ID = "100000000000000001";
export const USER_ID = "200000000000000001";

/** How many different words there are. */
const WORDS = 20_000;
const PLACES = 2 ** 30;

const SYLLABLES = ["ka", "lo", "mi", "ren", "ta", "sor", "vi", "ne", "du", "pel", "ga", "hin", "tor", "be", "fa", "zu"];

/** Numbers from 0 up to, not including, 1; the same every time. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** A word by its rank. */
function wordAt(rank: number): string {
  const rest = Math.floor(rank / SYLLABLES.length);
  return (SYLLABLES[rank % SYLLABLES.length] ?? "") + (rest === 0 ? "" : wordAt(rest - 1));
}

/** A word, each rank as often as Zipf's law has it: the first ten are in nearly every text. */
export function anyWord(random: () => number): string {
  return wordAt(Math.floor(WORDS ** random()) - 1);
}

function text(random: () => number, words: number): string {
  return Array.from({ length: words }, () => anyWord(random)).join(" ");
}

/** Title number `i`, told apart by its number. */
export function titleAt(i: number): string {
  return `${text(sequence(i + 1), 3)} ${i}`;
}

/** Fills a new file of the current version, and waits until it is on disk: the first call that is measured must not wait for that. */
export function fill(path: string, sizes: Sizes): void {
  insert(path, sizes);
  using file = Deno.openSync(path, { read: true, write: true });
  file.syncSync();
}

/** The indexes are made at the end, which takes a quarter of the time. */
function insert(path: string, { pages, quotes }: Sizes): void {
  using database = new DatabaseSync(path);
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  database.exec(`PRAGMA synchronous = OFF; BEGIN; INSERT INTO guilds (id) VALUES ('${GUILD_ID}');
    INSERT INTO users (id, username) VALUES ('${USER_ID}', 'user');
    INSERT INTO shelves (no, name, last, size) VALUES (1, 'pages ${GUILD_ID}', ${pages}, ${pages}), (2, 'quotes ${GUILD_ID}', ${quotes}, ${quotes})`);
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  const random = sequence(1);
  const page = database.prepare(
    `INSERT INTO pages (seq, id, guild_id, slug, channel_id, author_id, created_at, updated_at, title, body)
     VALUES (?, ?, '${GUILD_ID}', ?, '', '${USER_ID}', ?, ?, ?, ?)`,
  );
  for (let i = 1; i <= pages; i++) {
    const title = titleAt(i);
    page.run(PLACES + i, `p${i}`, title.replaceAll(" ", "-"), i, i, title, text(random, 80));
  }
  const quote = database.prepare(
    `INSERT INTO quotes (seq, id, guild_id, saved_by, created_at, body) VALUES (?, ?, '${GUILD_ID}', '${USER_ID}', ?, ?)`,
  );
  for (let i = 1; i <= quotes; i++) quote.run(2 * PLACES + i, `q${i}`, i, text(random, 12));
  for (const table of ["pages", "quotes"]) {
    database.exec(`INSERT INTO shelf_blocks (no, size) SELECT seq >> 10, count(*) FROM ${table} GROUP BY seq >> 10`);
  }
  for (const index of ["page_stems", "page_words", "page_slugs", "quote_stems", "quote_words"]) {
    // As a file that has grown slowly has it: what a rebuild leaves in pieces would be put together by the first calls.
    database.exec(
      `INSERT INTO ${index} (${index}) VALUES ('rebuild'); INSERT INTO ${index} (${index}) VALUES ('optimize')`,
    );
  }
  for (const { sql } of triggers) database.exec(String(sql));
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}
