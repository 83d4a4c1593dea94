import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { type Community, startCommunity } from "./replicas.ts";

/** Bob writes a message, Ada opens the menu on it. */
function saveAsQuote({ discord, guild, ada, bob }: Community, content: string) {
  const message = discord.world.addMessage({ channelId: guild.channelId, authorId: bob.userId, content });
  const open = discord.interact.messageMenu("Save as Quote", message, { userId: ada.userId });
  return { message, open };
}

Deno.test("Save as Quote prefills the message and stores where it came from, with one reaction and one announcement", async () => {
  await using community = await startCommunity();
  const { discord, guild, ada, bob } = community;
  discord.world.updateMember(guild.id, bob.userId, { nick: "Bobby *B*" });
  const news = discord.world.addChannel(guild.id);
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyQuoteCreate: true });
  const { message, open } = saveAsQuote(community, "I said\nso 😀");
  const form = await community.answered(open);
  assertEquals(form.modal?.inputs.map(({ value }) => value), ["I said\nso 😀", ""]);

  const submit = discord.interact.modal(open, { body: "I said so #wise", tags: "Life" }, { userId: ada.userId });
  const answer = await community.answered(submit);
  const link = `https://discord.com/channels/${guild.id}/${guild.channelId}/${message.id}`;
  const sentAt = Math.floor(Date.parse(message.timestamp) / 1000);
  const shown = answer.embeds[0]?.description ?? "";
  assertStringIncludes(shown, "**Bobby \\*B\\*** said:\n> I said so #wise\n");
  assertStringIncludes(shown, `<t:${sentAt}:D>`);
  assertStringIncludes(shown, `[message](${link})`);

  assertEquals(community.writes, ["createQuote"]);
  const { source, tags } = await community.backend.randomQuote(ada, []);
  assertEquals(tags.toSorted(), ["life", "wise"]);
  assertEquals([source?.messageId, source?.channelId, source?.authorId], [message.id, guild.channelId, bob.userId]);
  assertEquals(source?.sentAt, Date.parse(message.timestamp));
  assertEquals(discord.effects.of("reaction").map(({ messageId }) => messageId), [message.id]);
  assertEquals(discord.effects.of("message").filter(({ channelId }) => channelId === news.id).length, 1);
});

Deno.test("a message of 4000 characters is quoted whole; one without text leaves the form empty", async () => {
  await using community = await startCommunity();
  const { open } = saveAsQuote(community, "m".repeat(4000));
  assertEquals((await community.answered(open)).modal?.inputs[0]?.value, "m".repeat(4000));
  const { open: picture } = saveAsQuote(community, "");
  assertEquals((await community.answered(picture)).modal?.inputs[0]?.value, "");
});

Deno.test("the author who has left keeps the name that the message carries", async () => {
  await using community = await startCommunity();
  const { discord, guild, ada, bob } = community;
  const { open } = saveAsQuote(community, "bye");
  await community.answered(open);
  discord.world.removeMember(guild.id, bob.userId);
  const answer = await community.answered(discord.interact.modal(open, {}, { userId: ada.userId }));
  assertStringIncludes(answer.embeds[0]?.description ?? "", "**BOB** said:");
});

Deno.test("a reaction or a name that Discord does not give changes nothing else", async () => {
  await using community = await startCommunity();
  const { discord, guild, ada } = community;
  const news = discord.world.addChannel(guild.id);
  await community.backend.updateAnnouncements(guild.id, { enabled: true, channelId: news.id, notifyQuoteCreate: true });
  const { open } = saveAsQuote(community, "hello");
  await community.answered(open);
  const status = { kind: "status", status: 403, code: 50013 } as const;
  discord.fault({ route: "PUT /channels/:c/messages/:m/reactions/:e/@me", times: 9 }, status);
  discord.fault({ route: "GET /guilds/:g/members/:m", times: 9 }, status);
  discord.fault({ route: "GET /channels/:c/messages/:m", times: 9 }, status);
  const answer = await community.answered(discord.interact.modal(open, {}, { userId: ada.userId }));
  assertStringIncludes(answer.embeds[0]?.description ?? "", "> hello");
  assertEquals(discord.effects.of("message").filter(({ channelId }) => channelId === news.id).length, 1);
  assert(community.log.some(({ msg }) => msg === "reaction failed"));
});

Deno.test("a quote that could not be saved comes back, without a reaction", async () => {
  await using community = await startCommunity({ speed: 200 });
  const { discord, ada } = community;
  const { open } = saveAsQuote(community, "hello");
  await community.answered(open);
  community.faults.fail(new Failure("unreachable", "down"), "createQuote");
  const answer = await community.answered(
    discord.interact.modal(open, { body: "edited words", tags: "" }, { userId: ada.userId }),
  );
  assertEquals(answer.files.map(({ text }) => text), ["edited words"]);
  assertEquals(discord.effects.of("reaction"), []);
});
