/** What the benchmark of the backend asks for: what people do, what the sync does, and what is rare and large. */
import type { Backend, Caller, GuildMember } from "../src/backend/backend.ts";
import { anyWord, GUILD_ID, titleAt, USER_ID } from "./backend_data.ts";

const CALLER: Caller = { userId: USER_ID, guildId: GUILD_ID, username: "user" };

export type Call = (backend: Backend, random: () => number) => Promise<unknown>;

/** By name. */
export function callsOf({ pages, quotes }: { pages: number; quotes: number }): Record<string, Call> {
  const words = (random: () => number, count: number) => Array.from({ length: count }, () => anyWord(random)).join(" ");
  const search = (backend: Backend, query: string) =>
    backend.searchPages(CALLER, { query, tags: [], limit: 10, offset: 0 });
  const anyTitle = (random: () => number) => titleAt(1 + Math.floor(random() * pages));
  const save = (backend: Backend, random: () => number, length: number) => {
    const body = words(random, length / 6);
    return backend.upsertPage(CALLER, { title: `new ${random()}`, body, tags: ["new"], channelId: "" });
  };
  return {
    "search, one word": (backend, random) => search(backend, words(random, 1)),
    "search, two words": (backend, random) => search(backend, words(random, 2)),
    "search, three words": (backend, random) => search(backend, words(random, 3)),
    "search, half a word": (backend, random) =>
      search(backend, words(random, 1).slice(0, 1 + Math.floor(random() * 5))),
    "search quotes, one word": (backend, random) =>
      backend.searchQuotes(CALLER, { query: words(random, 1), tags: [], limit: 10, offset: 0 }),
    "view": (backend, random) => backend.findPage(CALLER, anyTitle(random)),
    "autocomplete": (backend, random) => {
      const title = anyTitle(random);
      const from = random() < 0.5 ? 0 : Math.floor(random() * title.length);
      const typed = title.slice(from, from + 1 + Math.floor(random() * 6));
      return backend.suggestTitles(CALLER, { typed, limit: 25 });
    },
    "random quote": (backend) => backend.randomQuote(CALLER, []),
    "list quotes, anywhere": (backend, random) =>
      backend.listQuotes(CALLER, { tags: [], limit: 10, offset: Math.floor(random() * quotes) }),
    "save a page of 1 kB": (backend, random) => save(backend, random, 1_000),
    "save a page of 100 kB": (backend, random) => save(backend, random, 100_000),
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
