import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { startCommunity } from "./replicas.ts";

Deno.test("/wiki edit without a title opens an empty page; sending it makes one page and one announcement", async () => {
  await using community = await startCommunity();
  const { discord, guild, ada } = community;
  const news = discord.world.addChannel(guild.id, { name: "news" });
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyWikiCreate: true });
  const open = discord.interact.slash("wiki edit", {}, { userId: ada.userId });
  const form = await community.answered(open);
  assertEquals(form.modal?.inputs.map(({ label, value }) => [label, value]), [["Title", ""], ["Text", ""]]);
  const submit = discord.interact.modal(open, { title: "Deploy guide", body: "Run it. #ops" }, { userId: ada.userId });
  const answer = await community.answered(submit);
  assertStringIncludes(answer.content, "Created “Deploy guide”");
  assertEquals(answer.embeds[0]?.description, "Run it. #ops");
  assertEquals(community.writes, ["upsertPage"]);
  const page = await community.backend.findPage(ada, "Deploy guide");
  assertEquals([page.body, page.tags, page.channelId], ["Run it. #ops", ["ops"], guild.channelId]);
  const posted = discord.effects.of("message").filter(({ channelId }) => channelId === news.id);
  assertEquals(posted.length, 1);
  assertStringIncludes(posted[0]?.message.content ?? "", "ADA created a wiki page");
});

Deno.test("no announcement where the settings do not ask for one", async () => {
  await using community = await startCommunity();
  const { discord, guild } = community;
  const news = discord.world.addChannel(guild.id);
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyWikiCreate: false });
  const open = discord.interact.slash("wiki edit");
  await community.answered(open);
  await community.answered(discord.interact.modal(open, { title: "T", body: "B" }));
  assertEquals(discord.effects.of("message").filter(({ channelId }) => channelId === news.id), []);
});

Deno.test("a channel that cannot be written to changes nothing for the writer", async () => {
  await using community = await startCommunity();
  const { discord, guild } = community;
  const news = discord.world.addChannel(guild.id, { botMayWrite: false });
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyWikiCreate: true });
  const open = discord.interact.slash("wiki edit");
  await community.answered(open);
  const answer = await community.answered(discord.interact.modal(open, { title: "T", body: "B" }));
  assertStringIncludes(answer.content, "Created");
  assert(community.log.some(({ msg }) => msg === "work after an answer failed"));
  discord.takeViolations();
});

Deno.test("/wiki edit of a page opens its text; sending it replaces text and tags", async () => {
  await using community = await startCommunity();
  const { discord, ada, bob } = community;
  const body = "Первая строка 😀\n\n> שלום @everyone #old";
  await community.backend.upsertPage(ada, { title: "Guide", body, tags: ["old", "merged"], channelId: "" });
  const open = discord.interact.slash("wiki edit", { title: "guide" }, { userId: bob.userId });
  const form = await community.answered(open);
  assertEquals(form.modal?.title, "Edit: Guide");
  assertEquals(form.modal?.inputs.map(({ label, value }) => [label, value]), [["Text", body]]);
  const answer = await community.answered(
    discord.interact.modal(open, { body: "Second #new" }, { userId: bob.userId }),
  );
  assertStringIncludes(answer.content, "Saved “Guide”");
  const page = await community.backend.findPage(ada, "guide");
  assertEquals([page.title, page.body, page.tags.toSorted()], ["Guide", "Second #new", ["merged", "new"]]);
});

Deno.test("the button Edit opens the text of the page it stands on", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  await community.addPage("Cats", "meow");
  await community.addPage("Cats and dogs", "woof");
  const view = discord.interact.slash("wiki view", { title: "cats" });
  await community.answered(view);
  const form = await community.answered(discord.interact.button(view, { label: /Edit/ }));
  assertEquals(form.modal?.inputs[0]?.value, "meow");
});

Deno.test("an unknown title is proposed for a new page, but a slug is not", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const typed = await community.answered(interact.slash("wiki edit", { title: "Flux capacitor" }));
  assertEquals(typed.modal?.inputs[0]?.value, "Flux capacitor");
  const slug = await community.answered(interact.slash("wiki edit", { title: "flux-capacitor" }));
  assertEquals(slug.modal?.inputs[0]?.value, "");
  const long = await community.answered(interact.slash("wiki edit", { title: "long ".repeat(50) }));
  assertEquals(long.modal?.inputs[0]?.value, "");
});

Deno.test("a text of exactly 4000 is edited in the modal", async () => {
  await using community = await startCommunity();
  const body = "x".repeat(4000);
  await community.addPage("Long", body);
  const open = community.discord.interact.slash("wiki edit", { title: "long" });
  assertEquals((await community.answered(open)).modal?.inputs[0]?.value, body);
});

Deno.test("a longer text is handed out whole, and takes a section or a file back", async () => {
  await using community = await startCommunity();
  const { discord, ada } = community;
  const body = "line\n".repeat(801).trim();
  await community.addPage("Long", body);
  const open = discord.interact.slash("wiki edit", { title: "long" });
  const offer = await community.answered(open);
  assert(offer.ephemeral);
  assertStringIncludes(offer.content, `“Long” has ${body.length} characters`);
  assertEquals(offer.files.map(({ name, text }) => [name, text]), [["long.md", body]]);

  const section = discord.interact.button(open, { label: /section/ });
  assertEquals((await community.answered(section)).modal?.title, "Add to: Long");
  await community.answered(discord.interact.modal(section, { body: "## More\n#new" }));
  assertEquals((await community.backend.findPage(ada, "long")).body, `${body}\n\n## More\n#new`);

  const again = discord.interact.slash("wiki edit", { title: "long" });
  await community.answered(again);
  const upload = discord.interact.button(again, { label: /Upload/ });
  await community.answered(upload);
  const file = { name: "long.md", content: "Über\r\nalles 😀\n" };
  const saved = await community.answered(discord.interact.modal(upload, { file }));
  assertStringIncludes(saved.content, "Saved “Long”");
  assertEquals((await community.backend.findPage(ada, "long")).body, "Über\nalles 😀\n");
});

Deno.test("an upload meets a change made since the download", async () => {
  await using community = await startCommunity();
  const { discord, ada } = community;
  const page = await community.addPage("Long", "x".repeat(4001));
  const open = discord.interact.slash("wiki edit", { title: "long" });
  await community.answered(open);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await community.backend.updatePage(ada, page.id, { body: "y".repeat(4001), tags: [] });
  const upload = discord.interact.button(open, { label: /Upload/ });
  await community.answered(upload);
  const answer = await community.answered(discord.interact.modal(upload, { file: { name: "a.txt", content: "mine" } }));
  assertStringIncludes(answer.content, "has been changed by someone else");
  assertEquals((await community.backend.findPage(ada, "long")).body, "y".repeat(4001));
});

Deno.test("a file that is no text is refused in a sentence", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  await community.addPage("Long", "x".repeat(4001));
  const open = discord.interact.slash("wiki edit", { title: "long" });
  await community.answered(open);
  const upload = discord.interact.button(open, { label: /Upload/ });
  await community.answered(upload);
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [new Uint8Array([0xff, 0xfe, 0x00, 0x41]), "no text file"],
    [new Uint8Array([0x41, 0x00]), "no text file"],
    [new TextEncoder().encode("  \n "), "empty"],
    [new Uint8Array(900_001).fill(0x61), "too large"],
  ];
  for (const [content, sentence] of cases) {
    const submit = discord.interact.modal(upload, { file: { name: "a.bin", content } });
    assertStringIncludes((await community.answered(submit)).content, sentence);
  }
  assertEquals(community.writes, []);
});

Deno.test("when the backend hangs, the first answer is a sentence in time", async () => {
  await using community = await startCommunity({ speed: 20 });
  const { discord } = community;
  await community.addPage("Cats", "meow");
  community.faults.hang("findPage");
  const open = discord.interact.slash("wiki edit", { title: "cats" });
  const answer = await community.answered(open);
  assert(answer.ephemeral);
  assertStringIncludes(answer.content, "does not answer at the moment");
  assert((open.accepted?.afterMs ?? Infinity) * 20 < 2_900, `${open.accepted?.afterMs} ms, twenty times as fast`);
  assertEquals(await community.outcomes("wiki edit"), { failed: 1, lost: 2 });
});

Deno.test("a failed save returns what was typed", async () => {
  await using community = await startCommunity({ speed: 200 });
  const { discord, ada } = community;
  await community.addPage("Cats", "meow");
  const body = `😀 שלום\n${"x".repeat(3900)}`;
  for (
    const break_ of [() => community.faults.hang(), () => community.faults.fail(new Failure("unreachable", "down"))]
  ) {
    const edit = discord.interact.slash("wiki edit", { title: "cats" });
    await community.answered(edit);
    break_();
    const failed = await community.answered(discord.interact.modal(edit, { body }));
    assertStringIncludes(failed.content, "does not answer at the moment");
    assertEquals(failed.files.map(({ text }) => text), [body]);
    community.faults.mend();
  }
  const create = discord.interact.slash("wiki edit");
  await community.answered(create);
  community.faults.fail(new Failure("too_large", "over 4 MiB"), "upsertPage");
  const refused = await community.answered(discord.interact.modal(create, { title: "New", body }));
  assertStringIncludes(refused.content, "too long to be saved");
  assertEquals(refused.files.map(({ text }) => text), [`New\n\n${body}`]);
  assertEquals((await community.backend.findPage(ada, "cats")).body, "meow");
  assertEquals(await community.outcomes("modal page-create"), { refused: 1, lost: 2 });
});

Deno.test("a title without letters or digits is refused, and the text returned", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  const open = discord.interact.slash("wiki edit");
  await community.answered(open);
  const answer = await community.answered(discord.interact.modal(open, { title: "😀 ✨", body: "text" }));
  assertStringIncludes(answer.content, "A title needs letters or digits");
  assertEquals(answer.files.map(({ text }) => text), ["😀 ✨\n\ntext"]);
  assertEquals(community.writes, []);
});

Deno.test("a page deleted while it was edited: the text comes back", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  await community.addPage("Cats", "meow");
  const open = discord.interact.slash("wiki edit", { title: "cats" });
  await community.answered(open);
  community.faults.fail(new Failure("not_found", "no page 7"), "getPage");
  const answer = await community.answered(discord.interact.modal(open, { body: "purr" }));
  assertStringIncludes(answer.content, "cannot find that any more");
  assertEquals(answer.files.map(({ text }) => text), ["purr"]);
});

Deno.test("a new page is suggested at once by the replica that made it", async () => {
  await using community = await startCommunity({ replicas: 1 });
  const { interact } = community.discord;
  await community.answered(interact.autocomplete("wiki view", { title: "" }, { focused: "title" }));
  const open = interact.slash("wiki edit");
  await community.answered(open);
  await community.answered(interact.modal(open, { title: "New", body: "x" }));
  const { choices } = await community.answered(interact.autocomplete("wiki view", { title: "" }, { focused: "title" }));
  assertEquals(choices.map(({ name }) => name), ["New"]);
  assertFalse(choices.some(({ value }) => value === "New"));
});
