import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  ComponentType,
  DiscordAPIError,
  EmbedBuilder,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  Routes,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { eventually, join } from "./client.ts";
import { startDiscordDouble } from "./double.ts";

/** Handles interactions; what a handler throws is kept. */
function handle(client: Client, run: (interaction: Interaction) => Promise<unknown>): unknown[] {
  const thrown: unknown[] = [];
  client.on(Events.InteractionCreate, (interaction) => void run(interaction).catch((error) => thrown.push(error)));
  return thrown;
}

function modal(customId: string): ModalBuilder {
  const input = new TextInputBuilder().setCustomId("body").setStyle(TextInputStyle.Paragraph).setValue("old")
    .setMaxLength(10);
  const label = new LabelBuilder().setLabel("Body").setTextInputComponent(input);
  return new ModalBuilder().setCustomId(customId).setTitle("Edit").addLabelComponents(label);
}

Deno.test("a deferred answer is no answer until it is edited; files and embeds arrive", async () => {
  await using double = await startDiscordDouble();
  double.world.addGuild();
  await using client = await join(double);
  const gate = Promise.withResolvers<void>();
  const thrown = handle(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await gate.promise;
    await interaction.editReply({
      content: `${interaction.options.getSubcommand()} ${interaction.options.getString("query")} @everyone`,
      embeds: [new EmbedBuilder().setTitle("A page")],
      files: [new AttachmentBuilder(Buffer.from("long text"), { name: "page.md" })],
      allowedMentions: { parse: [] },
    });
    await interaction.followUp({ content: "and more", flags: MessageFlags.Ephemeral });
    await interaction.deleteReply();
  });

  const search = double.interact.slash("wiki search", { query: "fox" });
  const first = await search.firstAnswer();
  assertEquals([first.type, first.replica, search.current], [5, "replica-1", undefined]);
  gate.resolve();
  const answer = await search.answer();
  assertEquals(answer.content, "search fox @everyone");
  assertStringIncludes(answer.text, "A page");
  assertEquals(answer.files.map(({ name, text }) => [name, text]), [["page.md", "long text"]]);
  assert(answer.ephemeral);
  assertEquals((await search.followup()).content, "and more");
  await search.answer({ where: ({ kind }) => kind === "deleted" });
  assertEquals(double.effects.of("edit")[0]?.pings, { everyone: false, users: [], roles: [] });
  assertEquals(thrown, []);
});

Deno.test("buttons, selects and modals lead from one message to the next", async () => {
  await using double = await startDiscordDouble();
  double.world.addGuild();
  await using client = await join(double);
  const thrown = handle(client, async (interaction) => {
    if (interaction.isChatInputCommand()) {
      const select = new StringSelectMenuBuilder().setCustomId("pick").addOptions({ label: "Fox", value: "fox" });
      const button = new ButtonBuilder().setCustomId("edit:1").setLabel("Edit").setStyle(ButtonStyle.Primary);
      await interaction.reply({
        content: "choose",
        components: [
          new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select),
          new ActionRowBuilder<ButtonBuilder>().addComponents(button),
        ],
      });
    } else if (interaction.isStringSelectMenu()) {
      await interaction.deferUpdate();
      await interaction.editReply({ content: `picked ${interaction.values}` });
    } else if (interaction.isButton()) await interaction.showModal(modal("edit:1"));
    else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
      await interaction.update({ content: interaction.fields.getTextInputValue("body"), components: [] });
    }
  });

  const shown = double.interact.slash("wiki view");
  await shown.answer();
  assertThrows(() => double.interact.button(shown, "nothing"), Error, "Edit (edit:1)");
  const picked = double.interact.select(shown, "pick", ["Fox"]);
  assertEquals((await picked.answer()).content, "picked fox");
  const edit = double.interact.button(shown, { label: "Edit" });
  const asked = await edit.answer();
  assertEquals(asked.modal?.inputs.map(({ customId, label, value }) => [customId, label, value]), [[
    "body",
    "Body",
    "old",
  ]]);
  assertThrows(() => double.interact.modal(edit, { body: "far too long for it" }), Error, "at most 10");
  const saved = double.interact.modal(edit, { Body: "new" });
  assertEquals((await saved.answer()).content, "new");
  assertEquals((await shown.answer()).content, "new");
  assertThrows(() => double.interact.button(shown, "edit:1"), Error, "no button");
  assertEquals(thrown, []);
});

Deno.test("autocomplete names what is typed and gets its choices", async () => {
  await using double = await startDiscordDouble();
  double.world.addGuild();
  await using client = await join(double);
  const thrown = handle(client, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const { name, value } = interaction.options.getFocused(true);
    await interaction.respond([{ name: `${name}=${value}`, value: "slug" }]);
  });
  const typed = double.interact.autocomplete("wiki view", { title: "fo" }, { focused: "title" });
  assertEquals((await typed.answer()).choices, [{ name: "title=fo", value: "slug" }]);
  assertEquals(thrown, []);
});

Deno.test("menus carry their message, a DM has a user and no member", async () => {
  await using double = await startDiscordDouble();
  const guild = double.world.addGuild();
  const author = double.world.addMember(guild.id, { username: "author", nick: "Nick" });
  await using client = await join(double);
  const thrown = handle(client, async (interaction) => {
    if (interaction.isMessageContextMenuCommand()) {
      const { content, author, url } = interaction.targetMessage;
      await interaction.reply({ content: `${content} by ${author.username} ${url}` });
    } else if (interaction.isUserContextMenuCommand()) {
      const nick = interaction.inCachedGuild() ? interaction.targetMember?.nickname : "no guild";
      await interaction.reply({ content: `${interaction.targetUser.username} ${nick}` });
    } else if (interaction.isChatInputCommand()) {
      await interaction.reply({ content: `${interaction.inGuild()} ${interaction.member} ${interaction.context}` });
    }
  });
  const message = double.world.addMessage({ channelId: guild.channelId, authorId: author.user.id, content: "a fox" });
  const quoted = await double.interact.messageMenu("Save as Quote", message).answer();
  assertMatch(quoted.content, new RegExp(`^a fox by author .*${guild.id}/${guild.channelId}/${message.id}$`));
  assertEquals((await double.interact.userMenu("View Note", author.user.id).answer()).content, "author Nick");
  assertEquals((await double.interact.slash("ping", {}, { in: "dm" }).answer()).content, "false null 1");
  assertEquals(thrown, []);
});

Deno.test("a modal is refused after a defer, and as an answer to a modal", async () => {
  const double = await startDiscordDouble();
  double.world.addGuild();
  const client = await join(double);
  const codes: unknown[] = [];
  handle(client, async (interaction) => {
    const callback = (body: unknown) =>
      client.rest.post(Routes.interactionCallback(interaction.id, interaction.token), { body, auth: false })
        .catch((error) => codes.push(error instanceof DiscordAPIError ? error.code : error));
    if (interaction.isChatInputCommand() && interaction.commandName === "defer") await callback({ type: 5 });
    await callback({ type: 9, data: modal("m").toJSON() });
  });
  const deferred = double.interact.slash("defer");
  await deferred.attempted(2);
  const shown = double.interact.slash("show");
  await shown.answer();
  const sent = double.interact.modal(shown);
  await sent.attempted(1);
  await eventually(() => codes.length === 2);
  assertEquals(codes, [40060, 50035]);
  await client.destroy();
  assertEquals(double.takeViolations().map(({ code, path }) => [code, path]), [[40060, ""], [50035, "type"]]);
  await double.close();
});

Deno.test("limits that Discord's schemas leave out are kept", async () => {
  const double = await startDiscordDouble();
  const guild = double.world.addGuild();
  const client = await join(double);
  const post = (body: unknown) =>
    assertRejects(() => client.rest.post(Routes.channelMessages(guild.channelId), { body }), DiscordAPIError);
  const button = { type: ComponentType.Button, style: ButtonStyle.Primary, label: "x", custom_id: "same" };
  await post({ embeds: [1, 2].map(() => ({ description: "x".repeat(3_001) })) });
  await post({ components: [{ type: ComponentType.ActionRow, components: [button, button] }] });
  await post({ content: "x".repeat(2_001) });
  await post({ content: "x", flags: MessageFlags.Ephemeral });
  await post({ content: " " });
  await client.destroy();
  assertEquals(double.takeViolations().map(({ code, path }) => [code, path]), [
    [50035, "embeds"],
    [50035, "components.0.components.1.custom_id"],
    [50035, "content"],
    [50035, "flags"],
    [50006, ""],
  ]);
  await double.close();
});

Deno.test("an answer after three seconds is too late, and a token ends after fifteen minutes", async () => {
  const double = await startDiscordDouble({ firstAnswerMs: 0, interactionTokenMs: 0 });
  double.world.addGuild();
  const client = await join(double);
  const thrown = handle(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply("late");
  });
  const ping = double.interact.slash("ping");
  const [attempt] = await ping.attempted(1);
  assertEquals([attempt?.accepted, attempt?.code], [false, 10062]);
  await eventually(() => thrown.length === 1);
  const webhook = `${double.apiBase()}/v10/webhooks/${double.applicationId}/${ping.payload.token}`;
  const response = await fetch(webhook, { method: "POST", body: '{"content":"x"}' });
  assertEquals([response.status, (await response.json()).code], [401, 50027]);
  await client.destroy();
  await double.close();
});

Deno.test("whoever writes without the claim is found out", async () => {
  const double = await startDiscordDouble();
  double.world.addGuild();
  const client = await join(double, { replica: "winner" });
  handle(client, (interaction) => interaction.isRepliable() ? interaction.reply("mine") : Promise.resolve());
  const ping = double.interact.slash("ping");
  await ping.answer();
  const path = `/v10/webhooks/${double.applicationId}/${ping.payload.token}/messages/@original`;
  const response = await fetch(`${double.apiBase("loser")}${path}`, { method: "PATCH", body: '{"content":"x"}' });
  await response.body?.cancel();
  await client.destroy();
  assertEquals(double.takeViolations().map(({ replica, message }) => [replica, message.includes("winner")]), [[
    "loser",
    true,
  ]]);
  await double.close();
});

Deno.test("commands are registered by Discord's rules, and typed by their definition", async () => {
  const double = await startDiscordDouble({ strictCommands: true });
  const guild = double.world.addGuild();
  const client = await join(double);
  const path = Routes.applicationGuildCommands(double.applicationId, guild.id);
  const option = (name: string, required: boolean) => ({
    type: ApplicationCommandOptionType.String,
    name,
    description: "d",
    required,
  });
  const command = {
    name: "quote",
    description: "d",
    options: [option("text", true), option("tags", false)],
    default_member_permissions: "32",
  };
  await client.rest.put(path, { body: [command, { name: "Save as Quote", type: 3 }] });
  await client.rest.put(path, { body: [command] });
  assertEquals(double.effects.of("commands").map(({ created }) => created), [2, 0]);
  assertThrows(() => double.interact.slash("wiki"), Error, "no command wiki; there are quote");
  assertThrows(() => double.interact.slash("quote", { text: 3 }), Error, "another type");
  assertThrows(() => double.interact.slash("quote", { tags: "x" }), Error, "required are text");
  double.interact.slash("quote", { text: "x" });

  const wrong = { ...command, options: [option("tags", false), option("text", true)] };
  for (const body of [[wrong], [{ ...command, name: "Upper" }], [command, command]]) {
    await assertRejects(() => client.rest.put(path, { body }), DiscordAPIError);
  }
  assertEquals(double.takeViolations().map(({ path }) => path), ["0.options.1", "0.name", "1"]);
  const many = (from: number) =>
    Array.from({ length: 100 }, (_, nth) => ({ name: `c${from + nth}`, description: "d" }));
  await client.rest.put(path, { body: many(0) });
  const body = many(100);
  await assertRejects(() => fetchJson(`${double.apiBase()}/v10${path}`, { body, token: double.token }), Error, "30034");
  assertEquals(double.takeViolations().map(({ code }) => code), [30034]);
  await client.destroy();
  await double.close();
});

async function fetchJson(url: string, { body, token }: { body: unknown; token: string }): Promise<unknown> {
  const headers = { authorization: `Bot ${token}`, "content-type": "application/json" };
  const answer = await (await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) })).json();
  if (answer.code !== undefined) throw new Error(String(answer.code));
  return answer;
}

Deno.test("an uploaded file can be read where Discord says it is", async () => {
  await using double = await startDiscordDouble();
  double.world.addGuild();
  await using client = await join(double);
  const thrown = handle(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    const { url } = interaction.options.getAttachment("page", true);
    await interaction.reply({ content: await (await fetch(url)).text() });
  });
  const upload = double.interact.slash("upload", { page: { file: { name: "page.md", content: "from disk" } } });
  assertEquals((await upload.answer()).content, "from disk");
  assertEquals(thrown, []);
});

Deno.test("reactions need an emoji that exists and are recorded", async () => {
  await using double = await startDiscordDouble();
  const guild = double.world.addGuild();
  await using client = await join(double);
  const { id } = double.world.addMessage({ channelId: guild.channelId, content: "x" });
  const react = (emoji: string) =>
    client.rest.put(Routes.channelMessageOwnReaction(guild.channelId, id, encodeURIComponent(emoji)));
  await react("💬");
  await react("quote:123456789012345678");
  const refused = await assertRejects(() => react("123456789012345678"), DiscordAPIError);
  assertEquals(refused.code, 10014);
  assertEquals(double.effects.of("reaction").map(({ emoji }) => emoji), ["💬", "quote:123456789012345678"]);
});
