import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Failure } from "../../src/failure.ts";
import { startCommunity } from "./replicas.ts";

Deno.test("/ping greets by name and tells latencies, replica and leader, once and privately", async () => {
  await using community = await startCommunity();
  const handle = community.discord.interact.slash("ping", {}, { userId: community.ada.userId });
  const answer = await community.answered(handle);
  assert(answer.ephemeral);
  assertMatch(answer.content, /Pong, ADA!\nGateway: 12 ms\nBackend: \d+ ms\nReplica: r[123]\nMember sync: led by r1/);
  assertEquals(handle.refused.length, 2);
  assertEquals(await community.outcomes("ping"), { done: 1, lost: 2 });
});

Deno.test("/ping answers in a direct message, where there is no member", async () => {
  await using community = await startCommunity();
  const answer = await community.answered(community.discord.interact.slash("ping", {}, { in: "dm" }));
  assertStringIncludes(answer.content, "Pong");
});

Deno.test("/ping answers when the backend hangs or is down", async () => {
  await using community = await startCommunity({ speed: 20 });
  community.faults.hang();
  const hanging = await community.answered(community.discord.interact.slash("ping"));
  assertStringIncludes(hanging.content, "Backend: ⚠️ does not answer");
  community.faults.fail(new Failure("unreachable", "connection refused at 10.0.0.7:50051"));
  const down = await community.answered(community.discord.interact.slash("ping"));
  assertStringIncludes(down.content, "Backend: ⚠️ does not answer");
  assert(!down.text.includes("10.0.0.7"));
});
