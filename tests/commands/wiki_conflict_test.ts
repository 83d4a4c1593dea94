import { assertEquals, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import type { Answer, InteractionHandle } from "../doubles/discord/double.ts";
import { type Community, startCommunity } from "./replicas.ts";

const THEIRS = "one\ntwo\nthree";
const MINE = "one\n2\nthree\n😀 שלום @everyone #mine";

/** Ada has a page open in a modal while Bob changes it; then she sends hers. */
async function conflict(community: Community): Promise<{ handle: InteractionHandle; answer: Answer }> {
  const { discord, bob } = community;
  const page = await community.addPage("Numbers", "one");
  const open = discord.interact.slash("wiki edit", { title: "numbers" });
  await community.answered(open);
  await changeLater(community, page.id, THEIRS);
  const handle = discord.interact.modal(open, { body: MINE });
  return { handle, answer: await community.answered(handle) };

  async function changeLater(community: Community, id: string, body: string) {
    await aMoment();
    await community.backend.updatePage(bob, id, { body, tags: [] });
  }
}

/** Two writes within one millisecond would look like one. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

const bodyNow = async ({ backend, ada }: Community) => (await backend.findPage(ada, "Numbers")).body;

Deno.test("who saves second is told, gets the text back, and nothing is overwritten", async () => {
  await using community = await startCommunity();
  const { answer } = await conflict(community);
  assertStringIncludes(answer.content, "“Numbers” has been changed by someone else");
  assertEquals(answer.files.map(({ text }) => text), [MINE]);
  assertEquals(answer.buttons.length, 4);
  assertEquals(await bodyNow(community), THEIRS);
});

Deno.test("the difference leads from the page to one's own text, and the choice stays open", async () => {
  await using community = await startCommunity();
  const { handle, answer } = await conflict(community);
  const difference = await community.answered(
    community.discord.interact.button(handle, { label: /difference/ }),
  );
  assertStringIncludes(difference.content, "Lines added: 2, removed: 1.");
  const [file] = difference.files;
  assertStringIncludes(file?.text ?? "", "-two\n+2\n three");
  assertEquals(handle.current, answer);
});

Deno.test("Add mine below keeps both texts", async () => {
  await using community = await startCommunity();
  const { handle } = await conflict(community);
  const saved = await community.answered(community.discord.interact.button(handle, { label: /below/ }));
  assertStringIncludes(saved.content, "Saved “Numbers”");
  assertEquals(saved.message?.id, handle.current?.message?.id);
  assertEquals(await bodyNow(community), `${THEIRS}\n\n${MINE}`);
});

Deno.test("Replace takes one's own text, tags too", async () => {
  await using community = await startCommunity();
  const { handle } = await conflict(community);
  await community.answered(community.discord.interact.button(handle, { label: /Replace/ }));
  assertEquals(await bodyNow(community), MINE);
  assertEquals((await community.backend.findPage(community.ada, "numbers")).tags, ["mine"]);
  assertEquals(community.writes, ["updatePage"]);
});

Deno.test("Replace on a page that changed once more asks again", async () => {
  await using community = await startCommunity();
  const { handle } = await conflict(community);
  const { id } = await community.backend.findPage(community.ada, "numbers");
  await aMoment();
  await community.backend.updatePage(community.bob, id, { body: "four", tags: [] });
  const again = await community.answered(community.discord.interact.button(handle, { label: /Replace/ }));
  assertStringIncludes(again.content, "has been changed by someone else");
  assertEquals(again.files.map(({ text }) => text), [MINE]);
  assertEquals(await bodyNow(community), "four");
  await community.answered(community.discord.interact.button(again, { label: /Replace/ }));
  assertEquals(await bodyNow(community), MINE);
});

Deno.test("when saving fails the text stays where it is", async () => {
  await using community = await startCommunity();
  const { handle, answer } = await conflict(community);
  community.faults.fail(new Failure("unreachable", "down"), "updatePage");
  const replace = community.discord.interact.button(handle, { label: /Replace/ });
  await community.worked(replace);
  assertStringIncludes(replace.followups[0]?.content ?? "", "does not answer");
  assertEquals(handle.current, answer);
  community.faults.mend();
  await community.answered(community.discord.interact.button(handle, { label: /Replace/ }));
  assertEquals(await bodyNow(community), MINE);
});

Deno.test("a new page under the title of an old one overwrites nothing", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  await community.addPage("Numbers", THEIRS);
  const open = discord.interact.slash("wiki edit");
  await community.answered(open);
  const same = await community.answered(discord.interact.modal(open, { title: "numbers", body: MINE }));
  assertStringIncludes(same.content, "There is a page “Numbers” already");
  const alike = await community.answered(discord.interact.modal(open, { title: "Numbers!", body: MINE }));
  assertStringIncludes(alike.content, "“Numbers!” is another name of the page “Numbers”");
  assertEquals(await bodyNow(community), THEIRS);
  await community.answered(discord.interact.button(alike, { label: /below/ }));
  assertEquals(await bodyNow(community), `${THEIRS}\n\n${MINE}`);
});

Deno.test("equal texts are told so, and texts too different to compare are handed out", async () => {
  await using community = await startCommunity();
  const { discord, ada } = community;
  await community.addPage("Numbers", MINE);
  const open = discord.interact.slash("wiki edit");
  await community.answered(open);
  const taken = await community.answered(discord.interact.modal(open, { title: "numbers", body: MINE }));
  const compare = () => community.answered(discord.interact.button(taken, { label: /difference/ }));
  assertStringIncludes((await compare()).content, "exactly your text");

  const { id } = await community.backend.findPage(ada, "numbers");
  const other = Array.from({ length: 5000 }, (_, n) => `line ${n}`).join("\n");
  await community.backend.updatePage(ada, id, { body: other, tags: [] });
  const both = await compare();
  assertStringIncludes(both.content, "differ too much");
  assertEquals(both.files.map(({ text }) => text), [other, MINE]);
});
