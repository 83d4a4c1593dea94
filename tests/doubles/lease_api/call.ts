/** Requests to the API as it understands them: verb, namespace, name, and what a watch asks for. */
import type { Right } from "./accounts.ts";

export interface Call {
  readonly verb: Right["verb"];
  readonly namespace: string;
  /** In the path, or the one that a field selector names. */
  readonly name: string | undefined;
  /** What the field selector of a list or a watch names. */
  readonly selected: string | undefined;
  /** After which version a watch begins; undefined: with what there is. */
  readonly version: number | undefined;
  readonly timeoutSeconds: number;
  readonly wantsBookmarks: boolean;
}

const PATH = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/]+)\/leases(?:\/([^/]+))?$/;

/** Undefined where the API has no such path or method. */
export function readCall(request: Request): Call | undefined {
  const { pathname, searchParams } = new URL(request.url);
  const [matched, namespace = "", pathName] = pathname.match(PATH) ?? [];
  if (matched === undefined) return undefined;
  const isWatch = ["true", "1"].includes(searchParams.get("watch") ?? "");
  const verb = pathName === undefined ? collectionVerb(request.method, isWatch) : objectVerb(request.method);
  if (verb === undefined) return undefined;
  const selected = searchParams.get("fieldSelector")?.match(/^metadata\.name=(.+)$/)?.[1];
  const version = Number(searchParams.get("resourceVersion") ?? 0);
  return {
    verb,
    namespace,
    name: pathName ?? selected,
    selected,
    version: version === 0 ? undefined : version,
    timeoutSeconds: Number(searchParams.get("timeoutSeconds") ?? 1800),
    wantsBookmarks: searchParams.get("allowWatchBookmarks") === "true",
  };
}

function objectVerb(method: string): Right["verb"] | undefined {
  switch (method) {
    case "GET":
      return "get";
    case "PUT":
      return "update";
    case "DELETE":
      return "delete";
  }
  return undefined;
}

function collectionVerb(method: string, isWatch: boolean): Right["verb"] | undefined {
  if (method === "GET") return isWatch ? "watch" : "list";
  return method === "POST" ? "create" : undefined;
}
