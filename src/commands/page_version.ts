/** Which version of a page somebody has seen, short enough for a custom id. */
import type { WikiPage } from "../backend/backend.ts";

/** Equal for the same version of a page only, as far as the time of its last change tells. */
export function versionOf({ updatedAt }: Pick<WikiPage, "updatedAt">): string {
  return Math.trunc(updatedAt).toString(36);
}
