import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { startCommunity } from "./replicas.ts";

const labels = ({ buttons }: { buttons: readonly { label: string }[] }) =>
  buttons.map(({ label }) => label.replace(/^\S+ /, ""));

Deno.test("/quote add saves text, author and tags once, and announces it once", async () => {
  await using community = await startCommunity();
  const { discord, guild, ada } = community;
  const news = discord.world.addChannel(guild.id);
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyQuoteCreate: true });
  const options = { text: "To be #or\nnot to be", author: "Hamlet", tags: "Theatre, #classic" };
  const answer = await community.answered(discord.interact.slash("quote add", options, { userId: ada.userId }));
  assert(answer.ephemeral);
  assertStringIncludes(answer.content, "Saved this quote");
  assertMatch(
    answer.embeds[0]?.description ?? "",
    /^\*\*Somebody\*\* said:\n> To be #or\n> not to be\n> — Hamlet\n-# <t:\d+:D> · saved by \S+$/,
  );
  assertEquals(labels(answer), ["Add to chat", "Edit", "Delete", "Dismiss"]);
  assertEquals(community.writes, ["createQuote"]);
  const saved = await community.backend.randomQuote(ada, []);
  assertEquals(saved.body, "To be #or\nnot to be\n— Hamlet");
  assertEquals(saved.tags.toSorted(), ["classic", "or", "theatre"]);
  const posted = discord.effects.of("message").filter(({ channelId }) => channelId === news.id);
  assertEquals(posted.length, 1);
  assertStringIncludes(posted[0]?.message.embeds[0]?.description ?? "", "> To be #or");
});

Deno.test("an announced quote is cut at 300 characters", async () => {
  await using community = await startCommunity();
  const { discord, guild } = community;
  const news = discord.world.addChannel(guild.id);
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyQuoteCreate: true });
  await community.answered(discord.interact.slash("quote add", { text: "y".repeat(3800) }));
  const posted = discord.effects.of("message").find(({ channelId }) => channelId === news.id);
  assertStringIncludes(posted?.message.embeds[0]?.description ?? "", `> ${"y".repeat(299)}…\n`);
});

Deno.test("/quote random shows a quote of the given tags; only who saved it may change it", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const { ada, bob } = community;
  await community.backend.createQuote(ada, { body: "cat", tags: ["cats"], source: null });
  await community.backend.createQuote(bob, { body: "dog", tags: ["dogs"], source: null });
  const own = await community.answered(interact.slash("quote random", { tags: "#Dogs" }, { userId: bob.userId }));
  assertStringIncludes(own.embeds[0]?.description ?? "", "> dog");
  assertEquals(labels(own), ["Add to chat", "Edit", "Delete", "Dismiss"]);
  const others = await community.answered(interact.slash("quote random", { tags: "cats" }, { userId: bob.userId }));
  assertEquals(labels(others), ["Add to chat", "Dismiss"]);
});

Deno.test("no quote makes a sentence that says what to do", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  assertStringIncludes((await community.answered(interact.slash("quote random"))).content, "/quote add");
  const tagged = await community.answered(interact.slash("quote random", { tags: "a, b" }));
  assertStringIncludes(tagged.content, "no quote with #a #b");
});

Deno.test("Add to chat posts the quote once for everyone; Dismiss takes the message away", async () => {
  await using community = await startCommunity();
  const { interact, effects } = community.discord;
  await community.addQuote("@everyone <@&1> said nothing");
  const shown = interact.slash("quote random");
  await community.answered(shown);
  await community.worked(interact.button(shown, { label: /Add to chat/ }));
  const posted = effects.of("message").filter(({ ephemeral }) => !ephemeral);
  assertEquals(posted.length, 1);
  assertStringIncludes(posted[0]?.message.embeds[0]?.description ?? "", "> @everyone <@&1> said nothing");
  assertEquals(posted[0]?.pings, { everyone: false, users: [], roles: [] });
  await community.worked(interact.button(shown, { label: /Dismiss/ }));
  assertEquals(effects.of("delete").length, 1);
});

Deno.test("Edit opens text and further tags; sending them changes the quote", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const { ada } = community;
  const quote = await community.backend.createQuote(ada, { body: "a #b", tags: ["b", "x"], source: null });
  const shown = interact.slash("quote random", {}, { userId: ada.userId });
  await community.answered(shown);
  const edit = interact.button(shown, { label: /Edit/ }, { userId: ada.userId });
  const form = await community.answered(edit);
  assertEquals(form.modal?.inputs.map(({ value }) => value), ["a #b", "x"]);
  const changed = await community.answered(
    interact.modal(edit, { body: "שלום 😀 #c", tags: "x, Y" }, { userId: ada.userId }),
  );
  assertStringIncludes(changed.content, "Changed this quote");
  const now = await community.backend.getQuote(ada, quote.id);
  assertEquals([now.body, now.tags.toSorted()], ["שלום 😀 #c", ["c", "x", "y"]]);
});

Deno.test("a quote longer than a modal is handed out and taken back as a file", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const { ada } = community;
  const from = { userId: ada.userId };
  const quote = await community.addQuote("z".repeat(4200));
  const shown = interact.slash("quote random", {}, from);
  assertEquals((await community.answered(shown)).files.map(({ text }) => text), [quote.body]);
  const edit = interact.button(shown, { label: /Edit/ }, from);
  const offer = await community.answered(edit);
  assertEquals(offer.files.map(({ text }) => text), [quote.body]);
  const upload = interact.button(edit, { label: /Upload/ }, from);
  await community.answered(upload);
  const file = { name: "quote.txt", content: "w".repeat(4500) };
  await community.answered(interact.modal(upload, { file }, from));
  assertEquals((await community.backend.getQuote(ada, quote.id)).body, file.content);
});

Deno.test("Delete deletes once and hands the text back", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const { ada } = community;
  const quote = await community.addQuote("gone > soon");
  const shown = interact.slash("quote random", {}, { userId: ada.userId });
  await community.answered(shown);
  const answer = await community.answered(interact.button(shown, { label: /Delete/ }, { userId: ada.userId }));
  assertStringIncludes(answer.content, "deleted");
  assertEquals(answer.files.map(({ text }) => text), ["gone > soon"]);
  assertEquals(answer.buttons, []);
  assertEquals(community.writes, ["deleteQuote"]);
  const left = await community.backend.getQuote(ada, quote.id).catch((error: Failure) => error.kind);
  assertEquals(left, "not_found");
});

Deno.test("somebody else's quote is neither changed nor deleted, even with its button", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const { ada, bob } = community;
  const quote = await community.addQuote("mine");
  const shown = interact.slash("quote random", {}, { userId: ada.userId });
  await community.answered(shown);
  const remove = interact.button(shown, { label: /Delete/ }, { userId: bob.userId });
  await community.worked(remove);
  assertStringIncludes(remove.followups[0]?.content ?? "", "Only the person who saved this");
  const edit = interact.button(shown, { label: /Edit/ }, { userId: ada.userId });
  await community.answered(edit);
  const change = await community.answered(interact.modal(edit, { body: "stolen" }, { userId: bob.userId }));
  assertStringIncludes(change.content, "Only the person who saved this");
  assertEquals(change.files.map(({ text }) => text), ["stolen"]);
  assertEquals((await community.backend.getQuote(ada, quote.id)).body, "mine");
});

Deno.test("a quote that could not be saved comes back", async () => {
  await using community = await startCommunity({ speed: 200 });
  const { interact } = community.discord;
  const text = "😀".repeat(1900);
  community.faults.hang("createQuote");
  const hanging = await community.answered(interact.slash("quote add", { text }));
  assertStringIncludes(hanging.content, "does not answer");
  assertEquals(hanging.files.map((file) => file.text), [text]);
  community.faults.fail(new Failure("refused_token", "PERMISSION_DENIED: only bots can act"));
  const down = await community.answered(interact.slash("quote add", { text }));
  assertStringIncludes(down.content, "not set up correctly");
  assertFalse(down.text.includes("PERMISSION"));
  assertEquals(await community.outcomes("quote add"), { failed: 2, lost: 4 });
});

Deno.test("an empty quote is refused in a sentence", async () => {
  await using community = await startCommunity();
  const answer = await community.answered(community.discord.interact.slash("quote add", { text: "  " }));
  assertStringIncludes(answer.content, "must not be empty");
  assertEquals(await community.outcomes("quote add"), { refused: 1, lost: 2 });
});
