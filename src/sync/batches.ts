/** How many members go into one write. */
import type { GuildMember } from "./ports.ts";

/** Each write costs `hivemind-server` time for the whole guild, so few large ones are better … */
export const MAX_BATCH_MEMBERS = 5_000;
/** … but a message over 4 MiB is refused, and one call should not last longer than seconds. */
export const MAX_BATCH_BYTES = 1.5 * 1024 * 1024;

/** Tags, lengths and two timestamps on the wire. */
const FIELD_OVERHEAD_BYTES = 64;
/** Tag and length of one role. */
const ROLE_OVERHEAD_BYTES = 2;

const encoder = new TextEncoder();

/** About how many bytes a member takes on the wire, never less. */
export function memberBytes(member: GuildMember): number {
  const ids = member.guildId.length + member.userId.length + member.avatarHash.length + member.guildAvatarHash.length;
  const roles = member.roleIds.reduce((sum, id) => sum + id.length + ROLE_OVERHEAD_BYTES, 0);
  const names = encoder.encode(member.username + member.globalName + member.nickname).length;
  return FIELD_OVERHEAD_BYTES + ids + roles + names;
}

/** Collects members until a write is full. */
export class Batch {
  readonly members: GuildMember[] = [];
  #bytes = 0;

  /** Takes a member in; false, and nothing changed, when it does not fit any more. An empty batch takes any. */
  add(member: GuildMember): boolean {
    const bytes = memberBytes(member);
    const isFull = this.members.length >= MAX_BATCH_MEMBERS || this.#bytes + bytes > MAX_BATCH_BYTES;
    if (isFull && this.members.length > 0) return false;
    this.members.push(member);
    this.#bytes += bytes;
    return true;
  }
}

/** The members in writes that are no larger than allowed, in their order. */
export function* inBatches(members: Iterable<GuildMember>): Generator<GuildMember[]> {
  let batch = new Batch();
  for (const member of members) {
    if (batch.add(member)) continue;
    yield batch.members;
    batch = new Batch();
    batch.add(member);
  }
  if (batch.members.length > 0) yield batch.members;
}
