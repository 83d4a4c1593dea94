import { assert, assertArrayIncludes, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VARIABLES } from "../../src/environment.ts";
import { createMetrics } from "../../src/metrics.ts";
import { botContainer, MANIFESTS, sectionOf, shellBlocksOf, sourcesBelow, textOf, theOnly } from "./project_files.ts";

const README = "k8s/README.md";

/** The rows of all tables of a section, without their heads. */
function rowsOf(section: string): string[][] {
  return section.split("\n")
    .filter((line, index, lines) =>
      line.startsWith("|") && !/^\| -/.test(line) && !/^\| -/.test(lines[index + 1] ?? "")
    )
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** What stands between backticks. */
function codeOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}

Deno.test("the configuration table has every variable once, and none that is not read", () => {
  const named = rowsOf(sectionOf(README, "Configuration")).flatMap(([variable = ""]) => codeOf(variable));
  assertEquals(named.toSorted(), [...VARIABLES].toSorted());
});

Deno.test("the configuration table shows what the Deployment sets", () => {
  const rows = rowsOf(sectionOf(README, "Configuration"));
  for (const { name, value } of botContainer().env ?? []) {
    if (value === undefined || name.endsWith("_FILE")) continue;
    assertStringIncludes(rows.find(([variable]) => variable?.includes(`\`${name}\``))?.[1] ?? "", value);
  }
});

Deno.test("every variable that an example sets is one that is read", () => {
  const examples = textOf(README).match(/\b[A-Z][A-Z_]+_[A-Z_]+(?==)/g) ?? [];
  assert(examples.length > 0);
  assertArrayIncludes([...VARIABLES], examples);
});

Deno.test("the quick start names the namespace in every call, and applies every manifest", () => {
  const blocks = shellBlocksOf(sectionOf(README, "Quick start"));
  assertEquals(blocks.length, 4);
  const calls = blocks.join("").match(/kubectl .*/g) ?? [];
  assertMatch(calls[0] ?? "", /^kubectl create namespace hivemind$/);
  for (const call of calls.slice(1)) assertMatch(call, /^kubectl --namespace hivemind /);
  for (const manifest of MANIFESTS) assertStringIncludes(blocks.join(""), `k8s/${manifest}`);
});

Deno.test("the lines that show the rights ask for exactly what the Role gives", () => {
  const asked = [...sectionOf(README, "Troubleshooting").matchAll(/auth can-i (\S+) (\S+)/g)];
  const given = theOnly("Role").rules?.flatMap(({ verbs, resources = [], resourceNames = [] }) =>
    verbs.map((verb) => [verb, [...resources, ...resourceNames].join("/")])
  );
  assertEquals(asked.map(([, verb, object]) => [verb, object]), given);
});

Deno.test("every metric in the text exists", async () => {
  const metrics = await createMetrics().registry.metrics();
  const named = textOf(README).match(/\b(hivemind_[a-z_]+|leader_election_[a-z_]+)\b/g) ?? [];
  assert(named.length > 0);
  for (const name of named) assertMatch(metrics, new RegExp(`^# TYPE ${name} `, "m"));
});

Deno.test("every log message in the text is one that the program writes", () => {
  const sources = sourcesBelow("src");
  const [messages = []] = sectionOf(README, "Troubleshooting").split("| what you see").map(rowsOf);
  const named = messages.flatMap(([message = ""]) => codeOf(message));
  assert(named.length >= 10);
  for (const message of named) assertStringIncludes(sources, `"${message}"`);
});
