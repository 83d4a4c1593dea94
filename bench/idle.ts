/** What three replicas ask of the Kubernetes API while nothing happens. */
import { type LeaseTimes, Replicas } from "./replicas.ts";

/** Requests of one replica, per minute. */
export interface IdleRow {
  readonly replica: string;
  readonly isLeader: boolean;
  /** By verb. */
  readonly perMinute: Readonly<Record<"update" | "get" | "create" | "watch", number>>;
}

/** Counts for `minutes`, after everything has settled. */
export async function countIdleRequests(times: LeaseTimes, { minutes }: { minutes: number }): Promise<IdleRow[]> {
  await using replicas = await Replicas.open(times, { isBusy: false });
  const leader = await replicas.steady();
  await replicas.renewal();
  const before = replicas.requests.length;
  await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
  const requests = replicas.requests.slice(before);
  const names = [leader, ...replicas.others(leader)].map(({ name }) => name);
  return names.map((replica) => {
    const own = requests.filter(({ account }) => account === replica);
    const count = (wanted: string) => own.filter(({ verb }) => verb === wanted).length / minutes;
    const perMinute = { update: count("update"), get: count("get"), create: count("create"), watch: count("watch") };
    return { replica, isLeader: replica === leader.name, perMinute };
  });
}
