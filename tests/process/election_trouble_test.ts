/** An election that cannot run: the bot says what is missing and how to see it, is not the leader, answers people, and keeps trying. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { electorRights } from "../doubles/lease_api/accounts.ts";
import { startTcpProxy } from "../doubles/tcp_proxy.ts";
import type { BotProcess } from "./bot_process.ts";
import { LEASE_NAME, Surroundings } from "./surroundings.ts";

const ELECTED = "elected as sync leader, starting member sync job";
const UNREACHED = "the election cannot reach its Lease, trying again";

async function assertServesWithoutLeading({ discord }: Surroundings, bot: BotProcess): Promise<void> {
  await bot.line("connected to Discord");
  const pong = await discord.interact.slash("ping").answer();
  assertMatch(pong.text, /Pong[^]*nobody leads it/);
  const [ready, health] = await Promise.all([bot.get("/ready"), bot.get("/health")]);
  assertEquals([await ready.text(), await health.text()], ["ok\n", "ok\n"]);
  assert(!bot.lines.some(({ msg }) => msg === ELECTED || msg === "member sync started"), bot.output.join("\n"));
}

Deno.test("without rights the log names verb, resource and the kubectl line; once they are given, the bot leads", async () => {
  await using around = await Surroundings.open();
  const env = await around.pod("bot-a");
  around.account("bot-a").rights = [];
  const bot = around.start({ name: "bot-a", env });
  const { error } = await bot.line(UNREACHED);
  assertStringIncludes(String(error), `Cannot get leases/${LEASE_NAME} in namespace hivemind: 403`);
  assertStringIncludes(
    String(error),
    `kubectl auth can-i get leases.coordination.k8s.io/${LEASE_NAME} --namespace hivemind --as system:serviceaccount:hivemind:bot-a`,
  );
  await assertServesWithoutLeading(around, bot);
  around.account("bot-a").rights = [{ verb: "get", resourceName: LEASE_NAME }];
  const further = await bot.line(UNREACHED, { where: ({ request }) => request === "write" });
  assertStringIncludes(
    String(further.error),
    "kubectl auth can-i create leases.coordination.k8s.io --namespace hivemind",
  );
  around.account("bot-a").rights = electorRights(LEASE_NAME);
  await bot.line(ELECTED, { withinMs: 10_000 });
  const complaints = bot.lines.filter(({ msg }) => msg === UNREACHED);
  assertEquals(complaints.length, 2, "what stays the same is said once");
});

Deno.test("without the right to watch the bot reads instead, says so once, and leads", async () => {
  await using around = await Surroundings.open();
  const env = await around.pod("bot-a");
  around.account("bot-a").rights = electorRights(LEASE_NAME).filter(({ verb }) => verb !== "watch");
  const bot = around.start({ name: "bot-a", env });
  const { error } = await bot.line("the election may not watch its Lease, reading it each retry period instead");
  assertStringIncludes(String(error), `kubectl auth can-i watch leases.coordination.k8s.io/${LEASE_NAME}`);
  await bot.line(ELECTED);
});

Deno.test("a service account token that cannot be read is named, and read as soon as it can be", async () => {
  await using around = await Surroundings.open();
  const env = await around.pod("bot-a");
  const path = `${env.SERVICE_ACCOUNT_DIR}/token`;
  const token = await Deno.readTextFile(path);
  await Deno.remove(path);
  await Deno.mkdir(path);
  const bot = around.start({ name: "bot-a", env });
  const { error } = await bot.line(UNREACHED);
  assertStringIncludes(String(error), `Cannot read the service account token at ${path}; is serviceAccountName set?`);
  await assertServesWithoutLeading(around, bot);
  assertEquals(around.leaseApi.requests, []);
  await Deno.remove(path);
  await Deno.writeTextFile(path, token);
  await bot.line(ELECTED, { withinMs: 10_000 });
});

Deno.test("without HOSTNAME the bot cannot stand for election, says so, and serves people until SIGTERM", async () => {
  await using around = await Surroundings.open();
  const { HOSTNAME: _, ...env } = await around.pod("bot-a");
  const bot = around.start({ name: "bot-a", env });
  await bot.line("cannot take part in the election without an identity; set HOSTNAME to the pod's name");
  await assertServesWithoutLeading(around, bot);
  assertEquals(around.leaseApi.requests, []);
  assertEquals((await bot.end("SIGTERM")).code, 0);
});

Deno.test("with a Lease API that is down from the start nobody leads; when it comes up, somebody does", async () => {
  await using around = await Surroundings.open();
  await using proxy = startTcpProxy({ target: around.leaseApiAddress });
  proxy.refuses = true;
  const bot = around.start({ name: "bot-a", env: await around.pod("bot-a", { api: proxy }) });
  await bot.line(UNREACHED);
  await assertServesWithoutLeading(around, bot);
  proxy.heal();
  await bot.line(ELECTED, { withinMs: 10_000 });
});
