/** What can happen to a leader, and how the three replicas become whole again afterwards. */
import type { BotProcess } from "../tests/process/bot_process.ts";
import { until } from "../tests/process/until.ts";
import { lossOf, type Replicas } from "./replicas.ts";

export const DISTURBANCES = ["release", "restart", "crash", "partition"] as const;
export type DisturbanceName = (typeof DISTURBANCES)[number];

/** A leader that was disturbed. */
export interface Disturbed {
  /** When, by the wall clock; milliseconds, as all times here. */
  readonly atMs: number;
  /** Who may lead next. */
  readonly candidates: readonly BotProcess[];
  /** From when on the time until the next leader counts. */
  sinceMs(next: BotProcess): number;
  /** When the term ended; asked once there is another leader. */
  termEndMs(): number;
}

export interface Disturbance {
  readonly title: string;
  /** It takes milliseconds, so that nothing else may be going on. */
  readonly isQuick: boolean;
  disturb(replicas: Replicas, leader: BotProcess): Promise<Disturbed>;
  /** Three again. */
  mend(replicas: Replicas, leader: BotProcess): Promise<void>;
}

const CAMPAIGNS = "starting leader election for sync job";

/** Each by its name. */
export const disturbances: Readonly<Record<DisturbanceName, Disturbance>> = {
  release: {
    title: "clean release (SIGTERM)",
    isQuick: true,
    disturb(replicas, leader) {
      const candidates = replicas.others(leader);
      const atMs = Date.now();
      leader.signal("SIGTERM");
      return Promise.resolve({ atMs, candidates, sinceMs: () => atMs, termEndMs: () => lossOf(leader) });
    },
    async mend(replicas, leader) {
      await leader.status;
      await replicas.start(leader.name);
    },
  },
  restart: {
    title: "kill -9, restarted in place",
    isQuick: true,
    async disturb(replicas, leader) {
      const atMs = Date.now();
      await leader.end("SIGKILL");
      const again = await replicas.start(leader.name);
      const sinceMs = ({ lines }: BotProcess) => Date.parse(lines.findLast(({ msg }) => msg === CAMPAIGNS)?.time ?? "");
      return { atMs, candidates: [again], sinceMs, termEndMs: () => atMs };
    },
    mend: () => Promise.resolve(),
  },
  crash: {
    title: "kill -9 for good",
    isQuick: false,
    async disturb(replicas, leader) {
      const candidates = replicas.others(leader);
      const atMs = Date.now();
      await leader.end("SIGKILL");
      return { atMs, candidates, sinceMs: () => atMs, termEndMs: () => atMs };
    },
    async mend(replicas, leader) {
      await replicas.start(leader.name);
    },
  },
  partition: {
    title: "cut off from the API",
    isQuick: false,
    disturb(replicas, leader) {
      const candidates = replicas.others(leader);
      const atMs = Date.now();
      replicas.network(leader.name).stall();
      return Promise.resolve({ atMs, candidates, sinceMs: () => atMs, termEndMs: () => lossOf(leader) });
    },
    async mend(replicas, leader) {
      const said = leader.lines.length;
      replicas.network(leader.name).heal();
      await until(
        "the old leader follows",
        () => leader.lines.slice(said).some(({ msg }) => msg === "new sync leader elected"),
        { withinMs: 30_000 },
      );
    },
  },
};
