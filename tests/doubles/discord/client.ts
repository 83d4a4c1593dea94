/** Real discord.js clients of a double, for the double's own tests. */

import {
  Client,
  type ClientOptions,
  DefaultRestOptions,
  Events,
  GatewayIntentBits,
  type RESTOptions,
} from "discord.js";
import { sleep, systemClock } from "../../../src/clock.ts";
import type { DiscordDouble } from "./double.ts";

/** Requests like discord.js, but reads the bodies that it leaves unread, which Deno would call leaks. */
const makeRequest: RESTOptions["makeRequest"] = async (url, init) => {
  const response = await DefaultRestOptions.makeRequest(url, init);
  if (response.status === 429 || response.status >= 500) await response.arrayBuffer();
  return response;
};

/** A logged-in client that is destroyed with `await using`. */
export async function join(
  double: DiscordDouble,
  options: { replica?: string; intents?: ClientOptions["intents"]; ready?: boolean } = {},
): Promise<Client & AsyncDisposable> {
  const { replica = "replica-1", intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers] } = options;
  const client = new Client({ intents, rest: { api: double.apiBase(replica), makeRequest } });
  client.on(Events.Error, () => {});
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  await client.login(double.token);
  if (options.ready ?? true) await ready;
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.destroy() });
}

/** Waits, for at most two seconds, until something that the double does not see holds. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    if (waited > 2_000) throw new Error(`did not happen: ${holds}`);
    await sleep(systemClock, 5);
  }
}
