/**
 * Whose an id is: a server in use today names authors of pages and notes by ids of its own, and tells only with quotes which Discord user
 * that is. What its answers give away is remembered here.
 */

/** More people than write in the guilds that one bot process serves. */
const REMEMBERED = 50_000;

export class People {
  readonly #discordIds = new Map<string, string>();
  readonly #serverIds = new Map<string, string>();

  /** An answer has shown that both ids are of one person. */
  learn(serverId: string, discordId: string): void {
    if (serverId === "" || discordId === "") return;
    put(this.#discordIds, serverId, discordId);
    put(this.#serverIds, discordId, serverId);
  }

  /** Discord's id of a person; the server's own as long as no answer has told. */
  discordIdOf(serverId: string): string {
    return this.#discordIds.get(serverId) ?? serverId;
  }

  /** The server's id of a Discord user, if an answer has told. */
  serverIdOf(discordId: string): string | undefined {
    return this.#serverIds.get(discordId);
  }
}

/** The one that was put first is forgotten when there are too many. */
function put(map: Map<string, string>, key: string, value: string): void {
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
