/**
 * Searching notes on a server that takes a query for one piece of text, in which `%` and `_` stand for anything: it is asked for one word at
 * a time, and a note must be in every answer.
 */
import type { Note, NoteSearchQuery, Page } from "../backend.ts";
import { noteFromWire, NOTES } from "./note_wire.ts";
import { everything, withAllTags, withAndWithoutAccents, wordsOf } from "./search_words.ts";
import type { UserCalls, UserContext } from "./user_calls.ts";

/** As many words as a search can mean. */
const WORDS_LIMIT = 32;

export async function searchNotes(calls: UserCalls, context: UserContext, query: NoteSearchQuery): Promise<Page<Note>> {
  const words = [...new Set(wordsOf(query.query))].slice(0, WORDS_LIMIT);
  if (words.length === 0 && query.query.trim() !== "") return { items: [], total: 0 };
  const ask = () =>
    words.length < 2
      ? withAllTags(query, (paging) => askFor(calls, context, { ...query, ...paging, query: words[0] ?? "" }))
      : intersect(calls, context, { ...query, words });
  // Only in a guild does the server look at memberships.
  if (query.guildId === undefined || query.guildId !== context.guildId) return await ask();
  return await calls.asMember(context, ask, ({ total }) => total === 0);
}

/** What the server finds for one word, without its accents if nothing else. */
function askFor(calls: UserCalls, context: UserContext, query: NoteSearchQuery): Promise<Page<Note>> {
  return withAndWithoutAccents(wordsOf(query.query), async (word) => {
    const { tags, limit, offset, guildId = "" } = query;
    const request = { query: word, guild_id: guildId, tags, limit, offset };
    const { notes, total } = await calls.read(NOTES.search, request, context);
    return { items: notes.map(noteFromWire), total };
  });
}

async function intersect(
  calls: UserCalls,
  context: UserContext,
  { words, ...query }: NoteSearchQuery & { words: string[] },
): Promise<Page<Note>> {
  const { limit, offset } = query;
  let common: Note[] | undefined;
  let isIncomplete = false;
  for (const word of words) {
    const { items, incomplete = false } = await everything((paging) =>
      withAllTags({ ...paging, tags: query.tags }, (part) => askFor(calls, context, { ...query, ...part, query: word }))
    );
    const ids = new Set(items.map(({ id }) => id));
    common = common === undefined ? items : common.filter(({ id }) => ids.has(id));
    isIncomplete ||= incomplete;
    if (common.length === 0) break;
  }
  const found = common ?? [];
  const page = { items: found.slice(offset, offset + limit), total: found.length };
  return isIncomplete ? { ...page, incomplete: true } : page;
}
