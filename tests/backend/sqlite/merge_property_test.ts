import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { property } from "../property.ts";
import { ANN, testFile } from "./file.ts";

const TITLES = ["One", "Two", "Three", "Four", "Five", "Six"];

interface Group {
  id: string;
  titles: string[];
}

property(
  "after any merges every title leads to the page that has its text, once, and nothing is lost",
  fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 5 }), async (merges) => {
    using file = testFile();
    const backend = file.open();
    let groups: Group[] = [];
    for (const title of TITLES) {
      const draft = { title, body: `text of ${title}`, tags: [title, "all"], channelId: "" };
      const { id } = await backend.createPage(ANN, draft);
      const message = { guildId: "1", channelId: "2", content: "", authorId: "3", authorName: "", sentAt: 1, link: "" };
      for (const messageId of [title, "shared"]) {
        await backend.addPageReference(ANN, id, { ...message, messageId });
      }
      groups.push({ id, titles: [title] });
    }
    for (const [a, b] of merges) {
      const [source, target] = [groups[a % groups.length], groups[b % groups.length]];
      if (source === undefined || target === undefined || source === target) continue;
      await backend.mergePages(ANN, { sourceId: source.id, targetId: target.id });
      groups = groups.filter((group) => group !== source && group !== target);
      groups.push({ id: target.id, titles: [...target.titles, ...source.titles] });
    }
    for (const { id, titles } of groups) {
      for (const title of titles) {
        const { id: found, body, tags } = await backend.findPage(ANN, title);
        assertEquals([found, body], [id, titles.map((one) => `text of ${one}`).join("\n\n---\n\n")], title);
        assertEquals(tags, ["all", ...titles.map((one) => one.toLowerCase())].toSorted());
      }
      const references = (await backend.listPageReferences(ANN, id)).map(({ messageId }) => messageId);
      assertEquals(references.toSorted(), ["shared", ...titles].toSorted());
    }
    await backend.close();
    const lost = "SELECT page_aliases.slug FROM page_aliases JOIN pages ON seq = page WHERE deleted_at IS NOT NULL";
    assertEquals(file.inspect((database) => database.prepare(lost).all()), []);
  }),
  { runs: 40 },
);
