/** Serves the calls for quotes from a backend. */
import { Failure } from "../../failure.ts";
import type { Backend } from "../backend.ts";
import { draftFromWire, QUOTES, quoteToWire } from "./quote_wire.ts";
import type { Services } from "./served_call.ts";
import { checkNewestFirst } from "./wiki_service.ts";

export function serveQuotes(services: Services, backend: Backend): void {
  services.on(QUOTES.create, async (request, { caller, options }) => {
    return quoteToWire(await backend.createQuote(await caller(request.guild_id), draftFromWire(request), options));
  });
  services.on(QUOTES.get, async ({ id }, { caller, options }) => {
    return quoteToWire(await backend.getQuote(await caller(), id, options));
  });
  services.on(QUOTES.list, async ({ guild_id, tags, limit, offset, ...order }, { caller, options }) => {
    checkNewestFirst(order.order_by, order.ascending);
    if (order.source_msg_author_discord_id !== "") {
      throw new Failure("bad_input", "This server does not list quotes by who said them; leave out the author");
    }
    const query = { query: "", tags, limit, offset };
    const { items, total } = await backend.searchQuotes(await caller(guild_id), query, options);
    return { quotes: items.map(quoteToWire), total };
  });
  services.on(QUOTES.search, async ({ guild_id, ...query }, { caller, options }) => {
    const { items, total } = await backend.searchQuotes(await caller(guild_id), query, options);
    return { quotes: items.map(quoteToWire), total };
  });
  services.on(QUOTES.random, async ({ guild_id, tags }, { caller, options }) => {
    return quoteToWire(await backend.randomQuote(await caller(guild_id), tags, options));
  });
  services.on(QUOTES.update, async ({ id, ...change }, { caller, options }) => {
    return quoteToWire(await backend.updateQuote(await caller(), id, change, options));
  });
  services.on(QUOTES.delete, async ({ id }, { caller, options }) => {
    await backend.deleteQuote(await caller(), id, options);
    return { success: true, message: "" };
  });
}
