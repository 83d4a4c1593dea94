import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Failure } from "../../../src/failure.ts";
import { anyText, property } from "../property.ts";
import { ANN, save, testFile } from "./file.ts";

property(
  "a page of any text comes back as it was, and any query over it gets a clear answer",
  fc.asyncProperty(anyText, anyText, anyText, async (title, body, query) => {
    using file = testFile();
    const backend = file.open();
    try {
      const saved = await save(backend, `x${title}`, `y${body}`).catch((error) => error);
      assert(!(saved instanceof Error) || (saved instanceof Failure && saved.kind === "bad_input"), String(saved));
      for (const typed of [query, body, title]) {
        await backend.searchPages(ANN, { query: typed, tags: [], limit: 5, offset: 0 });
        await backend.suggestTitles(ANN, { typed, limit: 5 });
      }
      if (saved instanceof Error) return;
      assertEquals(saved.page.body, `y${body}`.replaceAll("\0", "").toWellFormed());
      assertEquals((await backend.findPage(ANN, `x${title}`)).id, saved.page.id);
    } finally {
      await backend.close();
    }
  }),
  { runs: 60 },
);

const word = fc.constantFrom("alpha", "beta", "gamma", "delta", "alphabet");

property(
  "slices of a search have no gap and no double, and their total is all there is",
  fc.asyncProperty(
    fc.array(fc.tuple(word, word, fc.subarray(["x", "y"])), { minLength: 1, maxLength: 25 }),
    fc.constantFrom("", "alpha", "al", "beta gam", "alpha beta"),
    fc.subarray(["x", "y"]),
    fc.integer({ min: 1, max: 7 }),
    async (pages, query, tags, limit) => {
      using file = testFile();
      const backend = file.open();
      try {
        for (const [at, [first, second, tagged]] of pages.entries()) {
          const draft = { title: `${first} ${at}`, body: second, tags: tagged, channelId: "" };
          await backend.upsertPage(ANN, draft);
        }
        const words = query.split(" ").filter((part) => part !== "");
        const wanted = pages.map(([first, second, tagged], at) => ({ texts: [first, second], tagged, at })).filter((
          { texts, tagged },
        ) =>
          tags.every((tag) => tagged.includes(tag)) &&
          words.every((part, i) =>
            texts.some((text) => text === part || (i === words.length - 1 && text.startsWith(part)))
          )
        );
        const seen: string[] = [];
        for (let offset = 0; offset < pages.length + limit; offset += limit) {
          const { items, total } = await backend.searchPages(ANN, { query, tags, limit, offset });
          assertEquals(total, wanted.length);
          seen.push(...items.map(({ title }) => title.split(" ")[1] ?? ""));
        }
        assertEquals(seen.map(Number).toSorted((a, b) => a - b), wanted.map(({ at }) => at));
      } finally {
        await backend.close();
      }
    },
  ),
  { runs: 40 },
);
