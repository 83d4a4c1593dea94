import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertMatch, assertRejects } from "@std/assert";
import { ActivityType, type Client, DiscordAPIError, Events, GatewayIntentBits, Routes, Status } from "discord.js";
import { eventually, join } from "./client.ts";
import { startDiscordDouble } from "./double.ts";

/** Waits for one event of a client. */
function once(client: Client, event: Events): Promise<unknown[]> {
  return new Promise((resolve) => client.once(String(event), (...args: unknown[]) => resolve(args)));
}

Deno.test("a client logs in, sees its guild and leaves nothing open", async () => {
  await using double = await startDiscordDouble();
  const guild = double.world.addGuild({ name: "Library", memberCount: 25_000 });
  await using client = await join(double);

  assertEquals(client.user?.id, double.applicationId);
  const seen = client.guilds.cache.get(guild.id);
  assertEquals([seen?.name, seen?.memberCount, seen?.large, seen?.members.cache.size], ["Library", 25_000, true, 1]);
  client.user?.setPresence({ activities: [{ name: "/wiki", type: ActivityType.Custom }] });
  await double.effects.until(() => double.gateway.sessions[0]?.presence, { what: "presence" });
  assertEquals(double.gateway.identifies, 1);
  assertEquals(double.gateway.sessions.map(({ replica }) => replica), ["replica-1"]);
});

Deno.test("three clients of one token all get an interaction, and only the first callback counts", async () => {
  await using double = await startDiscordDouble({ identifyWindowMs: 0 });
  double.world.addGuild();
  await using one = await join(double, { replica: "one" });
  await using two = await join(double, { replica: "two" });
  await using three = await join(double, { replica: "three" });
  const refusals: unknown[] = [];
  for (const client of [one, two, three]) {
    client.on(Events.InteractionCreate, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply({ content: `hello ${interaction.user.globalName}`, flags: "Ephemeral" })
        .catch((error) => refusals.push(error.code));
    });
  }

  const ping = double.interact.slash("ping");
  const attempts = await ping.attempted(3);
  await eventually(() => refusals.length === 2);

  assertEquals(refusals, [40060, 40060]);
  assertEquals(attempts.map(({ replica }) => replica).toSorted(), ["one", "three", "two"]);
  const answer = await ping.answer();
  assertEquals([answer.content, answer.ephemeral], ["hello Some Body", true]);
  assertEquals(double.effects.of("message").length, 1);
  assertEquals(double.effects.of("message")[0]?.replica, ping.accepted?.replica);
});

Deno.test("the second callback gets 10062 when the test says so", async () => {
  await using double = await startDiscordDouble({ lostClaimCode: 10062 });
  double.world.addGuild();
  await using client = await join(double);
  const codes: unknown[] = [];
  client.on(Events.InteractionCreate, async (interaction) => {
    const path = Routes.interactionCallback(interaction.id, interaction.token);
    await client.rest.post(path, { body: { type: 5 }, auth: false });
    const other = `${double.apiBase("other")}/v10${path}`;
    const response = await fetch(other, {
      method: "POST",
      body: '{"type":5}',
      headers: { "content-type": "application/json" },
    });
    codes.push(response.status, (await response.json()).code);
  });
  double.interact.slash("ping");
  await eventually(() => codes.length === 2);
  assertEquals(codes, [404, 10062]);
});

Deno.test("a gateway without the portal's member intent closes with 4014, a wrong token gets 401", async () => {
  await using double = await startDiscordDouble({ grantedIntents: 0 });
  await assertRejects(() => join(double), Error, "disallowed intents");
  assertEquals(double.gateway.closeCodes, [4014]);
  const response = await fetch(`${double.apiBase()}/v10/gateway/bot`, { headers: { authorization: "Bot nonsense" } });
  await response.body?.cancel();
  assertEquals([response.status, double.invalidRequests], [401, 1]);
});

Deno.test("an identify with a wrong token is closed with 4004", async () => {
  await using double = await startDiscordDouble();
  const socket = new WebSocket(`ws://127.0.0.1:${double.port}/gateway/?v=10&encoding=json`);
  socket.onopen = () => socket.send(JSON.stringify({ op: 2, d: { token: "nonsense", intents: 1, properties: {} } }));
  const { code } = await new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  assertEquals(code, 4004);
});

Deno.test("one identify bucket answers the second identify with op 9", async () => {
  await using double = await startDiscordDouble();
  const opcodes: number[][] = [];
  for (const _ of [1, 2]) {
    const socket = new WebSocket(`ws://127.0.0.1:${double.port}/gateway`);
    const seen: number[] = [];
    const identify = { op: 2, d: { token: double.token, intents: 1, properties: {}, shard: [0, 1] } };
    await new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        seen.push(JSON.parse(data).op);
        if (seen.length === 1) socket.send(JSON.stringify(identify));
        else resolve();
      };
    });
    opcodes.push(seen);
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close(1000);
    await closed;
  }
  assertEquals(opcodes, [[10, 0], [10, 9]]);
  assertEquals([double.gateway.identifies, double.gateway.identifiesRefused], [2, 1]);
});

Deno.test("a cut connection resumes and hears what it missed", async () => {
  await using double = await startDiscordDouble();
  const guild = double.world.addGuild();
  await using client = await join(double);
  const resumed = once(client, Events.ShardResume);
  const added = once(client, Events.GuildMemberAdd);

  double.gateway.cut();
  double.world.addMember(guild.id, { username: "late" });
  const [member] = await added;
  await resumed;

  assertMatch(String(member), /^<@/);
  assertEquals(double.gateway.sessions.map(({ resumes, connected }) => [resumes, connected]), [[1, true]]);
  assertEquals([double.gateway.identifies, client.ws.status], [1, Status.Ready]);
});

Deno.test("op 7 makes a client resume", async () => {
  await using double = await startDiscordDouble();
  double.world.addGuild();
  await using client = await join(double);
  const resumed = once(client, Events.ShardResume);
  double.gateway.reconnect();
  await resumed;
  assertEquals([double.gateway.identifies, double.gateway.sessions[0]?.resumes], [1, 1]);
});

Deno.test("after op 9 the session cannot be resumed", async () => {
  await using double = await startDiscordDouble();
  const socket = new WebSocket(`ws://127.0.0.1:${double.port}/gateway`);
  const seen: unknown[] = [];
  socket.onmessage = ({ data }) => {
    const { op, t } = JSON.parse(data);
    seen.push(t ?? op);
    if (seen.length === 1) {
      socket.send(JSON.stringify({ op: 2, d: { token: double.token, intents: 1, properties: {} } }));
    }
    if (t === "READY") double.gateway.invalidate();
    const resume = { op: 6, d: { token: double.token, session_id: "session-1", seq: 1 } };
    if (op === 9 && seen.length === 3) {
      double.gateway.cut();
      const again = new WebSocket(`ws://127.0.0.1:${double.port}/r/two/gateway`);
      again.onmessage = ({ data }) => {
        seen.push(JSON.parse(data).op);
        if (seen.length === 4) again.send(JSON.stringify(resume));
        else again.close(1000);
      };
    }
  };
  await eventually(() => seen.length === 5);
  assertEquals(seen, [10, "READY", 9, 10, 9]);
});

Deno.test("members page by id over REST, made up but the same each time", async () => {
  await using double = await startDiscordDouble();
  const guild = double.world.addGuild({ memberCount: 2_500 });
  const late = double.world.addMember(guild.id, { username: "late", nick: "🦊" });
  double.world.removeMember(guild.id, [...double.world.memberIds(guild.id)][7] ?? "");
  await using client = await join(double);

  const ids: string[] = [];
  let after = "0";
  while (true) {
    const query = new URLSearchParams({ limit: "1000", after });
    const page = await client.rest.get(Routes.guildMembers(guild.id), { query });
    if (!Array.isArray(page) || page.length === 0) break;
    ids.push(...page.map(({ user }) => user.id));
    after = ids.at(-1) ?? "";
  }
  assertEquals(ids.length, 2_500);
  assertEquals(ids, [...double.world.memberIds(guild.id)]);
  assert(ids.includes(late.user.id));
  assertEquals(ids, ids.toSorted((a, b) => BigInt(a) < BigInt(b) ? -1 : 1));

  double.grantIntents(0);
  const refused = await assertRejects(() => client.rest.get(Routes.guildMembers(guild.id)), DiscordAPIError);
  assertEquals([refused.status, refused.code], [403, 50001]);
});

Deno.test("a wrong body is refused with its path and fails the test that caused it", async () => {
  const double = await startDiscordDouble();
  const guild = double.world.addGuild();
  const client = await join(double);
  const embeds = [{ title: "x".repeat(257), description: "d" }];
  const refused = await assertRejects(
    () => client.rest.post(Routes.channelMessages(guild.channelId), { body: { embeds } }),
    DiscordAPIError,
  );
  await client.destroy();
  assertEquals([refused.status, refused.code], [400, 50035]);
  assertEquals(double.violations.map(({ path, replica }) => [path, replica]), [["embeds.0.title", "replica-1"]]);
  await assertRejects(() => double.close(), Error, "embeds.0.title");
});

Deno.test("faults: 429 and 500 are retried by the client, a cut after the request leaves its effect", async () => {
  await using double = await startDiscordDouble();
  const guild = double.world.addGuild();
  await using client = await join(double);
  const route = "POST /channels/:channel/messages";
  double.fault({ route }, { kind: "rate-limit", scope: "shared", retryAfterMs: 30 });
  double.fault({ route }, { kind: "status", status: 500 });
  const post = () => client.rest.post(Routes.channelMessages(guild.channelId), { body: { content: "hi" } });
  const startMs = performance.now();
  await post();
  assertGreaterOrEqual(performance.now() - startMs, 30);
  assertEquals(double.requests.filter(({ method }) => method === "POST").map(({ status }) => status), [429, 500, 200]);
  assertEquals(double.invalidRequests, 0);

  double.fault({ route, replica: "replica-1" }, { kind: "cut", when: "after" });
  await post().catch(() => {});
  assertGreaterOrEqual(double.effects.of("message").length, 2);

  const stall = double.fault({ route }, { kind: "stall", forMs: Infinity });
  const waiting = post();
  await double.effects.until(() => stall.hits === 1 || undefined, { what: "a hit" });
  const before = double.effects.of("message").length;
  stall.remove();
  await waiting;
  assertLess(before, double.effects.of("message").length);
});

Deno.test("the heartbeat of a silent gateway goes unanswered, and the client comes back by itself", async () => {
  await using double = await startDiscordDouble({ heartbeatIntervalMs: 100 });
  double.world.addGuild();
  await using client = await join(double);
  const resumed = once(client, Events.ShardResume);
  double.gateway.silence(true);
  await resumed;
  assertEquals(double.gateway.sessions[0]?.resumes, 1);
});

Deno.test("an event reaches only sessions that asked for it", async () => {
  await using double = await startDiscordDouble({ identifyWindowMs: 0 });
  const guild = double.world.addGuild();
  await using _with = await join(double, { replica: "with" });
  await using _without = await join(double, { replica: "without", intents: [GatewayIntentBits.Guilds] });
  const before = double.gateway.sessions.map(({ sequence }) => sequence);
  double.world.addMember(guild.id);
  assertEquals(double.gateway.sessions.map(({ sequence }, nth) => sequence - (before[nth] ?? 0)), [1, 0]);
});
