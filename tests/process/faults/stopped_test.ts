/** A leader that stands still for longer than its lease, in the middle of its work. */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { until } from "../until.ts";
import { LOST, Trio } from "./trio.ts";

const MEMBERS = 6_000;
/** Of 3 s. */
const LEASES_STOPPED = 2.5;

Deno.test("a leader that is stopped for longer than its lease writes nothing more when it goes on", async () => {
  await using trio = await Trio.open({ members: MEMBERS, pageMs: 400 });
  const { discord, leaseApi } = trio.around;
  const stopped = await trio.leader();
  const pages = (replica: string) =>
    discord.requests.filter((request) => request.replica === replica && request.path.endsWith("/members"));
  await until("it is in the middle of its sync", () => pages(stopped.name).length >= 2);
  stopped.bot.signal("SIGSTOP");
  // Nobody shall tell it afterwards; its own clock has to.
  stopped.network.stall();
  const stoppedAtMs = performance.now();

  const next = await trio.leader({ except: stopped });
  discord.world.addMember(trio.guild.id, { username: "joined meanwhile" });
  await next.bot.line("member sync finished");
  await trio.assertServes();
  await until("everyone is in the backend", () => trio.membersInBackend() === MEMBERS + 1);
  await until("it has stood still for long", () => performance.now() - stoppedAtMs > LEASES_STOPPED * 3_000);

  const before = { asked: pages(stopped.name).length, requests: leaseApi.requests.length };
  stopped.bot.signal("SIGCONT");
  const { reason } = await stopped.bot.line(LOST, { withinMs: 3_000 });
  assertEquals(reason, "the Lease was not renewed within 2000 ms");
  // The next leader's renewals show that time enough has passed for anything that was still under way.
  const isRenewal = ({ account, verb }: typeof leaseApi.requests[number]) => account === next.name && verb === "update";
  await until("three more renewals", () => leaseApi.requests.slice(before.requests).filter(isRenewal).length >= 3);

  const writes = leaseApi.requests.slice(before.requests).filter(({ account, verb, code }) =>
    account === stopped.name && (verb === "update" || verb === "create") && code !== 409
  );
  assertEquals(writes, [], "it wrote to the Lease");
  assert(pages(stopped.name).length <= before.asked + 1, "it asked for more than the page that was on its way");
  stopped.network.heal();
  await stopped.bot.line("new sync leader elected", { where: ({ leader }) => leader === next.name });
  // The backend knows the next leader's token by now, so a write of the old one would have been refused as stale.
  const metrics = await (await stopped.bot.get("/metrics")).text();
  assertNotMatch(metrics, /outcome="stale_term"/);
  assertEquals(trio.around.lease?.spec.holderIdentity, next.name);
  assertEquals(trio.membersInBackend(), MEMBERS + 1);
  trio.assertOneAtATime({ but: stopped });
});

Deno.test("a follower that is stopped for longer than the lease takes nothing when it goes on", async () => {
  await using trio = await Trio.open();
  const leader = await trio.leader();
  const [stopped] = trio.others(leader);
  assert(stopped !== undefined);
  stopped.bot.signal("SIGSTOP");
  const fromMs = performance.now();
  await until("it has stood still for long", () => performance.now() - fromMs > 4_000);
  const { requests } = trio.around.leaseApi;
  const before = requests.length;
  stopped.bot.signal("SIGCONT");
  // It asks nothing of the API if the renewals that piled up in its watch reach it before its timer does.
  await until("it answers", () => stopped.bot.state());
  await until("the leader renews", () => {
    return requests.slice(before).filter(({ account, verb }) => account === leader.name && verb === "update").length >=
      3;
  });
  const writes = requests.slice(before).filter(({ account, code, holder }) =>
    account === stopped.name && holder !== undefined && code !== 409
  );
  assertEquals(writes, []);
  assertEquals(await trio.leader(), leader);
  trio.assertOneAtATime();
});
