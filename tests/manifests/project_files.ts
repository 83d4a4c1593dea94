/** The files that these tests read: the manifests as objects, tables and commands of READMEs, the tasks of deno.json. */
import type { V1Container, V1Deployment, V1Role, V1Secret } from "@kubernetes/client-node";
import { loadAll } from "js-yaml";
import { schemaProblems } from "./kubernetes_schema.ts";

const ROOT = new URL("../../", import.meta.url);

/** The files of `k8s/` that hold objects of the API. */
export const MANIFESTS = ["bot-rbac.yaml", "bot-secrets.yaml", "bot-deployment.yaml"];

interface Kinds {
  Deployment: V1Deployment;
  Role: V1Role;
  Secret: V1Secret;
}

/** The text of a file; its path is from the root of the project. */
export function textOf(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The text of all TypeScript files of a folder, joined. */
export function sourcesBelow(folder: string): string {
  return Deno.readDirSync(new URL(`${folder}/`, ROOT)).map(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sourcesBelow(path);
    return name.endsWith(".ts") ? textOf(path) : "";
  }).toArray().join("\n");
}

/** All documents of a file of `k8s/`. */
export function documentsOf(manifest: string): unknown[] {
  return loadAll(textOf(`k8s/${manifest}`));
}

/** The one object of this kind among all manifests. @throws {Error} when there are none or several, or it does not fit the API */
export function theOnly<K extends keyof Kinds>(kind: K): Kinds[K] {
  const objects = MANIFESTS.flatMap(documentsOf).filter((object) => kindOf(object) === kind);
  const problems = objects.flatMap(schemaProblems);
  if (objects.length !== 1 || problems.length > 0) {
    throw new Error(`${objects.length} objects of kind ${kind}: ${problems.join(", ")}`);
  }
  return objects[0] as Kinds[K]; // the schema has just been checked
}

/** The kind of an object of the API. */
export function kindOf(object: unknown): string {
  const kind: unknown = typeof object === "object" && object !== null && Reflect.get(object, "kind");
  return typeof kind === "string" ? kind : "";
}

/** The container of the Deployment. */
export function botContainer(): V1Container {
  const [container, ...others] = theOnly("Deployment").spec?.template.spec?.containers ?? [];
  if (container === undefined || others.length > 0) {
    throw new Error("The Deployment does not have exactly one container");
  }
  return container;
}

/** The lines of a Markdown file from a heading (without its `#`) to the next one of the same or a higher level. */
export function sectionOf(path: string, heading: string): string {
  const lines = textOf(path).split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`${path} has no section "${heading}"`);
  const level = lines[start]?.indexOf(" ") ?? 0;
  let fenced = false;
  const end = lines.findIndex((line, index) => {
    if (line.trimStart().startsWith("```")) fenced = !fenced;
    return index > start && !fenced && new RegExp(`^#{1,${level}} `).test(line);
  });
  return lines.slice(start + 1, end < 0 ? undefined : end).join("\n");
}

/** The shell blocks of a section, without the indentation that a list gives them. */
export function shellBlocksOf(section: string): string[] {
  return [...section.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].map(([, indent = "", block = ""]) =>
    block.replaceAll(new RegExp(`^${indent}`, "gm"), "")
  );
}

/** The words of the task `build` after `compile`: the flags of the binary, `main.ts` at the end. */
export function buildArguments(): string[] {
  const command: string = JSON.parse(textOf("deno.json")).tasks.build.command;
  const words = [...command.matchAll(/(?:'[^']*'|\S)+/g)].map(([word]) => word.replaceAll("'", ""));
  return words.slice(words.indexOf("compile") + 1);
}

/** The flags of `build` that limit what the program may do; they mean the same to `deno run`. */
export function permissionFlags(): string[] {
  return buildArguments().filter((word) => /^--(allow|deny|ignore)-|^--no-prompt$/.test(word));
}
