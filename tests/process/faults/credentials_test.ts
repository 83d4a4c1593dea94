/** What operators and clusters do to a running replica's credentials and rights: nobody has to be restarted. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { electorRights } from "../../doubles/lease_api/accounts.ts";
import { makeCertificate } from "../../doubles/lease_api/certificates.ts";
import { LEASE_NAME, Surroundings } from "../surroundings.ts";
import { until } from "../until.ts";
import { ELECTED, leads, LOST, type Replica, Trio, UNREACHED } from "./trio.ts";

/** Waits until its writes have been accepted so many more times. */
async function renewals({ around }: Trio, { name }: Replica, count: number): Promise<void> {
  const { requests } = around.leaseApi;
  const from = requests.length;
  await until(`${count} renewals of ${name}`, () => {
    return requests.slice(from).filter(({ account, verb, code }) =>
      account === name && verb === "update" && code === 200
    ).length >= count;
  });
}

Deno.test("tokens that are rotated and a CA that is joined by another cost nobody the leadership", async () => {
  await using trio = await Trio.open();
  const { around } = trio;
  const leader = await trio.leader();
  for (const { name } of trio.replicas) await around.account(name).rotateToken();
  await renewals(trio, leader, 2);
  const { ca } = await makeCertificate(Date.now(), ["127.0.0.1"]);
  for (const { name } of trio.replicas) {
    await Deno.writeTextFile(`${around.account(name).dir}/ca.crt`, `${around.leaseApi.ca}\n${ca}`);
  }
  await renewals(trio, leader, 3);
  assert(leads(leader) && !leader.bot.lines.some(({ msg }) => msg === LOST), leader.bot.output.join("\n"));
  trio.assertOneAtATime();
});

Deno.test("a leader whose CA file is wrong stops; another leads; with the right file it is a candidate again", async () => {
  await using trio = await Trio.open();
  const { around } = trio;
  const leader = await trio.leader();
  const file = `${around.account(leader.name).dir}/ca.crt`;
  await Deno.writeTextFile(file, (await makeCertificate(Date.now(), ["127.0.0.1"])).ca);
  await leader.bot.line(LOST);
  const { error } = await leader.bot.line(UNREACHED);
  assertStringIncludes(String(error).toLowerCase(), "certificate");
  await trio.leader({ except: leader });
  await trio.assertServes();
  await Deno.writeTextFile(file, around.leaseApi.ca);
  trio.assertOneAtATime();
  const after = leader.bot.lines.length;
  await Promise.all(trio.others(leader).map(({ bot }) => bot.end("SIGTERM")));
  await leader.bot.line(ELECTED, { after });
});

Deno.test("a leader that loses its rights stops; another leads; when nobody has any, nobody leads until they are given", async () => {
  await using trio = await Trio.open();
  const { around } = trio;
  const leader = await trio.leader();
  around.account(leader.name).rights = [];
  await leader.bot.line(LOST);
  const { error } = await leader.bot.line(UNREACHED);
  assertStringIncludes(String(error), `kubectl auth can-i update leases.coordination.k8s.io/${LEASE_NAME}`);
  const next = await trio.leader({ except: leader });
  for (const { name } of trio.replicas) around.account(name).rights = [];
  await next.bot.line(LOST);
  await trio.assertServes();
  assertEquals(trio.replicas.filter(leads), []);
  for (const { name } of trio.replicas) around.account(name).rights = electorRights(LEASE_NAME);
  await trio.leader();
  trio.assertOneAtATime();
});

Deno.test("a token that has expired is told with its path, and the fresh one is used at once", async () => {
  await using around = await Surroundings.open();
  const bot = around.start({ name: "bot-a", env: await around.pod("bot-a") });
  await bot.line("elected as sync leader, starting member sync job");
  const { dir } = around.account("bot-a");
  const fresh = await Deno.readTextFile(`${dir}/token`);
  await Deno.writeTextFile(`${dir}/token`, "token.that.has-expired");
  const { error } = await bot.line(UNREACHED);
  assertStringIncludes(String(error), `401`);
  assertStringIncludes(String(error), `is the token at ${dir}/token of this cluster, and still valid?`);
  await Deno.writeTextFile(`${dir}/token`, fresh);
  await bot.line("the election reaches its Lease again");
});
