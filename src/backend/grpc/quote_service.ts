/** Serves the calls for quotes from a backend. */
import type { Backend } from "../backend.ts";
import { orderFromWire } from "./list_order.ts";
import { draftFromWire, QUOTES, quoteToWire } from "./quote_wire.ts";
import type { Services } from "./served_call.ts";

export function serveQuotes(services: Services, backend: Backend): void {
  services.on(QUOTES.create, async (request, { caller, options }) => {
    return quoteToWire(await backend.createQuote(await caller(request.guild_id), draftFromWire(request), options));
  });
  services.on(QUOTES.get, async ({ id }, { caller, options }) => {
    return quoteToWire(await backend.getQuote(await caller(), id, options));
  });
  services.on(QUOTES.list, async ({ guild_id, order_by, source_msg_author_discord_id, ...wanted }, call) => {
    const orderBy = orderFromWire(order_by, ["created"]);
    const said = source_msg_author_discord_id === "" ? {} : { saidById: source_msg_author_discord_id };
    const query = { ...wanted, ...said, orderBy };
    const { items, total } = await backend.listQuotes(await call.caller(guild_id), query, call.options);
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
