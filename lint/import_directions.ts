/**
 * A lint plugin that keeps the arrows of the design: which folder may import which, and the few files that alone may
 * touch the environment, the clock and the logging package.
 */

/** Folder (or file) below `src/` → what it may import below `src/`, beside itself and the foundation. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  app: ["backend", "commands", "config", "discord", "election", "health", "shutdown", "sync", "texts"],
  backend: [],
  backoff: [],
  clock: [],
  commands: ["backend", "discord", "texts"],
  config: ["environment"],
  discord: ["texts"],
  election: [],
  environment: [],
  failure: [],
  health: [],
  log: [],
  main: ["app", "config", "environment", "health", "register_commands", "serve_backend"],
  metrics: [],
  register_commands: ["commands", "config", "discord"],
  serve_backend: ["backend", "config", "shutdown"],
  shutdown: [],
  sync: [],
  texts: [],
};

/** Everyone may import these; among themselves they follow this order, each only those before it. */
const FOUNDATION = ["backoff", "clock", "failure", "log", "metrics"];

/** What only one file may use. */
const OWNERS = {
  "@std/log": "log",
  "Deno.env": "config",
  time: "clock",
} as const;

const TIMERS = new Set(["setTimeout", "setInterval", "clearTimeout", "clearInterval"]);

/** The part of the program that a file is: `election` for `src/election/lease.ts`, `clock` for `src/clock.ts`, `main` for `main.ts`. */
export function partOf(path: string): string | undefined {
  const file = path.replaceAll("\\", "/");
  const below = file.match(/(?:^|\/)src\/(.+)$/)?.[1];
  if (below !== undefined) return below.split("/")[0]?.replace(/\.ts$/, "");
  return /(?:^|\/)main\.ts$/.test(file) ? "main" : undefined;
}

/** Why `from` may not import `to`, or undefined if it may. Parts are named as by {@linkcode partOf}. */
export function refusal(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  const isFoundation = FOUNDATION.includes(from);
  if (FOUNDATION.includes(to) && (!isFoundation || FOUNDATION.indexOf(to) < FOUNDATION.indexOf(from))) return undefined;
  const allowed = ARROWS[from];
  if (allowed === undefined) {
    return `${from} is not a part that lint/import_directions.ts knows; add it with its arrows`;
  }
  if (allowed.includes(to)) return undefined;
  const reach = [...allowed, ...(isFoundation ? [] : FOUNDATION)];
  return `${from} must not import ${to}; it may import ${reach.join(", ") || "nothing"}`;
}

/** The path that a relative specifier of `file` leads to. */
function resolve(specifier: string, file: string): string {
  return new URL(specifier, `file://${file.startsWith("/") ? "" : "/"}${file.replaceAll("\\", "/")}`).pathname;
}

function checkSpecifier(context: Deno.lint.RuleContext, node: Deno.lint.Node, specifier: unknown): void {
  const from = partOf(context.filename);
  if (from === undefined || typeof specifier !== "string") return;
  if (specifier === "@std/log" && from !== OWNERS["@std/log"]) {
    context.report({ node, message: `Only src/${OWNERS["@std/log"]}.ts imports @std/log` });
  }
  if (!specifier.startsWith(".")) return;
  const path = resolve(specifier, context.filename);
  const to = partOf(path);
  if (to === undefined) {
    if (/\/proto\//.test(path)) return;
    if (/\/deno\.json$/.test(path)) return;
    context.report({ node, message: `The program must not import ${specifier}, which lies outside src/` });
    return;
  }
  const message = refusal(from, to);
  if (message !== undefined) context.report({ node, message });
}

function ownersOnly(context: Deno.lint.RuleContext, node: Deno.lint.Node, owner: string, what: string): void {
  const part = partOf(context.filename);
  if (part === undefined || part === owner) return;
  context.report({ node, message: `Only src/${owner}.ts uses ${what}` });
}

const plugin: Deno.lint.Plugin = {
  name: "hivemind",
  rules: {
    "import-directions": {
      create: (context) => ({
        ImportDeclaration: (node) => checkSpecifier(context, node, node.source.value),
        ExportNamedDeclaration: (node) => checkSpecifier(context, node, node.source?.value),
        ExportAllDeclaration: (node) => checkSpecifier(context, node, node.source.value),
        ImportExpression: (node) =>
          checkSpecifier(context, node, node.source.type === "Literal" ? node.source.value : undefined),
      }),
    },
    "owned-globals": {
      create: (context) => ({
        'MemberExpression[object.name="Deno"][property.name="env"]': (node: Deno.lint.Node) =>
          ownersOnly(context, node, OWNERS["Deno.env"], "Deno.env"),
        'MemberExpression[object.name="Date"][property.name="now"]': (node: Deno.lint.Node) =>
          ownersOnly(context, node, OWNERS.time, "Date.now"),
        'MemberExpression[object.name="performance"]': (node: Deno.lint.Node) =>
          ownersOnly(context, node, OWNERS.time, "performance"),
        'MemberExpression[object.name="AbortSignal"][property.name="timeout"]': (node: Deno.lint.Node) =>
          ownersOnly(context, node, OWNERS.time, "AbortSignal.timeout; sleep and deadline of the clock do this"),
        CallExpression: (node) => {
          if (node.callee.type !== "Identifier" || !TIMERS.has(node.callee.name)) return;
          ownersOnly(context, node, OWNERS.time, node.callee.name);
        },
        NewExpression: (node) => {
          if (node.callee.type !== "Identifier" || node.callee.name !== "Date" || node.arguments.length > 0) return;
          ownersOnly(context, node, OWNERS.time, "the current Date");
        },
      }),
    },
  },
};

export default plugin;
