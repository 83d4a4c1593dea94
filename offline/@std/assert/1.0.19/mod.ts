// deno-lint-ignore-file default-param-last -- the parameters of the real package
/** Stand-in for `jsr:@std/assert@1.0.19`, used where JSR is out of reach: the few functions that the tests use, with the same contract. */
import { deepStrictEqual, notDeepStrictEqual } from "node:assert/strict";
import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect } from "node:util";

export class AssertionError extends Error {
  override name = "AssertionError";
}

// deno-lint-ignore no-explicit-any -- the real package types constructors like this, so that any class fits
type Constructor<T> = abstract new (...args: any[]) => T;

export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg ? `: ${msg}` : "."}`);
}

export function unreachable(reason?: string): never {
  throw new AssertionError(`Unreachable${reason ? `: ${reason}` : "."}`);
}

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertFalse(expr: unknown, msg = "Expected a falsy value."): asserts expr is false {
  if (expr) throw new AssertionError(msg);
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throwWith(`Expected actual: "${actual}" to not be null or undefined`, msg);
  }
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrow(() => deepStrictEqual(actual, expected), msg);
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrow(() => notDeepStrictEqual(actual, expected), msg);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) throwWith(`Expected ${inspect(actual)} to be strictly ${inspect(expected)}`, msg);
}

export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  if (Object.is(actual, expected)) throwWith(`Expected ${inspect(actual)} not to be strictly that`, msg);
}

export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  const allowed = tolerance ?? Math.abs(expected) * 1e-7;
  if (!(Math.abs(actual - expected) <= allowed)) {
    throwWith(`Expected ${actual} to be within ${allowed} of ${expected}`, msg);
  }
}

export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throwWith(`Expected ${inspect(actual)} > ${inspect(expected)}`, msg);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throwWith(`Expected ${inspect(actual)} >= ${inspect(expected)}`, msg);
}

export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throwWith(`Expected ${inspect(actual)} < ${inspect(expected)}`, msg);
}

export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throwWith(`Expected ${inspect(actual)} <= ${inspect(expected)}`, msg);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) throwWith(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) throwWith(`Expected actual: "${actual}" to match: "${expected}"`, msg);
}

export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) throwWith(`Expected actual: "${actual}" to not match: "${expected}"`, msg);
}

export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void {
  const missing = Array.from(expected).filter((wanted) =>
    !Array.from(actual).some((found) => isDeepEqual(found, wanted))
  );
  if (missing.length > 0) throwWith(`Expected ${inspect(actual)} to include ${inspect(missing)}`, msg);
}

export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- as in the real package
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(subset(actual, expected), expected, msg);
}

export function assertInstanceOf<T>(actual: unknown, expectedType: Constructor<T>, msg?: string): asserts actual is T {
  if (!(actual instanceof expectedType)) throwWith(`Expected ${inspect(actual)} to be a ${expectedType.name}`, msg);
}

export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass: Constructor<E> = Error as unknown as Constructor<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  assertInstanceOf(error, ErrorClass, msg);
  const { message } = error as Error;
  const matches = typeof msgMatches === "string" ? message.includes(msgMatches) : msgMatches?.test(message) ?? true;
  if (!matches) throwWith(`Expected error message "${message}" to match ${inspect(msgMatches)}`, msg);
}

export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: Constructor<E>,
  msgIncludes?: string,
  msg?: string,
): E {
  try {
    fn();
  } catch (thrown) {
    assertIsError<E>(thrown, ErrorClass, msgIncludes, msg);
    return thrown;
  }
  throwWith("Expected function to throw.", msg);
}

export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: Constructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E> {
  try {
    await fn();
  } catch (thrown) {
    assertIsError<E>(thrown, ErrorClass, msgIncludes, msg);
    return thrown;
  }
  throwWith("Expected function to reject.", msg);
}

function throwWith(reason: string, msg: string | undefined): never {
  throw new AssertionError(msg ? `${reason}: ${msg}` : reason);
}

function rethrow(check: () => void, msg: string | undefined): void {
  try {
    check();
  } catch (thrown) {
    if (!(thrown instanceof NodeAssertionError)) throw thrown;
    throwWith(thrown.message, msg);
  }
}

function isDeepEqual(left: unknown, right: unknown): boolean {
  try {
    deepStrictEqual(left, right);
    return true;
  } catch {
    return false;
  }
}

/** What `actual` has of the keys of `expected`, at every depth. */
function subset(actual: unknown, expected: unknown): unknown {
  if (typeof actual !== "object" || actual === null || typeof expected !== "object" || expected === null) return actual;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return actual;
    return actual.map((item, index) => index < expected.length ? subset(item, expected[index]) : item);
  }
  const entries = Object.keys(expected).filter((key) => key in actual);
  return Object.fromEntries(
    entries.map((key) => [key, subset(Reflect.get(actual, key), Reflect.get(expected, key))]),
  );
}
