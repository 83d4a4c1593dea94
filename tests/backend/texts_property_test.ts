import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tagsOf } from "../../src/backend/texts.ts";
import { anyText, property } from "./property.ts";

property(
  "tags are sorted, each once, and their own tags in any order",
  fc.property(fc.array(anyText, { maxLength: 30 }), (given) => {
    const tags = tagsOf(given);
    assertEquals(tags, [...new Set(tags)].toSorted());
    assertEquals(tagsOf([...tags].reverse()), tags);
    assert(tags.every((tag) => tag !== "" && !tag.includes("\0") && tag.isWellFormed()));
  }),
  { runs: 1_000 },
);
