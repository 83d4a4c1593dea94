import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { MessageReference, WikiPage } from "../../src/backend/backend.ts";
import { pageCard, sharedPageCard, tagLine, webLink } from "../../src/commands/page_card.ts";
import { embedLength, LIMITS } from "../../src/discord/limits.ts";
import { asMessage } from "../../src/discord/reply.ts";
import { en as texts } from "../../src/texts/en.ts";

const page: WikiPage = {
  id: "0198c9a2-77a1-7d3e-8f00-3c1d2e4f5a6b",
  slug: "deploy-guide",
  title: "Deploy guide",
  body: "How to.",
  tags: [],
  guildId: "100000000000000001",
  channelId: "",
  authorId: "1",
  authorName: "",
  createdAt: 0,
  updatedAt: 0,
};

function reference(change: Partial<MessageReference> = {}): MessageReference {
  const link = "https://discord.com/channels/1000000000000000001/1000000000000000002/1000000000000000003";
  return {
    messageId: "1",
    channelId: "2",
    guildId: "3",
    content: "said",
    authorId: "4",
    authorName: "Ada",
    sentAt: 0,
    link,
    ...change,
  };
}

Deno.test("what is unknown is left out", () => {
  const { embed } = pageCard(page, { texts });
  assertEquals(embed?.fields, []);
});

Deno.test("a page with everything at its limits fits, with whole links", () => {
  const full = {
    ...page,
    title: "👩🏽‍👩🏿‍👧🏻‍👦🏾".repeat(40),
    body: "*".repeat(100_000),
    tags: Array.from({ length: 300 }, (_, n) => `tag-number-${n}`),
    channelId: "1000000000000000002",
    authorName: "*".repeat(400),
  };
  const references = Array.from(
    { length: 9 },
    () => reference({ content: "_".repeat(4000), authorName: "|".repeat(100) }),
  );
  const [embed] = asMessage(pageCard(full, { texts, references, search: { query: "q", offset: 0 } })).embeds;
  assert(embed && embedLength(embed) <= LIMITS.embedTotal);
  const messages = embed.fields?.find(({ name }) => name === texts.wiki.references)?.value ?? "";
  assert(messages.length > 0);
  for (const line of messages.split("\n")) assertStringIncludes(line, `[↗](${reference().link})`);
});

Deno.test("the latest five messages come first", () => {
  const references = [3, 1, 6, 2, 5, 4].map((sentAt) => reference({ sentAt, content: `said ${sentAt}` }));
  const value = pageCard(page, { texts, references }).embed?.fields?.at(-1)?.value ?? "";
  assertEquals(value.match(/said \d/g), ["said 6", "said 5", "said 4", "said 3", "said 2"]);
});

Deno.test("buttons fit into one row, with a link only where there is a web interface", () => {
  const search = { query: "q", offset: 25 };
  const full = pageCard(page, { texts, search, webBaseUrl: "https://wiki.example.org/base/" });
  assertEquals(full.rows?.map(({ components }) => components.length), [5]);
  assertEquals(pageCard(page, { texts }).rows?.[0]?.components.length, 3);
  assertEquals(sharedPageCard(page, { texts }).rows, []);
  const link = webLink(page, { texts, webBaseUrl: "https://wiki.example.org/base/" });
  assert(link && "url" in link);
  assertEquals(link.url, "https://wiki.example.org/base/wiki?guild_id=100000000000000001&slug=deploy-guide");
});

Deno.test("only a text that was cut comes as a file", () => {
  assertEquals(pageCard(page, { texts }).files, []);
  const body = "x".repeat(5000);
  assertEquals(pageCard({ ...page, body }, { texts }).files, [{ name: "deploy-guide.md", text: body }]);
});

Deno.test("tags are shown whole or not at all", () => {
  assertEquals(tagLine(["a", "b-c"]), "#a #b-c");
  assertEquals(tagLine([]), "");
  const line = tagLine(Array.from({ length: 300 }, (_, n) => `number${n}`));
  assert(line.length <= LIMITS.embedFieldValue && /#number\d+$/.test(line));
});
