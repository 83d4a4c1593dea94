/** The embedded backend against the model: whatever is done in whatever order, both answer the same and show the same. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Backend, Caller } from "../../src/backend/backend.ts";
import { openSqliteBackend } from "../../src/backend/sqlite_backend.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { Failure } from "../../src/failure.ts";
import { byNumber, Model, type Outcome, type Who } from "./model.ts";
import { property } from "./property.ts";
import { silentLog } from "./sqlite/file.ts";

const TITLES = ["Alpha", "ALPHA!", "Beta", "Beta gamma", "Delta", "delta..."];
const TEXTS = ["alpha beta", "gamma", "delta alphabet", "omega", ""];
const GUILDS = ["1000", "2000"];
const USERS = ["10", "20"];
const ALL = { limit: 100, offset: 0 };

type Texts = { title: string; body: string; tags: string[] };
type Step = { who: Who; texts: Texts; one: number; other: number; action: (typeof ACTIONS)[number] };

const ACTIONS = [
  ...["createPage", "createPage", "upsertPage", "deletePage", "refer", "merge", "merge"] as const,
  ...["createNote", "updateNote", "deleteNote", "createQuote", "deleteQuote"] as const,
];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    who: fc.record({ user: fc.constantFrom(...USERS), guild: fc.constantFrom(...GUILDS) }),
    texts: fc.record({
      title: fc.constantFrom(...TITLES),
      body: fc.constantFrom(...TEXTS),
      tags: fc.subarray(["x", "y", "z"]),
    }),
    one: fc.nat(30),
    other: fc.nat(30),
    action: fc.constantFrom(...ACTIONS),
  }),
  { minLength: 1, maxLength: 40 },
);

/** The model's numbers and the backend's ids of the same things. */
class Names {
  readonly #ids = new Map<number, string>();

  known(n: number, id: string): void {
    this.#ids.set(n, id);
  }

  idOf(n: number): string {
    return this.#ids.get(n) ?? "none";
  }

  numberOf(id: string): number | undefined {
    return [...this.#ids].find(([, known]) => known === id)?.[0];
  }

  /** One of the things that were ever made, deleted ones included. */
  pick(at: number): number {
    const numbers = [...this.#ids.keys()];
    return numbers[at % Math.max(1, numbers.length)] ?? 0;
  }
}

function callerOf({ user, guild }: Who): Caller {
  return { userId: user, guildId: guild, username: `user${user}` };
}

function inModel(model: Model, { who, texts, action }: Step, { one, other }: { one: number; other: number }): Outcome {
  switch (action) {
    case "refer":
      return model.refer(who, one, texts.title);
    case "merge":
      return model.merge(who, one, other);
    case "deletePage":
    case "deleteNote":
    case "deleteQuote":
      return model[action](who, one);
    case "updateNote":
      return model.updateNote(who, one, texts);
    default:
      return model[action](who, texts);
  }
}

/** @returns the id of what was made or changed, if anything was */
async function inBackend(
  backend: Backend,
  { who, texts, action }: Step,
  { one, other }: { one: string; other: string },
) {
  const caller = callerOf(who);
  const { title: messageId } = texts;
  const place = { channelId: "", sourceMessageId: "" };
  const message = {
    guildId: who.guild,
    channelId: "5",
    content: "",
    authorId: "6",
    authorName: "",
    sentAt: 1,
    link: "",
  };
  switch (action) {
    case "createPage":
      return (await backend.createPage(caller, { ...texts, channelId: "" })).id;
    case "upsertPage":
      return (await backend.upsertPage(caller, { ...texts, channelId: "" })).page.id;
    case "refer":
      return void await backend.addPageReference(caller, one, { ...message, messageId });
    case "merge":
      return (await backend.mergePages(caller, { sourceId: one, targetId: other })).id;
    case "createNote":
      return (await backend.createNote(caller, { ...texts, ...place })).id;
    case "updateNote":
      return (await backend.updateNote(caller, one, texts)).id;
    case "createQuote":
      return (await backend.createQuote(caller, { ...texts, source: null })).id;
    default:
      return void await backend[action](caller, one);
  }
}

/** The same that {@linkcode Model.seenBy} shows. */
async function seenBy(
  backend: Backend,
  { who, names, query, tag }: { who: Who; names: Names; query: string; tag: string },
) {
  const caller = callerOf(who);
  const numbers = (page: { items: { id: string }[]; total: number }) => {
    assertEquals(page.total, page.items.length);
    return page.items.map(({ id }) => names.numberOf(id) ?? -1);
  };
  const search = { query, tags: [], ...ALL };
  const pages = await backend.listPages(caller, ALL);
  const references = await Promise.all(pages.items.map(({ id }) => backend.listPageReferences(caller, id)));
  const leadsTo = TITLES.map((title) =>
    backend.findPage(caller, title).then(({ id }) => names.numberOf(id) ?? -1, () => null)
  );
  const notes = await backend.listNotes(caller, { tags: [], ...ALL });
  const quotes = await backend.listQuotes(caller, { tags: [], ...ALL });
  return {
    pages: pages.items.map(({ title, body, tags }, i) => [
      ...[numbers(pages)[i], title, body, tags],
      references[i]?.map(({ messageId }) => messageId).toSorted(),
    ]),
    byChange: numbers(await backend.listPages(caller, { orderBy: "updated", ...ALL })),
    leadsTo: await Promise.all(leadsTo),
    foundPages: numbers(await backend.searchPages(caller, search)).toSorted(byNumber),
    taggedPages: numbers(await backend.searchPages(caller, { query: "", tags: [tag], ...ALL })),
    notes: notes.items.map(({ title, body, tags, guildId }, i) => [numbers(notes)[i], title, body, tags, guildId]),
    foundNotes: numbers(await backend.searchNotes(caller, search)).toSorted(byNumber),
    quotes: quotes.items.map(({ body, tags }, i) => [numbers(quotes)[i], body, tags]),
    foundQuotes: numbers(await backend.searchQuotes(caller, search)).toSorted(byNumber),
  };
}

async function play(steps: readonly Step[]): Promise<void> {
  let nowMs = 1_700_000_000_000;
  const clock: Clock = { ...systemClock, wallMs: () => nowMs++ };
  const backend = openSqliteBackend({ path: ":memory:", clock, log: silentLog });
  try {
    const [model, names] = [new Model(), new Names()];
    for (const step of steps) {
      const [one, other] = [names.pick(step.one), names.pick(step.other)];
      const expected = inModel(model, step, { one, other });
      const ids = { one: names.idOf(one), other: names.idOf(other) };
      const actual = await inBackend(backend, step, ids).catch((error: unknown) => error);
      if ("fails" in expected) {
        assertEquals(actual instanceof Failure ? actual.kind : actual, expected.fails);
      } else {
        if (typeof expected.answer !== "number") assertEquals(actual, undefined);
        else names.known(expected.answer, String(actual));
      }
    }
    for (const user of USERS) {
      for (const guild of GUILDS) {
        const [who, query, tag] = [{ user, guild }, "beta al", "y"];
        const shown = await seenBy(backend, { who, names, query, tag });
        assertEquals<unknown>(shown, model.seenBy(who, { titles: TITLES, query, tag }));
      }
    }
  } finally {
    await backend.close();
  }
}

property(
  "whatever people do in whatever order, the backend shows what the model says",
  fc.asyncProperty(steps, play),
  { runs: 150 },
);
