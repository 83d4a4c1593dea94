/**
 * What every implementation of the `Backend` port keeps, as tests: run it once for each.
 *
 * It makes its own guilds and users, with ids that no other run has, and needs nothing prepared.
 */
import { curatorContract } from "./backend/curator.ts";
import { guildContract } from "./backend/guilds.ts";
import { memberContract } from "./backend/members.ts";
import { noteContract } from "./backend/notes.ts";
import type { Provider } from "./backend/provider.ts";
import { quoteContract } from "./backend/quotes.ts";
import { searchContract } from "./backend/search.ts";
import { callContract } from "./backend/calls.ts";
import { wikiContract } from "./backend/wiki.ts";

export type { Capabilities, OpenBackend, Provider } from "./backend/provider.ts";

/** Defines the tests for one implementation. */
export function backendContract(provider: Provider): void {
  callContract(provider);
  wikiContract(provider);
  quoteContract(provider);
  searchContract(provider);
  curatorContract(provider);
  noteContract(provider);
  guildContract(provider);
  memberContract(provider);
}
