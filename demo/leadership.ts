/** Who leads: takeovers after each kind of end, and the proof that there was never more than one. */
import type { BotProcess } from "../tests/process/bot_process.ts";
import type { Report } from "./report.ts";
import { LEASE_NAME, NAMESPACE, type Stage } from "./stage.ts";

const ELECTED = "elected as sync leader, starting member sync job";
const LOST = "lost sync leadership, stopping sync job";

/** When a process that was killed ended, by the wall clock. */
const killedAtMs = new Map<BotProcess, number>();

/** The first of these replicas to be elected. */
export function elected(replicas: readonly BotProcess[], withinMs = 60_000): Promise<BotProcess> {
  return Promise.any(replicas.map((replica) => replica.line(ELECTED, { withinMs }).then(() => replica))).catch(() => {
    const names = replicas.map(({ name }) => name).join(", ");
    throw new Error(names === "" ? "no replica is left that could be elected" : `none of ${names} was elected`);
  });
}

/** Kills the leader for good. A member joins while nobody leads. @returns the next leader */
export async function kill(stage: Stage, report: Report, leader: BotProcess): Promise<BotProcess> {
  const others = stage.running().filter((replica) => replica !== leader);
  await endByForce(leader);
  report.tell(`${leader.name} was killed (SIGKILL); a member joins while nobody leads`);
  stage.discord.world.addMember(stage.guild.id, { username: "newcomer" });
  return await takeover(report, others, { from: leader, title: "takeover after SIGKILL", limitMs: 15_500 });
}

/** Stops the leader as a rollout does. @returns the next leader */
export async function stop(stage: Stage, report: Report, leader: BotProcess): Promise<BotProcess> {
  const others = stage.running().filter((replica) => replica !== leader);
  const askedMs = Date.now();
  const ended = leader.end("SIGTERM");
  report.tell(`${leader.name} is asked to stop (SIGTERM)`);
  const next = await takeover(report, others, { from: leader, title: "takeover after a clean stop", limitMs: 500 });
  const { code } = await ended;
  const seconds = (Date.now() - askedMs) / 1000;
  report.check("a clean stop", {
    figure: `exit code ${code} after ${seconds.toFixed(1)} s`,
    wanted: "exit code 0 within 20 s",
    holds: code === 0 && seconds < 20,
  });
  return next;
}

/** Kills the leader's process and starts it again under the same name, as a kubelet does. @returns the new process, which leads again */
export async function restartInPlace(stage: Stage, report: Report, leader: BotProcess): Promise<BotProcess> {
  const before = transitions(stage);
  await endByForce(leader);
  const again = await stage.start(leader.name);
  report.tell(`${leader.name} was killed and started again under its name`);
  const ready = await again.line("starting leader election for sync job");
  const line = await again.line(ELECTED);
  const bootMs = Date.parse(ready.time) - again.startedAtMs;
  const tookMs = Date.parse(line.time) - Date.parse(ready.time);
  report.check("takeover after a restart in place", {
    figure: `process start and login (${seconds(bootMs)}) + ${seconds(tookMs)}`,
    wanted: "process start + ≤ 0.5 s",
    holds: tookMs <= 500,
  });
  const risen = transitions(stage) - before;
  report.check("a restart in place is a new term", {
    figure: `leaseTransitions + ${risen}`,
    wanted: "+ 1",
    holds: risen === 1,
  });
  return again;
}

/** One leader at any time, as the replicas' own logs tell it; and each term's fencing token above the last. */
export function checkLeadership(stage: Stage, report: Report, leaders: readonly BotProcess[]): void {
  const terms = stage.processes.flatMap(termsOf).sort((a, b) => a.fromMs - b.fromMs);
  const overlaps = terms.filter((term, index) => terms.slice(0, index).some((earlier) => earlier.toMs > term.fromMs));
  report.check("leaders at any time", {
    figure: `${overlaps.length === 0 ? "one" : "two"}, in ${terms.length} terms`,
    wanted: `one, in ${leaders.length} terms`,
    holds: overlaps.length === 0 && terms.length === leaders.length,
  });
  const tokens = stage.processes.flatMap(({ lines }) => lines.filter(({ msg }) => msg === ELECTED))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time)).map(({ token }) => Number(token));
  const rises = tokens.every((token, index) => token > (tokens[index - 1] ?? 0));
  report.check("fencing tokens", { figure: tokens.join(" < "), wanted: "each above the last", holds: rises });
}

async function takeover(
  report: Report,
  candidates: readonly BotProcess[],
  { from, title, limitMs }: { from: BotProcess; title: string; limitMs: number },
): Promise<BotProcess> {
  const next = await elected(candidates, limitMs + 15_000);
  const line = await next.line(ELECTED);
  const endedMs = killedAtMs.get(from) ?? Date.parse((await from.line("stopping")).time);
  const tookMs = Date.parse(line.time) - endedMs;
  report.check(title, {
    figure: `${seconds(tookMs)} (${next.name})`,
    wanted: `≤ ${seconds(limitMs)}`,
    holds: tookMs <= limitMs,
  });
  return next;
}

async function endByForce(process: BotProcess): Promise<void> {
  killedAtMs.set(process, Date.now());
  await process.end("SIGKILL");
}

function termsOf(process: BotProcess): { fromMs: number; toMs: number }[] {
  const starts = process.lines.filter(({ msg }) => msg === ELECTED).map(({ time }) => Date.parse(time));
  const ends = process.lines.filter(({ msg }) => msg === LOST).map(({ time }) => Date.parse(time));
  return starts.map((fromMs, index) => ({ fromMs, toMs: ends[index] ?? killedAtMs.get(process) ?? Infinity }));
}

function transitions(stage: Stage): number {
  return stage.leaseApi.lease(NAMESPACE, LEASE_NAME)?.spec?.leaseTransitions ?? 0;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(2)} s`;
}
