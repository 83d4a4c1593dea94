/** Sees to it that the server knows a guild before anything of that guild is written: its tables insist on it. */
import { Failure } from "../../failure.ts";
import type { Guild } from "../backend.ts";
import type { Channel } from "../channel.ts";
import type { Bounds } from "./bounds.ts";
import { DISCORD, guildToWire } from "./discord_wire.ts";
import { DUPLICATE, saidBy } from "./errors.ts";
import { RecentSet } from "./recent_set.ts";

/** More guilds than one bot process serves. */
const REMEMBERED = 10_000;

export class KnownGuilds {
  readonly #channel: Channel;
  readonly #known = new RecentSet(REMEMBERED);

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Asks once per guild and process, and makes the guild when the server does not know it. */
  async ensure(guildId: string, bounds: Bounds): Promise<void> {
    if (this.#known.has(guildId)) return;
    try {
      await this.#channel.read(DISCORD.getGuild, { guild_id: guildId }, { bounds });
      this.#known.add(guildId);
    } catch (error) {
      if (!(error instanceof Failure && error.kind === "not_found")) throw error;
      // Its name comes with the next sync; a guild that exists is never written from here, so no name is lost.
      await this.upsert({ id: guildId, name: "", iconUrl: "", ownerId: "" }, bounds);
    }
  }

  /** Writes a guild. When several do so at once for a new one, some are told of a duplicate key: it is there, and that is enough. */
  async upsert(guild: Guild, bounds: Bounds): Promise<void> {
    try {
      await this.#channel.call(DISCORD.upsertGuild, guildToWire(guild), { bounds });
    } catch (error) {
      if (!saidBy(error, DUPLICATE)) throw error;
    }
    this.#known.add(guild.id);
  }
}
