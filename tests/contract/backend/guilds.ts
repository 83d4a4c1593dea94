/** Guilds and their settings. */
import { assertEquals } from "@std/assert";
import { assertFails, newId, type Provider, rule } from "./provider.ts";

const OFF = { enabled: false, channelId: "", notifyWikiCreate: false, notifyWikiEdit: false, notifyQuoteCreate: false };

export function guildContract(provider: Provider): void {
  rule(provider, "a guild is created, renamed, left and joined again", async (backend) => {
    const guild = { id: newId(), name: "Bees", iconUrl: "https://example.com/a.png", ownerId: newId() };
    await assertFails("not_found", () => backend.getGuild(guild.id));
    await backend.upsertGuild(guild);
    assertEquals(await backend.getGuild(guild.id), { ...guild, enabled: true });
    await backend.upsertGuild({ ...guild, name: "Wasps" });
    await backend.disableGuild(guild.id);
    const left = await backend.getGuild(guild.id);
    assertEquals([left.name, left.enabled], ["Wasps", false]);
    await backend.upsertGuild(guild);
    assertEquals((await backend.getGuild(guild.id)).enabled, true);
  });

  rule(provider, "an unknown guild has empty settings", async (backend) => {
    assertEquals(await backend.getAnnouncements(newId()), OFF);
  });

  rule(provider, "settings are changed field by field", async (backend) => {
    const [id, channelId] = [newId(), newId()];
    await backend.upsertGuild({ id, name: "Bees", iconUrl: "", ownerId: newId() });
    const first = { ...OFF, enabled: true, channelId };
    assertEquals(await backend.updateAnnouncements(id, { enabled: true, channelId }), first);
    assertEquals(await backend.updateAnnouncements(id, { notifyWikiEdit: true }), { ...first, notifyWikiEdit: true });
    await backend.updateAnnouncements(id, { enabled: false });
    assertEquals(await backend.getAnnouncements(id), { ...first, notifyWikiEdit: true, enabled: false });
  });

  rule(provider, "settings of a guild that nobody has named yet are kept", async (backend) => {
    const id = newId();
    await backend.updateAnnouncements(id, { notifyQuoteCreate: true });
    assertEquals(await backend.getAnnouncements(id), { ...OFF, notifyQuoteCreate: true });
  });
}
