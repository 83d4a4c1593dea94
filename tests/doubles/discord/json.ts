/** Reading bodies whose shape is not known yet. */

/** An object of a body. */
export type Json = Readonly<Record<string, unknown>>;

/** `value` if it is an object, else an empty one. */
export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** The objects of `value` if it is an array, else none. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `value` if it is a string, else "". */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `value` if it is a number, else `otherwise`. */
export function number(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
