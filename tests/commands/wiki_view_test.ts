import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { startCommunity, WEB } from "./replicas.ts";

Deno.test("a page shows text, channel, author, tags and the last five messages it refers to", async () => {
  await using community = await startCommunity();
  const { ada, guild } = community;
  const page = await community.backend.upsertPage(ada, {
    title: "Deploy guide",
    body: "Run it. #ops",
    tags: ["ops"],
    channelId: guild.channelId,
  });
  for (let n = 1; n <= 6; n++) {
    await community.backend.addPageReference(ada, page.page.id, {
      messageId: `${n}00000000000000000`,
      channelId: guild.channelId,
      guildId: guild.id,
      content: `said **${n}**\n\nand more`,
      authorId: ada.userId,
      authorName: "Ada",
      sentAt: n,
      link: `https://discord.com/channels/${guild.id}/${guild.channelId}/${n}00000000000000000`,
    });
  }
  const handle = community.discord.interact.slash("wiki view", { title: "deploy-guide" });
  const answer = await community.answered(handle);
  const [embed] = answer.embeds;
  assertEquals(embed?.title, "Deploy guide");
  assertEquals(embed?.description, "Run it. #ops");
  const fields = Object.fromEntries(embed?.fields?.map(({ name, value }) => [name, value]) ?? []);
  assertEquals(fields.Channel, `<#${guild.channelId}>`);
  assertEquals(fields.Tags, "#ops");
  assert(fields.Author);
  const lines = fields.Messages?.split("\n") ?? [];
  assertEquals(lines.length, 5);
  assertStringIncludes(lines[0] ?? "", "said \\*\\*6\\*\\* and more");
  assertEquals(answer.buttons.map(({ label }) => label.replace(/^\S+ /, "")), [
    "Close",
    "Add to chat",
    "Edit",
    "View on web",
  ]);
  assertEquals(answer.buttons.at(-1)?.url, `${WEB}/wiki?guild_id=${guild.id}&slug=deploy-guide`);
  assertEquals(await community.outcomes("wiki view"), { done: 1, lost: 2 });
});

Deno.test("a page is found by title in any case, and shown without references when they cannot be read", async () => {
  await using community = await startCommunity({ speed: 200 });
  await community.addPage("Évolution & Co", "body");
  community.faults.hang("listPageReferences");
  const answer = await community.answered(
    community.discord.interact.slash("wiki view", { title: "EVOLUTION and CO" }),
  );
  assertEquals(answer.embeds[0]?.title, "Évolution & Co");
});

Deno.test("a title that no page has is never answered with another page; matches are offered", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  await community.addPage("Deploy guide", "how to");
  const near = await community.answered(interact.slash("wiki view", { title: "Deploy" }));
  assertEquals(near.embeds.length, 0);
  assertStringIncludes(near.content, "There is no page of this title. These match:");
  assertEquals(near.selects[0]?.options.map(({ label }) => label), ["Deploy guide"]);
  const none = await community.answered(interact.slash("wiki view", { title: "Nothing like it" }));
  assertStringIncludes(none.content, "There is no page of this title.");
  assert(none.buttons.some(({ label }) => label.includes("Create")));
});

Deno.test("Add to chat posts the page once, for everyone, and pings nobody", async () => {
  await using community = await startCommunity();
  const { interact, effects } = community.discord;
  await community.addPage("@everyone", "@everyone @here <@&1> <@2>");
  const view = interact.slash("wiki view", { title: "@everyone" });
  const shown = await community.answered(view);
  const share = interact.button(view, { label: /Add to chat/ });
  await community.worked(share);
  assertEquals(view.current, shown);
  const posted = effects.of("message").filter(({ ephemeral }) => !ephemeral);
  assertEquals(posted.length, 1);
  assertEquals(posted[0]?.message.embeds[0]?.description, "@everyone @here <@&1> <@2>");
  assertEquals(posted[0]?.message.components?.length, 1, "the link to the web alone");
  for (const { pings } of [...effects.of("message"), ...effects.of("edit")]) {
    assertEquals(pings, { everyone: false, users: [], roles: [] });
  }
});

Deno.test("Close takes the message away", async () => {
  await using community = await startCommunity();
  const { interact, effects } = community.discord;
  await community.addPage("Cats", "body");
  const view = interact.slash("wiki view", { title: "cats" });
  await community.answered(view);
  const close = interact.button(view, { label: /Close/ });
  await close.attempted(3);
  assertEquals((await effects.waitFor("delete")).length, 1);
});

Deno.test("a long page is cut and comes whole as a file", async () => {
  await using community = await startCommunity();
  const body = "👩🏽‍👩🏿‍👧🏻‍👦🏾 שלום ".repeat(400);
  await community.addPage("Long", body.trim());
  const answer = await community.answered(community.discord.interact.slash("wiki view", { title: "long" }));
  assert(answer.embeds[0]?.description?.endsWith("…"));
  assertEquals(answer.files.map(({ name, text }) => [name, text]), [["long.md", body.trim()]]);
});

Deno.test("titles complete as they are typed; every replica may suggest, one is heard", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  await community.addPage("Deploy guide", "x");
  await community.addPage("My deployment", "x");
  await community.addPage("Lunch", "x");
  for (const command of ["wiki view", "wiki edit"]) {
    const typing = interact.autocomplete(command, { title: "dépl" }, { focused: "title" });
    const { choices } = await community.answered(typing);
    assertEquals(choices.map(({ name, value }) => [name, value]), [
      ["Deploy guide", "deploy-guide"],
      ["My deployment", "my-deployment"],
    ]);
    assertEquals(await community.outcomes(`autocomplete ${command}`), { done: 1, lost: 2 });
  }
});

Deno.test("no titles are suggested when the backend hangs, in time", async () => {
  await using community = await startCommunity({ speed: 20 });
  community.faults.hang("suggestTitles");
  const typing = community.discord.interact.autocomplete("wiki view", { title: "d" }, { focused: "title" });
  const { choices } = await community.answered(typing);
  assertEquals(choices, []);
  assert((typing.accepted?.afterMs ?? Infinity) < 1_000);
});

Deno.test("a page that was deleted after it was found is told so", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  await community.addPage("Cats", "body");
  const view = interact.slash("wiki view", { title: "cats" });
  await community.answered(view);
  community.faults.fail(new Failure("not_found", "page 1 does not exist"), "getPage");
  const share = interact.button(view, { label: /Add to chat/ });
  await community.worked(share);
  assertEquals(share.followups.length, 1);
  assertStringIncludes(share.followups[0]?.content ?? "", "cannot find that any more");
  assert(share.followups[0]?.ephemeral);
});
