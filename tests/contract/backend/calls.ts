/** What holds for every call. */
import { assert } from "@std/assert";
import { ALL, assertFails, newId, type Provider, rule, someone } from "./provider.ts";

export function callContract(provider: Provider): void {
  rule(provider, "a ping answers how long it took", async (backend) => {
    const tookMs = await backend.ping();
    assert(tookMs >= 0 && tookMs < 10_000, `${tookMs}`);
  });

  rule(provider, "a call whose signal has aborted rejects as aborted and writes nothing", async (backend) => {
    const caller = await someone(backend);
    const signal = AbortSignal.abort();
    const draft = { title: "Never", body: "x", tags: [], channelId: "" };
    await assertFails("aborted", () => backend.upsertPage(caller, draft, { signal }));
    await assertFails("aborted", () => backend.isMember(caller.guildId, caller.userId, { signal }));
    await assertFails("not_found", () => backend.findPage(caller, "Never"));
  });

  rule(provider, "a call for a user without an id is a programming error", async (backend) => {
    const nobody = { ...await someone(backend), userId: "" };
    await assertFails("bad_input", () => backend.searchPages(nobody, { query: "", tags: [], ...ALL }));
    await assertFails("bad_input", () => backend.createQuote(nobody, { body: "x", tags: [], source: null }));
  });

  rule(provider, "pages and quotes need a guild", async (backend) => {
    const alone = { userId: newId(), guildId: null, username: "alone" };
    await assertFails("bad_input", () => backend.findPage(alone, "Anything"));
    await assertFails("bad_input", () => backend.randomQuote(alone, []));
  });
}
