/** What every page of the documentation must keep to: the code and the tasks that it names are there. */
import { assert, assertEquals } from "@std/assert";
import project from "../../deno.json" with { type: "json" };

/** The page's text, after its tests are defined. */
export async function testedPage(path: string): Promise<string> {
  const page = new URL(`../../${path}`, import.meta.url);
  const text = await Deno.readTextFile(page);

  Deno.test(`${path}: every place in the code that the page names is there`, async () => {
    const links = [...text.matchAll(/\[`(\w+)`\]\(([^)]+)\)/g)];
    assert(links.length > 20, "the page links to the code");
    for (const [, name = "", file = ""] of links) {
      const source = await Deno.readTextFile(new URL(file, page));
      const isThere = new RegExp(
        `(function|class|const|get|interface|\\breadonly) ${name}\\b|^ +(async )?#?${name}[<(]`,
        "m",
      ).test(source);
      assert(isThere, `${name} in ${file}`);
    }
  });

  Deno.test(`${path}: every task that the page names can be run`, () => {
    const named = new Set([...text.matchAll(/deno task ([\w:]+)/g)].map(([, task = ""]) => task));
    assertEquals([...named].filter((task) => !(task in project.tasks)), []);
  });

  return text;
}
