import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import type { Quote } from "../../src/backend/backend.ts";
import { quoteCard, quoteText, sharedQuoteCard } from "../../src/commands/quote_card.ts";
import { embedLength, LIMITS } from "../../src/discord/limits.ts";
import { asMessage } from "../../src/discord/reply.ts";
import { en as texts } from "../../src/texts/en.ts";

const quote: Quote = {
  id: "7",
  body: "first\nsecond",
  tags: [],
  guildId: "100000000000000001",
  savedById: "200000000000000001",
  savedByName: "Ada",
  source: null,
  createdAt: 86_400_000,
};

const source = {
  messageId: "100000000000000003",
  channelId: "100000000000000002",
  channelName: "general",
  authorId: "200000000000000002",
  authorName: "Bob",
  sentAt: 1_000,
};

Deno.test("a quote says who, what, when, who saved it, and where", () => {
  assertEquals(
    quoteText({ ...quote, source }, texts),
    "**Bob** said:\n> first\n> second\n-# <t:1:D> · saved by Ada · " +
      "[message](https://discord.com/channels/100000000000000001/100000000000000002/100000000000000003)",
  );
  assertEquals(quoteText(quote, texts), "**Somebody** said:\n> first\n> second\n-# <t:86400:D> · saved by Ada");
});

Deno.test("a person without a known name is mentioned, which pings nobody in an embed", () => {
  assertStringIncludes(
    quoteText({ ...quote, source: { ...source, authorName: "" } }, texts),
    "**<@200000000000000002>** said",
  );
});

Deno.test("names keep their formatting to themselves", () => {
  const text = quoteText({ ...quote, savedByName: "a\n> **x**" }, texts);
  assertStringIncludes(text, "saved by a > \\*\\*x\\*\\*");
});

Deno.test("a quote at its limits fits, and comes whole as a file only when it was cut", () => {
  const long = { ...quote, source, body: "😀\n".repeat(3000), tags: Array.from({ length: 500 }, (_, n) => `tag${n}`) };
  const { embeds, files } = asMessage(quoteCard(long, { texts, viewerId: "" }));
  assert(embeds[0] && embedLength(embeds[0]) <= LIMITS.embedTotal);
  assert(embeds[0].description?.endsWith(")"), "the link is whole");
  assertEquals(files.length, 1);
  assertEquals(sharedQuoteCard(quote, texts).files, []);
  assertEquals(sharedQuoteCard({ ...quote, body: "y".repeat(4000) }, texts).files, []);
});

Deno.test("who did not save it is not offered to change it", () => {
  const offered = JSON.stringify(quoteCard(quote, { texts, viewerId: "someone" }).rows);
  assertFalse(/quote-edit|quote-delete/.test(offered));
  assert(/quote-edit.*quote-delete/.test(JSON.stringify(quoteCard(quote, { texts, viewerId: quote.savedById }).rows)));
});
