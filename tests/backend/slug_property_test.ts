import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { slugOf } from "../../src/backend/slug.ts";
import { anyText, property } from "./property.ts";

property(
  "a slug is its own slug, and can stand in an address",
  fc.property(anyText, (title) => {
    const slug = slugOf(title);
    assert(/^[a-z0-9_-]*$/.test(slug) && !slug.startsWith("-") && !slug.endsWith("-"), slug);
    assertEquals(slugOf(slug), slug);
  }),
  { runs: 2_000 },
);

property(
  "white space, case and punctuation around a title make no other slug",
  fc.property(fc.array(fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/), { minLength: 1, maxLength: 5 }), (words) => {
    const slug = slugOf(words.join(" "));
    assertEquals(slugOf(`  ${words.join(" \t ").toUpperCase()}!? `), slug);
    assertEquals(slug, words.join("-").toLowerCase());
  }),
  { runs: 500 },
);
