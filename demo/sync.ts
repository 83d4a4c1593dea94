/** The member sync as the demo shows it: its progress while it runs, and what the backend's file holds afterwards. */
import type { BotProcess } from "../tests/process/bot_process.ts";
import type { Report } from "./report.ts";
import type { Stage } from "./stage.ts";

/** Follows the leader's `/state` until its full sync has ended. */
export async function showSync(leader: BotProcess, report: Report, members: number): Promise<void> {
  const finished = leader.line("member sync finished", { withinMs: 60_000 });
  let isOver = false;
  const over = finished.finally(() => isOver = true);
  over.catch(() => {/* reported by whoever awaits it */});
  while (!isOver) {
    const { sync } = await leader.state();
    const done = typeof sync === "object" && sync !== null && "members" in sync ? Number(sync.members) : 0;
    if (!isOver && done > 0) report.progress(done, members);
    await pause(50);
  }
  const line = await finished;
  const seconds = (Date.parse(line.time) - Date.parse((await leader.line("member sync started")).time)) / 1000;
  report.arrived(
    `${Number(line.members).toLocaleString("en")} members read from Discord and written in ${seconds.toFixed(1)} s`,
  );
}

/** Counts the members in the backend's file, waiting a little for the last of them. */
export async function checkMembers(
  stage: Stage,
  report: Report,
  { title, wanted }: { title: string; wanted: number },
): Promise<void> {
  const count = () => stage.count("SELECT count(*) FROM members WHERE guild_id = ?", stage.guild.id);
  for (let tries = 0; count() !== wanted && tries < 50; tries++) await pause(100);
  const found = count();
  report.check(title, {
    figure: `${found.toLocaleString("en")} of ${wanted.toLocaleString("en")}`,
    wanted: "all",
    holds: found === wanted,
  });
}

/** Real processes are watched on the wall clock. */
export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
