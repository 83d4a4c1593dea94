/** Cuts members into messages that the server takes, and finds the one of which it takes none of them. */
import { Failure } from "../../failure.ts";
import type { GuildMember } from "../backend.ts";
import { DISCORD, memberToWire } from "./discord_wire.ts";

/** A server in use today needs 4 s for so many; more at once are hardly quicker, and slower to try again. */
const MEMBERS_LIMIT = 5_000;
/** Well below the 4 MiB that gRPC takes. */
const BYTES_LIMIT = 1.5 * 1024 * 1024;

/** More than so many that the server refuses are no longer single bad ones: something else is wrong. */
const BAD_LIMIT = 10;

/** Members in ascending order of their ids, in batches of measured size: two batches in different order can lock each other out. */
export function batchesOf(members: readonly GuildMember[]): GuildMember[][] {
  const batches: GuildMember[][] = [];
  let batch: GuildMember[] = [];
  let bytes = 0;
  for (const member of members.toSorted(byId)) {
    // Members stand one after another in a message, so their sizes add up.
    const size = DISCORD.upsertMembers.requestSerialize({ members: [memberToWire(member)] }).length;
    if (batch.length === 0 || batch.length >= MEMBERS_LIMIT || bytes + size > BYTES_LIMIT) {
      batches.push(batch = []);
      bytes = 0;
    }
    batch.push(member);
    bytes += size;
  }
  return batches;
}

/** By number, as ids are numbers of different lengths. */
function byId(a: GuildMember, b: GuildMember): number {
  if (a.userId.length !== b.userId.length) return a.userId.length - b.userId.length;
  if (a.userId === b.userId) return 0;
  return a.userId < b.userId ? -1 : 1;
}

export interface LeftOut {
  member: GuildMember;
  failure: Failure;
}

/**
 * Sends a batch, and halves of it as long as it is refused, so that one bad member does not keep the others out.
 *
 * @returns those that were refused by themselves; the others are written
 * @throws {Failure} what is not about single members: nobody answered, a stale term, or every one was refused
 */
export async function sendHalving(
  members: readonly GuildMember[],
  send: (members: readonly GuildMember[]) => Promise<void>,
): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  const attempt = async (part: readonly GuildMember[]): Promise<void> => {
    try {
      return await send(part);
    } catch (error) {
      if (!(error instanceof Failure && isRefusal(error))) throw error;
      const [member] = part;
      if (member === undefined || members.length === 1 || leftOut.length >= BAD_LIMIT) throw error;
      if (part.length === 1) return void leftOut.push({ member, failure: error });
    }
    const middle = Math.ceil(part.length / 2);
    await attempt(part.slice(0, middle));
    await attempt(part.slice(middle));
  };
  await attempt(members);
  const [bad] = leftOut;
  if (bad !== undefined && leftOut.length === members.length) throw bad.failure;
  return leftOut;
}

/** Whether the server may have meant one of the members. */
function isRefusal({ kind }: Failure): boolean {
  return kind === "unknown" || kind === "bad_input" || kind === "not_found";
}
