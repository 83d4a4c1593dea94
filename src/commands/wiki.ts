/** Everything of the wiki: `/wiki search`, `/wiki view`, `/wiki edit`, and what hangs on a page. */
import { mergeRoutes, type Routes } from "./route.ts";
import type { CommandServices } from "./services.ts";
import { wikiConflict } from "./wiki_conflict.ts";
import { wikiEdit } from "./wiki_edit.ts";
import { wikiSave, wikiWriter } from "./wiki_save.ts";
import { wikiSearch } from "./wiki_search.ts";
import { wikiView } from "./wiki_view.ts";

export function wiki(services: CommandServices): Routes {
  const writer = wikiWriter(services);
  return mergeRoutes([
    wikiSearch(services),
    wikiView(services),
    wikiEdit(services),
    wikiSave(services, writer),
    wikiConflict(services, writer),
  ]);
}
