// deno-lint-ignore-file no-console -- this is what the reader of the demo sees
/**
 * The main job, end to end, with nothing to configure: three real replicas of the bot against a double of Discord and a double of the
 * Kubernetes API, with the backend of `main.ts backend`.
 *
 *     deno task demo [--members N] [--stay] [--sabotage]
 *
 * Exit code 0 only if every check holds. `--sabotage` kills a replica behind the demo's back, to show that the checks would tell.
 */
import { parseArgs } from "node:util";
import { sendEveryCommand } from "./commands.ts";
import { checkLeadership, elected, kill, restartInPlace, stop } from "./leadership.ts";
import { Report } from "./report.ts";
import { Stage } from "./stage.ts";
import { checkMembers, showSync } from "./sync.ts";
import { talk } from "./talk.ts";

const { values: options } = parseArgs({
  options: {
    members: { type: "string", default: "25000" },
    sabotage: { type: "boolean", default: false },
    stay: { type: "boolean", default: false },
  },
});
const members = Number(options.members);
if (!Number.isInteger(members) || members < 10 || members > 1_000_000) {
  console.error(
    `--members is "${options.members}"; allowed is a whole number from 10 to 1000000, for example --members 25000.`,
  );
  Deno.exit(2);
}

const NAMES = ["bot-a", "bot-b", "bot-c"];

async function tellTheStory(stage: Stage, report: Report): Promise<void> {
  report.chapter("Three replicas start");
  const replicas = await Promise.all(NAMES.map((name) => stage.start(name)));
  const first = await elected(replicas);
  report.tell(`${first.name} is elected; the others stand by and answer commands`);

  report.chapter(`The leader syncs a server of ${members.toLocaleString("en")} members`);
  await showSync(first, report, members);
  await checkMembers(stage, report, { title: "members in the backend", wanted: members });
  await Promise.all(replicas.map((replica) => replica.line("connected to Discord")));
  report.tell("all three are connected to Discord");

  report.chapter("Each command reaches all three, and takes effect once");
  await stage.announceIn(stage.guild.channelId);
  if (options.sabotage) await replicas.find((replica) => replica !== first)?.end("SIGKILL");
  await sendEveryCommand(stage, report, replicas);

  report.chapter("The leader dies");
  const second = await kill(stage, report, first);
  report.chapter("The new leader's container is killed and restarted in place");
  const third = await restartInPlace(stage, report, second);
  report.chapter("The leader is stopped, as in a rollout");
  const fourth = await stop(stage, report, third);

  report.chapter("Afterwards");
  await checkMembers(stage, report, {
    title: "members after it all, one joined while nobody led",
    wanted: members + 1,
  });
  await checkLeadership(stage, report, [first, second, third, fourth]);
  const { violations } = stage.discord;
  report.check("requests that Discord would not accept", {
    figure: String(violations.length),
    wanted: "0",
    holds: violations.length === 0,
  });
}

/** Downloads what the replicas need, so that they start at once. Nothing happens when all is there. */
async function prepare(): Promise<void> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const lock = Deno.env.get("HIVEMIND_LOCK");
  const args = ["cache", "--quiet", ...(lock === undefined ? [] : [`--lock=${lock}`]), main];
  const { success } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().status;
  if (!success) throw new Error("the packages could not be downloaded");
}

async function main(): Promise<number> {
  console.log("hivemind-bot: three replicas, one leader, every command answered once, the members in sync");
  await prepare();
  const report = new Report();
  await using stage = await Stage.open({ members });
  try {
    await tellTheStory(stage, report);
  } catch (error) {
    report.check("the demo runs to its end", {
      figure: error instanceof Error ? error.message : String(error),
      wanted: "no error",
      holds: false,
    });
  }
  const holds = report.table();
  if (options.stay) {
    await Promise.all(
      NAMES.filter((name) => !stage.running().some((it) => it.name === name)).map((it) => stage.start(it)),
    );
    await talk(stage);
  }
  return holds ? 0 : 1;
}

Deno.exit(await main());
