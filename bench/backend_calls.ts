/** What the benchmark of the backend asks for: what people do, what the sync does, and what is rare and large. */
import type { Backend, Caller, GuildMember } from "../src/backend/backend.ts";
import { anyWord, GUILD_ID, titleAt, USER_ID } from "./backend_data.ts";

const CALLER: Caller = { userId: USER_ID, guildId: GUILD_ID, username: "user" };

/** Makes a call ready, which is not measured, and gives what makes it. */
export type Call = (random: () => number) => (backend: Backend) => Promise<unknown>;

/** By name. */
export function callsOf({ pages, quotes }: { pages: number; quotes: number }): Record<string, Call> {
  const words = (random: () => number, count: number) => Array.from({ length: count }, () => anyWord(random)).join(" ");
  const anyTitle = (random: () => number) => titleAt(1 + Math.floor(random() * pages));
  const searching = (queryOf: (random: () => number) => string): Call => (random) => {
    const query = { query: queryOf(random), tags: [], limit: 10, offset: 0 };
    return (backend) => backend.searchPages(CALLER, query);
  };
  const saving = (length: number): Call => (random) => {
    const draft = { title: `new ${random()}`, body: words(random, length / 6), tags: ["new"], channelId: "" };
    return (backend) => backend.upsertPage(CALLER, draft);
  };
  return {
    "search, one word": searching((random) => words(random, 1)),
    "search, two words": searching((random) => words(random, 2)),
    "search, three words": searching((random) => words(random, 3)),
    "search, half a word": searching((random) => words(random, 1).slice(0, 1 + Math.floor(random() * 5))),
    "search quotes, one word": (random) => {
      const query = { query: words(random, 1), tags: [], limit: 10, offset: 0 };
      return (backend) => backend.searchQuotes(CALLER, query);
    },
    "view": (random) => {
      const title = anyTitle(random);
      return (backend) => backend.findPage(CALLER, title);
    },
    "autocomplete": (random) => {
      const title = anyTitle(random);
      const from = random() < 0.5 ? 0 : Math.floor(random() * title.length);
      const typed = title.slice(from, from + 1 + Math.floor(random() * 6));
      return (backend) => backend.suggestTitles(CALLER, { typed, limit: 25 });
    },
    "random quote": () => (backend) => backend.randomQuote(CALLER, []),
    "list quotes, anywhere": (random) => {
      const query = { tags: [], limit: 10, offset: Math.floor(random() * quotes) };
      return (backend) => backend.listQuotes(CALLER, query);
    },
    "save a page of 1 kB": saving(1_000),
    "save a page of 100 kB": saving(100_000),
  };
}

/** A batch of a full sync, of ascending ids. */
export function membersFrom(first: number, count: number): GuildMember[] {
  return Array.from({ length: count }, (_, i) => memberAt(first + i));
}

function memberAt(i: number): GuildMember {
  return {
    guildId: GUILD_ID,
    userId: String(300_000_000_000_000_000n + BigInt(i)),
    username: `user${i}`,
    globalName: `User ${i}`,
    nickname: i % 3 === 0 ? `Nick ${i}` : "",
    guildAvatarHash: "",
    avatarHash: "0123456789abcdef0123456789abcdef",
    roleIds: ["400000000000000001"],
    joinedAt: 1_700_000_000_000,
  };
}
