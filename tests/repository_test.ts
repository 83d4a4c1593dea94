import { assertEquals, assertStringIncludes } from "@std/assert";
import { VARIABLES } from "../src/environment.ts";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

/** Tables and texts may be longer than a screen or three. */
const TABLES = ["src/texts/en.ts"];
const LONGEST_FILE = 300;

function sources(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sources(`${folder}${name}/`);
    return name.endsWith(".ts") ? [folder + name] : [];
  });
}

Deno.test("the committed lock knows nothing of JSR, whose packages may be stand-ins", () => {
  const lock = JSON.parse(read("deno.lock"));
  assertEquals(lock.jsr, undefined);
  assertEquals(Object.keys(lock.specifiers).filter((specifier) => !specifier.startsWith("npm:")), []);
});

Deno.test("every dependency has an exact version", () => {
  const imports: Record<string, string> = JSON.parse(read("deno.json")).imports;
  const loose = Object.values(imports).filter((specifier) => !/@\d+\.\d+\.\d+\/?$/.test(specifier));
  assertEquals(loose, []);
});

Deno.test("the stand-ins are those of the versions that deno.json asks for", () => {
  const imports: Record<string, string> = JSON.parse(read("deno.json")).imports;
  for (const name of ["@std/assert", "@std/log"]) {
    const { versions } = JSON.parse(read(`offline/${name}/meta.json`));
    assertEquals(Object.keys(versions).map((version) => `jsr:${name}@${version}`), [imports[name]]);
  }
});

Deno.test("every task goes through the runner", () => {
  const tasks: Record<string, { command: string }> = JSON.parse(read("deno.json")).tasks;
  for (const { command } of Object.values(tasks)) {
    assertStringIncludes(command, "deno run -A --no-config --no-lock offline/run.ts");
  }
});

Deno.test("no source file is longer than can be read in one sitting", () => {
  const long = ["main.ts", ...sources("src/")].filter((path) => {
    return !TABLES.includes(path) && read(path).split("\n").length > LONGEST_FILE + 1;
  });
  assertEquals(long, []);
});

Deno.test("the README knows every variable", () => {
  const readme = read("README.md");
  assertEquals(VARIABLES.filter((name) => !readme.includes(`\`${name}\``)), []);
});

Deno.test("CI runs the command that the README names", () => {
  const command = "npx -y deno@2.9.6 task test";
  assertStringIncludes(read("README.md"), command);
  assertStringIncludes(read(".ci/run"), `\n${command}\n`);
});
