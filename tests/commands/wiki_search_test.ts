import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { startCommunity } from "./replicas.ts";

Deno.test("one hit is shown", async () => {
  await using community = await startCommunity();
  await community.addPage("Deploy guide", "How we run the deployment.");
  await community.addPage("Lunch", "Pizza");
  const handle = community.discord.interact.slash("wiki search", { query: "deploying" });
  const answer = await community.answered(handle);
  assert(answer.ephemeral);
  assertEquals(answer.embeds[0]?.title, "Deploy guide");
  assertFalse(answer.buttons.some(({ label }) => label.includes("Back")));
  assertEquals(await community.outcomes("wiki search"), { done: 1, lost: 2 });
});

Deno.test("several hits are offered; a chosen one leads back to them", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  await community.addPage("Cats", "A tale of pets");
  await community.addPage("Dogs", `${"So much to say before it comes to the point: ".repeat(3)}another tale`);
  const search = interact.slash("wiki search", { query: "tale" });
  const results = await community.answered(search);
  assertStringIncludes(results.content, "🔎 tale\n2 pages");
  const options = results.selects[0]?.options.map(({ label, description }) => [label, description]) ?? [];
  assertEquals(options.toSorted(), [["Cats", "A tale of pets"], ["Dogs", "…comes to the point: another tale"]]);

  const page = await community.answered(interact.select(search, /search-pick/, ["Cats"]));
  assertEquals(page.embeds[0]?.title, "Cats");
  assertEquals(page.selects.length, 0);
  assertEquals(page.message?.id, results.message?.id);

  const back = await community.answered(interact.button(page, { label: /Back/ }));
  assertStringIncludes(back.content, "2 pages");
  assertEquals(back.embeds.length, 0);
  assertEquals(back.selects[0]?.options.length, 2);
});

Deno.test("more than 25 hits come in slices, and the way back leads to the right one", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  for (let n = 0; n < 60; n++) await community.addPage(`Tale ${n}`, "body");
  const search = interact.slash("wiki search", { query: "tale" });
  const first = await community.answered(search);
  assertMatch(first.content, /60 pages · 1–25/);
  assertFalse(first.buttons.some(({ label }) => label.includes("Previous")));
  const second = await community.answered(interact.button(search, { label: /Next/ }));
  assertMatch(second.content, /26–50/);
  const third = await community.answered(interact.button(second, { label: /Next/ }));
  assertMatch(third.content, /51–60/);
  assertFalse(third.buttons.some(({ label }) => label.includes("Next")));

  const seen = [first, second, third].flatMap(({ selects }) => selects[0]?.options.map(({ value }) => value) ?? []);
  assertEquals(new Set(seen).size, 60);

  const chosen = third.selects[0]?.options[0]?.label ?? "";
  const page = await community.answered(interact.select(third, /search-pick/, [chosen]));
  const back = await community.answered(interact.button(page, { label: /Back/ }));
  assertMatch(back.content, /51–60/);
  const previous = await community.answered(interact.button(back, { label: /Previous/ }));
  assertMatch(previous.content, /26–50/);
});

Deno.test("a slice that has become empty leads back to the first", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  for (let n = 0; n < 26; n++) await community.addPage(`Page ${n}`, "a tale");
  const search = await community.answered(interact.slash("wiki search", { query: "tale" }));
  const { id } = await community.backend.findPage(community.ada, "Page 3");
  await community.backend.updatePage(community.ada, id, { body: "no more", tags: [] });
  const next = await community.answered(interact.button(search, { label: /Next/ }));
  assertStringIncludes(next.content, "🔎 tale\n25 pages");
  assertEquals(next.selects[0]?.options.length, 25);
});

Deno.test("no hit offers to create the page, with the query as its title", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  const search = interact.slash("wiki search", { query: "Flux  capacitor" });
  const none = await community.answered(search);
  assertStringIncludes(none.content, "🔎 Flux capacitor\nNo page matches");
  const form = await community.answered(interact.button(search, { label: /Create/ }));
  assertEquals(form.modal?.inputs[0]?.value, "Flux capacitor");
});

Deno.test("emoji, right-to-left text, Markdown and mentions survive the way through a message", async () => {
  await using community = await startCommunity();
  const { interact } = community.discord;
  for (const query of ["😀 שלום", "**bold** @everyone <@1>", "# heading", "a".repeat(100), "> 100%:;|"]) {
    const search = await community.answered(interact.slash("wiki search", { query }));
    const form = await community.answered(interact.button(search, { label: /Create/ }));
    assertEquals(form.modal?.inputs[0]?.value, query);
  }
});

Deno.test("titles and texts at their limits fit into the menu", async () => {
  await using community = await startCommunity();
  await community.addPage("👩🏽‍👩🏿‍👧🏻‍👦🏾x".repeat(8), "😀".repeat(3000) + " tale");
  await community.addPage("y".repeat(200), "@everyone tale");
  const results = await community.answered(community.discord.interact.slash("wiki search", { query: "tale" }));
  assertEquals(results.selects[0]?.options.length, 2);
});

Deno.test("a backend that hangs or is down makes one clear sentence with a reference that the log explains", async () => {
  await using community = await startCommunity({ speed: 200 });
  community.faults.hang("searchPages");
  const hanging = await community.answered(community.discord.interact.slash("wiki search", { query: "x" }));
  assertStringIncludes(hanging.content, "does not answer at the moment");
  community.faults.fail(new Failure("unreachable", "14 UNAVAILABLE: 10.0.0.7:50051"));
  const down = await community.answered(community.discord.interact.slash("wiki search", { query: "x" }));
  const reference = down.content.match(/Reference `([0-9a-f]{8})`/)?.[1];
  const line = community.log.find((logged) => logged.reference === reference);
  assertEquals(line?.level, "warn");
  assertEquals(line?.cause, "14 UNAVAILABLE: 10.0.0.7:50051");
  assertFalse(down.text.includes("UNAVAILABLE"));
  assertEquals(await community.outcomes("wiki search"), { failed: 2, lost: 4 });
});
