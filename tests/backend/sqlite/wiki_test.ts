import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Clock } from "../../../src/clock.ts";
import { Failure } from "../../../src/failure.ts";
import { ANN, save, testFile } from "./file.ts";

/** A clock that stands still until it is set. */
function stoppedClock(nowMs: number): Clock & { nowMs: number } {
  return {
    nowMs,
    monotonicMs: () => 0,
    after: () => () => {},
    wallMs() {
      return this.nowMs;
    },
  };
}

Deno.test("an alias leads to its page, and saving under it replaces that page's text", async () => {
  using file = testFile();
  const backend = file.open();
  const { page } = await save(backend, "Target", "old");
  file.inspect((database) =>
    database.exec(`INSERT INTO page_aliases SELECT guild_id, 'former-title', seq FROM pages WHERE slug = 'target'`)
  );
  assertEquals((await backend.findPage(ANN, "Former Title!")).id, page.id);
  const saved = await save(backend, "Former title", "new");
  assertEquals([saved.created, saved.page.id, saved.page.title, saved.page.body], [false, page.id, "Target", "new"]);
  await backend.close();
});

Deno.test("a deleted page is gone from everywhere, and its titles are free again", async () => {
  using file = testFile();
  const backend = file.open();
  const { page } = await save(backend, "Target", "peculiar");
  file.inspect((database) =>
    database.exec(`
      INSERT INTO page_aliases SELECT guild_id, 'former-title', seq FROM pages WHERE slug = 'target';
      UPDATE pages SET deleted_at = 1 WHERE slug = 'target'`)
  );
  for (const title of ["Target", "Former title"]) await assertRejects(() => backend.findPage(ANN, title), Failure);
  await assertRejects(() => backend.getPage(ANN, page.id), Failure);
  assertEquals(await backend.listTitles(ANN), []);
  for (const query of ["peculiar", ""]) {
    assertEquals(await backend.searchPages(ANN, { query, tags: [], limit: 10, offset: 0 }), { items: [], total: 0 });
  }
  const [target, former] = [await save(backend, "Target"), await save(backend, "Former title")];
  assert(target.created && former.created && target.page.id !== page.id);
  await backend.close();
});

Deno.test("every change has a later time, even when the clock stands still or goes back", async () => {
  using file = testFile();
  const clock = stoppedClock(1_700_000_000_000);
  const backend = file.open({ clock });
  const { page } = await save(backend, "Timed", "one");
  const second = await backend.updatePage(ANN, page.id, { body: "two", tags: [] });
  clock.nowMs -= 60_000;
  const third = await save(backend, "Timed", "three");
  assert(page.updatedAt < second.updatedAt && second.updatedAt < third.page.updatedAt);
  assertEquals(third.page.createdAt, page.createdAt);
  await backend.close();
});

Deno.test("the newest page comes first even when the clock went back", async () => {
  using file = testFile();
  const clock = stoppedClock(1_700_000_000_000);
  const backend = file.open({ clock });
  await save(backend, "First");
  clock.nowMs -= 60_000;
  await save(backend, "Second");
  const { items } = await backend.searchPages(ANN, { query: "", tags: [], limit: 10, offset: 0 });
  assertEquals(items.map(({ title }) => title), ["Second", "First"]);
  await backend.close();
});
