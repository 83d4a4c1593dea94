/** Two pages become one: nothing of the source is lost, and all its titles lead to the target. */
import { mergedBody, tagsOf } from "../texts.ts";
import type { Database } from "./database.ts";
import { replaceTags } from "./entries.ts";
import { pageAt, PAGES } from "./pages.ts";

export interface Merge {
  /** Pages by `seq`, two of one guild. */
  source: number;
  target: number;
  nowMs: number;
}

/** Merges; call it inside a transaction. @throws {Failure} `too_large` when both do not fit into one page */
export function mergePages(database: Database, { source, target, nowMs }: Merge): void {
  const [from, into] = [pageAt(database, source), pageAt(database, target)];
  database.run(
    "UPDATE pages SET body = ?, updated_at = max(?, updated_at + 1) WHERE seq = ?",
    ...[mergedBody(into.body, from.body), nowMs, target],
  );
  replaceTags(database, PAGES, { seq: target, tags: tagsOf([...into.tags, ...from.tags]) });
  moveReferences(database, { source, target });
  // Aliases lead to the page itself, never to another alias; they move before the source goes, which would take its own along.
  database.run("UPDATE page_aliases SET page = ? WHERE page = ?", target, source);
  database.run("UPDATE pages SET deleted_at = ? WHERE seq = ?", nowMs, source);
  database.run(
    "INSERT INTO page_aliases (guild_id, slug, page) VALUES (?, ?, ?)",
    ...[from.guildId, from.slug, target],
  );
}

/** A message that both refer to stays once, as the target had it. */
function moveReferences(database: Database, { source, target }: { source: number; target: number }): void {
  database.run(
    `DELETE FROM page_references WHERE page = ?
       AND message_id IN (SELECT message_id FROM page_references WHERE page = ?)`,
    ...[source, target],
  );
  database.run("UPDATE page_references SET page = ? WHERE page = ?", target, source);
}
