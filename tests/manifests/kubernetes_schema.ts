/**
 * Checks an object against the fields and types of the Kubernetes API, offline: what a server-side dry run refuses as unknown
 * or misspelt is found here too, from the models that `@kubernetes/client-node` is generated with.
 */
import * as models from "@kubernetes/client-node";

/** One field of a generated model; its type is a primitive, another model, or `Array<…>` or `{ [key: string]: …; }` of one. */
interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** What is wrong with a manifest, one sentence each; none for one that the API knows in every field. */
export function schemaProblems(object: unknown): string[] {
  if (!isRecord(object)) return ["not an object"];
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return ["apiVersion or kind is missing"];
  const version = apiVersion.split("/").at(-1) ?? "";
  const model = `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  if (attributesOf(model) === undefined) return [`${apiVersion} ${kind} is unknown`];
  return [...problemsAt(kind, object, model)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function attributesOf(model: string): readonly Attribute[] | undefined {
  const candidate: unknown = Reflect.get(models, model);
  if (typeof candidate !== "function") return undefined;
  const attributes: unknown = Reflect.get(candidate, "attributeTypeMap");
  return Array.isArray(attributes) ? attributes : undefined;
}

function* problemsAt(path: string, value: unknown, type: string): Generator<string> {
  const element = type.match(/^Array<(.+)>$/)?.[1];
  const entry = type.match(/^\{ \[key: string\]: (.+); \}$/)?.[1];
  const attributes = attributesOf(type);
  if (element !== undefined) {
    if (!Array.isArray(value)) return yield `${path} must be a list`;
    for (const [index, item] of value.entries()) yield* problemsAt(`${path}[${index}]`, item, element);
  } else if (entry !== undefined || attributes !== undefined) {
    if (!isRecord(value)) return yield `${path} must be an object`;
    for (const [key, item] of Object.entries(value)) {
      const itemType = entry ?? attributes?.find(({ baseName }) => baseName === key)?.type;
      if (itemType === undefined) yield `${path}.${key} is not a field of ${type}`;
      else yield* problemsAt(`${path}.${key}`, item, itemType);
    }
  } else if (type === "IntOrString") {
    if (typeof value !== "string" && !Number.isInteger(value)) yield `${path} must be a whole number or a string`;
  } else if (["string", "number", "boolean"].includes(type)) {
    const actual: string = typeof value;
    if (actual !== type) yield `${path} must be a ${type}`;
  }
}
