/** Titles of wiki pages for autocomplete: read once a minute and guild, kept fresh by own writes, searched as people type. */
import type { APIApplicationCommandOptionChoice } from "discord.js";
import type { Caller, CallOptions, WikiTitle } from "../backend/backend.ts";
import { fold } from "../backend/texts.ts";
import type { Clock } from "../clock.ts";
import { cut, LIMITS, oneLine } from "../discord/limits.ts";

const FRESH_FOR_MS = 60_000;
/** Guilds to keep; the one not asked for longest goes first. */
const GUILDS_KEPT = 500;

/** Reads all titles that the caller may see. */
export type ListTitles = (caller: Caller, options: CallOptions) => Promise<WikiTitle[]>;
export type Choice = APIApplicationCommandOptionChoice<string>;

export interface Titles {
  /** Up to 25 titles that contain what was typed, those that begin with it first. Titles as of the last minute answer when reading them fails. */
  suggest(caller: Caller, typed: string, options: CallOptions): Promise<Choice[]>;
  /** Forgets a guild's titles: one of them has changed. */
  forget(guildId: string): void;
}

interface Entry {
  readonly readAtMs: number;
  readonly titles: Promise<FoldedTitle[]>;
  /** What answers while `titles` cannot be read. */
  readonly before: Entry | undefined;
}

interface FoldedTitle extends WikiTitle {
  readonly folded: string;
}

export function createTitles({ clock, list }: { clock: Clock; list: ListTitles }): Titles {
  const guilds = new Map<string, Entry>();

  function read(caller: Caller, key: string, options: CallOptions): Entry {
    const known = guilds.get(key);
    const fresh = known !== undefined && clock.monotonicMs() - known.readAtMs < FRESH_FOR_MS;
    const entry = fresh ? known : {
      readAtMs: clock.monotonicMs(),
      titles: list(caller, options).then((titles) =>
        titles.map((title) => ({ ...title, folded: comparable(title.title) }))
      ),
      before: known && { ...known, before: undefined },
    };
    guilds.delete(key);
    guilds.set(key, entry);
    for (const oldest of guilds.keys()) {
      if (guilds.size <= GUILDS_KEPT) break;
      guilds.delete(oldest);
    }
    return entry;
  }

  return {
    async suggest(caller, typed, options) {
      const key = caller.guildId ?? "";
      const entry = read(caller, key, options);
      try {
        return rank(await entry.titles, typed);
      } catch (error) {
        if (guilds.get(key) === entry) {
          if (entry.before) guilds.set(key, entry.before);
          else guilds.delete(key);
        }
        if (entry.before) return rank(await entry.before.titles, typed);
        throw error;
      }
    },
    forget: (guildId) => void guilds.delete(guildId),
  };
}

/** The form in which titles are compared. */
function comparable(text: string): string {
  return oneLine(fold(text));
}

function rank(titles: readonly FoldedTitle[], typed: string): Choice[] {
  const wanted = comparable(typed);
  const prefixed: WikiTitle[] = [];
  const containing: WikiTitle[] = [];
  for (const title of titles) {
    const at = title.folded.indexOf(wanted);
    if (at === 0) prefixed.push(title);
    else if (at > 0) containing.push(title);
    if (prefixed.length >= LIMITS.choices) break;
  }
  return [...prefixed, ...containing].map(choice).filter((made) => made !== undefined).slice(0, LIMITS.choices);
}

/** A choice whose value finds the page again: the slug, or the title where the slug is too long. */
function choice({ title, slug }: WikiTitle): Choice | undefined {
  const name = cut(oneLine(title), LIMITS.choiceText);
  const value = [slug, title].find((text) => text !== "" && text.length <= LIMITS.choiceText);
  return name === "" || value === undefined ? undefined : { name, value };
}
