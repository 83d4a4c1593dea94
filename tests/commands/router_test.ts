import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { customId } from "../../src/discord/custom_id.ts";
import { startCommunity } from "./replicas.ts";

const CALLBACK = "POST /interactions/:id/:token/callback";
const EDIT = "PATCH /webhooks/:app/:token/messages/:message";

Deno.test("who loses the claim is silent, whichever way Discord tells it", async () => {
  for (const lostClaimCode of [40060, 10062] as const) {
    await using community = await startCommunity({ lostClaimCode });
    const add = community.discord.interact.slash("quote add", { text: "once" });
    await community.answered(add);
    assertEquals(add.refused.map(({ code }) => code), [lostClaimCode, lostClaimCode]);
    assertEquals(community.writes, ["createQuote"]);
    assertEquals(community.log.filter(({ level }) => level !== "debug" && level !== "info"), []);
    assertEquals(await community.outcomes("quote add"), { done: 1, lost: 2 });
  }
});

Deno.test("a rate limit and a failure of Discord in the middle are waited out", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  const faults = [
    discord.fault({ route: EDIT }, { kind: "rate-limit", scope: "user", retryAfterMs: 60 }),
    discord.fault({ route: EDIT, skip: 1 }, { kind: "status", status: 500 }),
  ];
  for (const _ of faults) {
    assertStringIncludes((await community.answered(discord.interact.slash("quote random"))).content, "no quotes");
  }
  assertEquals(faults.map(({ hits }) => hits), [1, 1]);
  assertEquals(await community.outcomes("quote random"), { done: 2, lost: 4 });
});

Deno.test("Discord failing on the claim still makes one effect", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  discord.fault({ route: CALLBACK, times: 2 }, { kind: "status", status: 502 });
  const add = discord.interact.slash("quote add", { text: "once" });
  await discord.effects.waitFor("edit");
  await community.worked(add);
  assertEquals(community.writes, ["createQuote"]);
  const outcomes = await community.outcomes("quote add");
  assertEquals([outcomes.done, outcomes.lost], [1, 2]);
});

Deno.test("an answer that Discord refuses becomes a sentence that does not hide what was done", async () => {
  await using community = await startCommunity();
  const { discord } = community;
  discord.fault({ route: EDIT }, { kind: "status", status: 400, code: 50035, message: "Invalid Form Body" });
  const answer = await community.answered(discord.interact.slash("quote add", { text: "kept" }));
  assertStringIncludes(answer.content, "could not show the answer");
  assertEquals(answer.files.map(({ text }) => text), ["kept"]);
  assertEquals(community.writes, ["createQuote"]);
  assert(community.log.some(({ level, cause }) => level === "error" && `${cause}`.includes("Invalid Form Body")));
});

Deno.test("an interaction that cannot be answered at all is logged, and the replica lives on", async () => {
  await using community = await startCommunity({ replicas: 1 });
  const { discord } = community;
  const fault = discord.fault({ route: EDIT, times: 99 }, { kind: "status", status: 404, code: 10008 });
  const lost = discord.interact.slash("quote random");
  await community.worked(lost);
  assertEquals(lost.current, undefined);
  assert(community.log.some(({ msg }) => msg === "interaction could not be answered"));
  fault.remove();
  await community.answered(discord.interact.slash("quote random"));
  assertEquals(await community.outcomes("quote random"), { failed: 1, done: 1 });
});

Deno.test("a replica that cannot read leaves the first answer to one that can", async () => {
  await using community = await startCommunity({ replicas: 1, speed: 20 });
  const { discord } = community;
  community.faults.fail(new Failure("unreachable", "down"), "findPage");
  const edit = discord.interact.slash("wiki edit", { title: "x" });
  await community.answered(edit);
  const waitedMs = (edit.accepted?.afterMs ?? 0) * 20;
  assert(waitedMs > 1_500 && waitedMs < 2_900, `${waitedMs} ms`);
});

Deno.test("a replica that does not know a command leaves it to one of another version", async () => {
  await using community = await startCommunity({ replicas: 1, speed: 20 });
  const unknown = community.discord.interact.slash("wiki frobnicate");
  await community.answered(unknown);
  assert((unknown.accepted?.afterMs ?? 0) * 20 > 1_500);
  const typing = community.discord.interact.autocomplete("wiki frobnicate", { x: "y" }, { focused: "x" });
  assertEquals((await community.answered(typing)).choices, []);
  assert((typing.accepted?.afterMs ?? 0) * 20 > 1_500);
});

Deno.test("after a replica is killed any other answers the next click on its messages", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  await community.addPage("Cats", "A tale");
  await community.addPage("Dogs", "A tale");
  const search = interact.slash("wiki search", { query: "tale" });
  await community.answered(search);
  await community.kill(search.accepted?.replica ?? "");
  const picked = interact.select(search, /search-pick/, ["Dogs"]);
  const page = await community.answered(picked);
  assertEquals(page.embeds[0]?.title, "Dogs");
  await community.kill(picked.accepted?.replica ?? "");
  assertStringIncludes((await community.answered(interact.button(page, { label: /Back/ }))).content, "2 pages");
});

Deno.test("a command for servers is refused in a direct message, without a crash", async () => {
  await using community = await startCommunity();
  for (const [path, options] of [["wiki search", { query: "x" }], ["wiki edit", {}], ["quote random", {}]] as const) {
    const answer = await community.answered(community.discord.interact.slash(path, options, { in: "dm" }));
    assertStringIncludes(answer.content, "in servers only");
  }
  assertEquals(community.log.filter(({ level }) => level === "error"), []);
});

Deno.test("commands and buttons that this version does not know are told so", async () => {
  await using community = await startCommunity({ speed: 20 });
  const { discord, guild } = community;
  const unknown = await community.answered(discord.interact.slash("wiki frobnicate"));
  assertStringIncludes(unknown.content, "another version");
  for (
    const id of ["wiki_edit:12", customId("page-fly", "1"), customId("search", "no-number"), customId("__proto__")]
  ) {
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: "Old", custom_id: id }] }];
    const posted = await fetch(`${discord.apiBase()}/v10/channels/${guild.channelId}/messages`, {
      method: "POST",
      headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
      body: JSON.stringify({ content: "old", components }),
    });
    const click = discord.interact.button(await posted.json(), id);
    await community.worked(click);
    const told = click.current?.content ?? click.followups[0]?.content ?? "";
    assertStringIncludes(told, "another version", id);
  }
});

Deno.test("metrics know commands by a closed set of names", async () => {
  await using community = await startCommunity({ speed: 20 });
  await community.answered(community.discord.interact.slash("wiki frobnicate"));
  assertEquals(await community.outcomes("wiki frobnicate"), {});
  assertEquals(await community.outcomes("unknown"), { refused: 1, lost: 2 });
});

Deno.test("no answer shows what only operators may read", async () => {
  await using community = await startCommunity();
  community.faults.fail(
    new Failure("unknown", "13 INTERNAL: pq: duplicate key", { cause: new Error("at pool.go:12") }),
  );
  for (const command of ["quote random", "quote add"]) {
    const answer = await community.answered(community.discord.interact.slash(command, { text: "x" }));
    assertStringIncludes(answer.content, "Something went wrong on my side");
    assertFalse(/pq|INTERNAL|pool/.test(answer.text));
  }
});
