import { assert, assertEquals } from "@std/assert";

const PAGE = new URL("../../docs/election.md", import.meta.url);
const text = await Deno.readTextFile(PAGE);

Deno.test("every place in the code that the page names is there", async () => {
  const links = [...text.matchAll(/\[`(\w+)`\]\(([^)]+)\)/g)];
  assert(links.length > 20, "the page links to the code");
  for (const [, name = "", path = ""] of links) {
    const source = await Deno.readTextFile(new URL(path, PAGE));
    assert(
      new RegExp(`(function|class|const|get|\\breadonly) ${name}\\b|^ +${name}\\(`, "m").test(source),
      `${name} in ${path}`,
    );
  }
});

Deno.test("the picture has the states of the code, no more and no less", async () => {
  const source = await Deno.readTextFile(new URL("../src/election/state.ts", PAGE));
  const names = [...source.matchAll(/readonly name: "(\w+)"/g)].map(([, name]) => name);
  const drawn = [...text.matchAll(/^ {2}(\w+) -->|--> (\w+):/gm)].map(([, from, to]) => from ?? to);
  assertEquals([...new Set(drawn)].sort(), names.sort());
});

Deno.test("every task that the page names can be run", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", PAGE)));
  const named = new Set([...text.matchAll(/deno task ([\w:]+)/g)].map(([, task = ""]) => task));
  assertEquals([...named].filter((task) => !(task in tasks)), []);
});
