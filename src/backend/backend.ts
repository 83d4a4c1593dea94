/**
 * The backend as the bot sees it: what it asks of whoever keeps pages, quotes, guilds and members, in the bot's own terms.
 *
 * Both implementations (`grpc_backend.ts`, `sqlite_backend.ts`) hold to the same contract, which
 * `tests/contract/backend_contract.ts` states. Every call takes {@linkcode CallOptions}, ends within its deadline and rejects only with a
 * `Failure`.
 */
import type { CallOptions } from "./calls.ts";
import type { GuildStore } from "./guild_store.ts";
import type { MemberDirectory, MemberStore } from "./member_store.ts";
import type { NoteStore } from "./note_store.ts";
import type { QuoteCatalogue, QuoteStore } from "./quote_store.ts";
import type { WikiCurator, WikiStore } from "./wiki_store.ts";

export type * from "./calls.ts";
export type * from "./guild_store.ts";
export type * from "./member_store.ts";
export type * from "./note_store.ts";
export type * from "./quote_store.ts";
export type * from "./wiki_store.ts";

/** Everything the bot needs kept. */
export interface Backend
  extends WikiStore, WikiCurator, NoteStore, QuoteStore, QuoteCatalogue, GuildStore, MemberStore, MemberDirectory {
  /** How long a round trip takes, in milliseconds. @throws {Failure} `unreachable`, `refused_token` */
  ping(options?: CallOptions): Promise<number>;
  /** Lets running calls end and gives everything back. */
  close(): Promise<void>;
}
