/** The server's slugs: its measured answers, and beyond them a transliteration that is near enough. */
import unidecode from "unidecode";
import { SLUGS } from "../../contract/slugs.ts";

const MEASURED = new Map(SLUGS);

/** The slug of a title. */
export function slugOf(title: string): string {
  const measured = MEASURED.get(title.trim());
  if (measured !== undefined) return measured;
  const spelled = title.normalize("NFKD").replace(/\p{M}+/gu, "").replaceAll("&", "and").replaceAll("@", "at");
  return unidecode(spelled)
    .toLowerCase()
    .replace(/['"]/g, "")
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/-+/g, "-")
    .replace(/^[-_]+|[-_]+$/g, "");
}
