/** The log messages that operators search for, word for word. */
import { assertArrayIncludes, assertEquals, assertMatch } from "@std/assert";
import type { BotProcess, LogLine } from "./bot_process.ts";
import { LEASE_NAME, NAMESPACE, Surroundings } from "./surroundings.ts";

/** A line without what differs from run to run. */
function facts({ time: _, level: __, token: ___, ...facts }: LogLine): Record<string, unknown> {
  return facts;
}

function factsOf(process: BotProcess): Record<string, unknown>[] {
  return process.lines.map(facts);
}

Deno.test("every log message of the election is said, with its fields", async () => {
  await using around = await Surroundings.open();
  const alone = around.start({ name: "alone", env: around.standalone("alone") });
  await alone.line("detected standalone environment, running syncs directly");
  await alone.end("SIGKILL");

  const first = around.start({ name: "bot-a", env: await around.pod("bot-a") });
  await first.line("elected as sync leader, starting member sync job");
  const second = around.start({
    name: "bot-b",
    env: { ...await around.pod("bot-b"), POD_NAMESPACE: NAMESPACE },
  });
  await second.line("new sync leader elected");
  const third = around.start({ name: "bot-c", env: { ...await around.pod("bot-c"), LOG_FORMAT: "text" } });
  await third.complaint(/new sync leader elected leader=bot-a self=bot-c$/);
  around.leaseApi.edit(NAMESPACE, LEASE_NAME, (lease) => ({
    ...lease,
    spec: { ...lease.spec, holderIdentity: "somebody-else" },
  }));
  await first.line("lost sync leadership, stopping sync job");
  await Promise.all([first, second].map((bot) => {
    return bot.line("new sync leader elected", { where: ({ leader }) => leader === "somebody-else" });
  }));

  assertArrayIncludes(factsOf(first), [
    { msg: "detected Kubernetes environment, using leader election for syncs" },
    { msg: "detected namespace from service account", namespace: NAMESPACE },
    { msg: "starting leader election for sync job", identity: "bot-a", namespace: NAMESPACE },
    { msg: "elected as sync leader, starting member sync job", identity: "bot-a" },
    {
      msg: "lost sync leadership, stopping sync job",
      identity: "bot-a",
      reason: "the Lease is held by somebody-else",
    },
    { msg: "new sync leader elected", leader: "somebody-else", self: "bot-a" },
  ]);
  assertArrayIncludes(factsOf(second), [
    { msg: "using namespace from POD_NAMESPACE env var", namespace: NAMESPACE },
    { msg: "new sync leader elected", leader: "bot-a", self: "bot-b" },
  ]);
  const text = third.output.join("\n");
  assertMatch(text, /INFO {2}detected Kubernetes environment, using leader election for syncs$/m);
  assertMatch(text, /INFO {2}detected namespace from service account namespace=hivemind$/m);
  assertMatch(text, /INFO {2}starting leader election for sync job identity=bot-c namespace=hivemind$/m);
  assertEquals([first.ended, second.ended, third.ended], [undefined, undefined, undefined]);
});
