/** The list of guild members on a gRPC server, written one call at a time per guild. */
import type { Clock } from "../../clock.ts";
import { explain, Failure } from "../../failure.ts";
import type { Log } from "../../log.ts";
import type { FencedOptions, GuildMember, MemberDirectory, MemberStore } from "../backend.ts";
import type { Channel } from "../channel.ts";
import { guildIdOf } from "../texts.ts";
import { BATCH_DEADLINE_MS, Bounds, READ_DEADLINE_MS, WRITE_DEADLINE_MS } from "./bounds.ts";
import { DISCORD, memberToWire } from "./discord_wire.ts";
import type { KnownGuilds } from "./known_guilds.ts";
import { batchesOf, sendHalving } from "./member_batches.ts";
import { FENCING_TOKEN, type Headers } from "./metadata.ts";

export interface GrpcMembersOptions {
  guilds: KnownGuilds;
  clock: Clock;
  log: Log;
  /** Called when a membership has been removed. */
  onRemoved: (guildId: string, userId: string) => void;
}

/** The members of a server. */
export function grpcMembers(channel: Channel, options: GrpcMembersOptions): MemberStore & MemberDirectory {
  const { guilds, clock, log, onRemoved } = options;
  const queue = new GuildQueue();
  return {
    async upsertMembers(members, fenced) {
      const guildId = guildOf(members);
      if (guildId === undefined) return 0;
      const batches = batchesOf(members);
      const bounds = new Bounds(clock, fenced, BATCH_DEADLINE_MS * batches.length);
      const headers = fencingHeaders(fenced);
      const send = async (batch: readonly GuildMember[]) => {
        await channel.call(DISCORD.upsertMembers, { members: batch.map(memberToWire) }, { bounds, headers });
      };
      return await queue.inTurn(guildId, bounds, async () => {
        await guilds.ensure(guildId, bounds);
        const leftOut = [];
        for (const batch of batches) leftOut.push(...await sendHalving(batch, send));
        for (const { member, failure } of leftOut) {
          log.warn("member left out", { guild: guildId, user: member.userId, error: explain(failure) });
        }
        return members.length - leftOut.length;
      });
    },
    async removeMember(guildId, userId, fenced) {
      const bounds = new Bounds(clock, fenced, WRITE_DEADLINE_MS);
      const request = { guild_id: guildIdOf(guildId), discord_id: userId };
      await queue.inTurn(guildId, bounds, async () => {
        try {
          await channel.call(DISCORD.removeMember, request, { bounds, headers: fencingHeaders(fenced) });
        } catch (error) {
          if (!(error instanceof Failure && error.kind === "not_found")) throw error;
        }
        onRemoved(guildId, userId);
      });
    },
    // The contract has no call that lists members or removes those that were not seen.
    markMemberPass: () => Promise.resolve(null),
    removeMembersUnseenSince(guildId) {
      return Promise.reject(
        new Failure("bad_input", `This backend gave no mark for guild ${guildId}; it cannot reconcile`),
      );
    },
    async isMember(guildId, userId, callOptions) {
      const request = { guild_id: guildIdOf(guildId), discord_id: userId };
      const bounds = new Bounds(clock, callOptions, READ_DEADLINE_MS);
      return (await channel.read(DISCORD.checkMembership, request, { bounds })).is_member;
    },
    async listGuildsOf(userId, callOptions) {
      const bounds = new Bounds(clock, callOptions, READ_DEADLINE_MS);
      return (await channel.read(DISCORD.listGuilds, { discord_id: userId }, { bounds })).guild_ids;
    },
  };
}

function fencingHeaders(options: FencedOptions | undefined): Headers {
  return options?.fencingToken === undefined ? {} : { [FENCING_TOKEN]: options.fencingToken };
}

/** The guild of all members; undefined without any. @throws {Failure} `bad_input` */
function guildOf(members: readonly GuildMember[]): string | undefined {
  const guildId = members[0]?.guildId;
  for (const member of members) {
    if (guildIdOf(member.guildId) !== guildId) {
      throw new Failure(
        "bad_input",
        `The batch has members of guilds ${guildId} and ${member.guildId}; one is allowed`,
      );
    }
    if (member.userId === "") throw new Failure("bad_input", `A member of guild ${guildId} has no user id`);
    if (!Number.isSafeInteger(member.joinedAt) || member.joinedAt <= 0) {
      const what = `Member ${member.userId} of guild ${guildId} joined at ${member.joinedAt}`;
      throw new Failure("bad_input", `${what}; a time after 1970 is needed`);
    }
  }
  return guildId;
}

/** One write at a time per guild, in the order in which they came. */
class GuildQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when those before it have ended; gives up when its bounds end first. */
  inTurn<T>(guildId: string, bounds: Bounds, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(guildId);
    const mine = before === undefined ? work() : bounds.wait(before).then(work);
    // Whoever gave up waiting must not let the next one pass those who still run.
    const turn = Promise.allSettled([before, mine]).then(() => {
      if (this.#last.get(guildId) === turn) this.#last.delete(guildId);
    });
    this.#last.set(guildId, turn);
    return mine;
  }
}
