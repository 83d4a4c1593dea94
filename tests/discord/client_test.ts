import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { GatewayCloseCodes } from "discord-api-types/v10";
import { GatewayIntentBits, type Interaction, MessageFlags } from "discord.js";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createGateway, type Gateway } from "../../src/discord/client.ts";
import type { MemberEvent } from "../../src/discord/members.ts";
import { Failure } from "../../src/failure.ts";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type DiscordDouble, type DoubleOptions, startDiscordDouble } from "../doubles/discord/double.ts";

/** Waits for retries and for IDENTIFY pass fifty times as fast. */
const hurried: Clock = {
  ...systemClock,
  monotonicMs: () => systemClock.monotonicMs() * 50,
  after: (delayMs, run) => systemClock.after(delayMs / 50, run),
};

interface Joined extends AsyncDisposable {
  discord: DiscordDouble;
  gateway: Gateway;
  events: MemberEvent[];
  /** How often it said that events were missed. */
  missed: () => number;
  interactions: Interaction[];
  lines: string[];
}

async function join(
  options: DoubleOptions & { onInteraction?: (interaction: Interaction) => void; token?: string } = {},
): Promise<Joined> {
  const { onInteraction, token, ...rest } = options;
  const discord = await startDiscordDouble({ identifyWindowMs: 0, ...rest });
  const events: MemberEvent[] = [];
  const interactions: Interaction[] = [];
  const lines: string[] = [];
  let missed = 0;
  const gateway = createGateway({
    token: token ?? discord.token,
    apiBase: discord.apiBase("a"),
    clock: hurried,
    log: createLog({ level: "info", format: "text", write: (line) => lines.push(line) }),
    metrics: createMetrics(),
    random: () => 0,
    presence: "/wiki • /quote",
    onInteraction: (interaction) => {
      interactions.push(interaction);
      onInteraction?.(interaction);
    },
    onMemberEvent: (event) => events.push(event),
    onEventsMissed: () => missed++,
  });
  const leave = async () => {
    await gateway.close();
    await discord.close();
  };
  return { discord, gateway, events, missed: () => missed, interactions, lines, [Symbol.asyncDispose]: leave };
}

/** Polls, because events arrive over real sockets. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not happen`);
}

/** As long as discord.js takes to come back with a connection that it lost; only then it shows whether it does. */
async function halfASecond(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
}

Deno.test("the gateway connects, is ready and knows its guilds", async () => {
  await using joined = await join();
  const { discord, gateway } = joined;
  const guild = discord.world.addGuild({ name: "Library" });
  assertEquals(gateway.state().ready, false);
  await gateway.connect();
  const { ready, shards, refusal } = gateway.state();
  assertEquals([ready, refusal, shards.map(({ id, status }) => [id, status])], [true, null, [[0, "Ready"]]]);
  assertEquals(gateway.applicationId, discord.applicationId);
  assertEquals(gateway.guilds(), [{ id: guild.id, name: "Library", iconUrl: "", ownerId: guild.ownerId }]);
});

Deno.test("members who join, change and leave are told of, though nobody has seen them before", async () => {
  await using joined = await join();
  const { discord, gateway, events } = joined;
  const guild = discord.world.addGuild({ memberCount: 50 });
  await gateway.connect();
  events.length = 0;
  const joinedAt = "2024-05-06T07:08:09.000Z";
  discord.world.addMember(guild.id, { id: "300000000000000001", username: "ada", globalName: "Ada", joinedAt });
  discord.world.updateMember(guild.id, "300000000000000001", { nick: "Countess" });
  const unseen = [...discord.world.memberIds(guild.id)].find((id) =>
    id !== guild.ownerId && id !== discord.applicationId
  );
  discord.world.removeMember(guild.id, unseen ?? "");
  await until("three events", () => events.length === 3);
  const [first, second, third] = events;
  assert(first?.kind === "member" && second?.kind === "member");
  assertEquals(
    [first.member.userId, first.member.username, first.member.globalName, first.member.nickname, first.member.joinedAt],
    ["300000000000000001", "ada", "Ada", "", Date.parse(joinedAt)],
  );
  assertEquals([second.member.nickname, second.member.joinedAt], ["Countess", Date.parse(joinedAt)]);
  assertEquals(third, { kind: "member_left", guildId: guild.id, userId: unseen ?? "" });
});

Deno.test("a guild that the bot joins is new, one that it was in is not, and an outage is no leaving", async () => {
  await using joined = await join();
  const { discord, gateway, events } = joined;
  const old = discord.world.addGuild();
  await gateway.connect();
  assertEquals(events.map((event) => event.kind === "guild" && [event.guild.id, event.isNew]), [[old.id, false]]);
  events.length = 0;
  const added = discord.world.addGuild();
  await until("the new guild", () => events.length === 1);
  assertEquals(events.map((event) => event.kind === "guild" && [event.guild.id, event.isNew]), [[added.id, true]]);
  discord.world.removeGuild(old.id, { unavailable: true });
  discord.world.removeGuild(added.id);
  await until("the leaving", () => events.length === 2);
  assertEquals(events[1], { kind: "guild_left", guildId: added.id });
});

Deno.test("an interaction handler that throws is logged, and the next interaction comes", async () => {
  await using joined = await join({
    onInteraction: () => {
      throw new Error("planted");
    },
  });
  const { discord, gateway, interactions, lines } = joined;
  discord.world.addGuild();
  await gateway.connect();
  discord.interact.slash("ping");
  await until("the first", () => interactions.length === 1);
  discord.interact.slash("ping");
  await until("the second", () => interactions.length === 2);
  assertMatch(lines.join("\n"), /a Discord event could not be handled.*planted/);
});

Deno.test("an event that cannot be understood is logged, and the next one comes", async () => {
  await using joined = await join();
  const { discord, gateway, events, lines } = joined;
  const guild = discord.world.addGuild();
  await gateway.connect();
  discord.gateway.dispatch("GUILD_MEMBER_ADD", { guild_id: "1", joined_at: "2024-05-06T07:08:09Z" });
  discord.world.addMember(guild.id);
  await until("the next event", () => events.some(({ kind }) => kind === "member"));
  assertMatch(lines.join("\n"), /a Discord event could not be handled/);
});

Deno.test("two replicas answer one interaction: the loser's failure ends neither", async () => {
  const answer = (interaction: Interaction) => {
    if (!interaction.isChatInputCommand()) return;
    interaction.reply({ content: "pong", flags: MessageFlags.Ephemeral }).catch(() => {});
  };
  await using joined = await join({ onInteraction: answer });
  const { discord, gateway } = joined;
  discord.world.addGuild();
  await gateway.connect();
  const second = createGateway({
    token: discord.token,
    apiBase: discord.apiBase("b"),
    clock: hurried,
    log: createLog({ level: "error", format: "text", write: () => {} }),
    metrics: createMetrics(),
    random: () => 0,
    presence: "",
    onInteraction: answer,
    onMemberEvent: () => {},
    onEventsMissed: () => {},
  });
  await second.connect();
  const handle = discord.interact.slash("ping");
  const attempts = await handle.attempted(2);
  assertEquals(attempts.map(({ accepted }) => accepted).toSorted(), [false, true]);
  assert(gateway.state().ready && second.state().ready);
  await second.close();
});

Deno.test("after draining, interactions are left to other replicas", async () => {
  await using joined = await join();
  const { discord, gateway, interactions, events } = joined;
  const guild = discord.world.addGuild();
  await gateway.connect();
  gateway.drain();
  discord.interact.slash("ping");
  discord.world.addMember(guild.id);
  await until("the event after the interaction", () => events.some(({ kind }) => kind === "member"));
  assertEquals(interactions, []);
});

Deno.test("a refused token is not tried again", async () => {
  await using joined = await join({ token: "double.of.another-token" });
  const failure = await assertRejects(() => joined.gateway.connect(), Failure, "DISCORD_BOT_TOKEN");
  assertEquals(failure.kind, "refused_token");
  assertEquals(joined.discord.gateway.identifies, 0);
});

Deno.test("without the members intent the failure names the portal's switch", async () => {
  await using joined = await join({ grantedIntents: 0 });
  const failure = await assertRejects(() => joined.gateway.connect(), Failure, `"Server Members Intent"`);
  assertEquals(failure.kind, "bad_input");
  assertEquals(joined.gateway.state().refusal?.kind, "bad_input");
  assertEquals(joined.discord.gateway.identifies, 1);
});

Deno.test("after a refusal that was mended the gateway connects", async () => {
  await using joined = await join({ grantedIntents: 0 });
  const { discord, gateway } = joined;
  await assertRejects(() => gateway.connect(), Failure);
  discord.grantIntents(GatewayIntentBits.GuildMembers);
  await gateway.connect();
  assertEquals([gateway.state().ready, gateway.state().refusal], [true, null]);
});

Deno.test("a Discord that answers 500 at first is tried until it answers", async () => {
  await using joined = await join();
  const { discord, gateway } = joined;
  discord.fault({ route: "GET /gateway/bot", times: 3 }, { kind: "status", status: 500 });
  await gateway.connect();
  assert(gateway.state().ready);
  assertEquals(discord.gateway.identifies, 1);
});

Deno.test("a gateway that accepts no connection at first is tried until it does, without one IDENTIFY too many", async () => {
  await using joined = await join();
  const { discord, gateway, lines } = joined;
  discord.gateway.refuse(true);
  const connecting = gateway.connect();
  await until("two attempts", () => lines.filter((line) => line.includes("cannot connect to Discord")).length >= 2);
  discord.gateway.refuse(false);
  await connecting;
  await halfASecond();
  assertEquals([gateway.state().ready, discord.gateway.identifies], [true, 1]);
});

Deno.test("closing ends an attempt to connect", async () => {
  await using joined = await join();
  const { discord, gateway } = joined;
  discord.fault({ route: "GET /gateway/bot", times: 1000 }, { kind: "status", status: 500 });
  const connecting = assertRejects(() => gateway.connect(), Failure, "closed");
  await until("an attempt", () => discord.requests.length > 0);
  await gateway.close();
  await connecting;
});

Deno.test("a broken connection is resumed without a loss, and while it is gone the gateway is not ready", async () => {
  await using joined = await join();
  const { discord, gateway, missed } = joined;
  await gateway.connect();
  discord.gateway.cut();
  await until("the loss", () => !gateway.state().ready);
  await until("the resume", () => gateway.state().ready);
  assertEquals([discord.gateway.identifies, discord.gateway.sessions[0]?.resumes, missed()], [1, 1, 1]);
});

Deno.test("after three failures to resume the session is given up and a new one begun, which may have missed events", async () => {
  await using joined = await join();
  const { discord, gateway, lines, missed } = joined;
  await gateway.connect();
  discord.gateway.refuse(true);
  discord.gateway.cut();
  await until("three failures", () => lines.filter((line) => line.includes("gateway connection failed")).length >= 3);
  discord.gateway.refuse(false);
  await until("the new session", () => gateway.state().ready);
  assertEquals([discord.gateway.identifies, missed()], [2, 2]);
});

Deno.test("a token that is refused later is told as a refusal", async () => {
  await using joined = await join();
  const { discord, gateway } = joined;
  await gateway.connect();
  discord.gateway.close(GatewayCloseCodes.AuthenticationFailed);
  await until("the refusal", () => gateway.state().refusal !== null);
  assertEquals([gateway.state().ready, gateway.state().refusal?.kind], [false, "refused_token"]);
});
