import { assertEquals } from "@std/assert";
import { schemaProblems } from "./kubernetes_schema.ts";

const budget = (spec: unknown) => ({ apiVersion: "policy/v1", kind: "PodDisruptionBudget", spec });

Deno.test("an object that the API knows in every field has no problems", () => {
  assertEquals(
    schemaProblems(budget({ maxUnavailable: 1, selector: { matchLabels: { app: "x", tier: "y" } } })),
    [],
  );
});

Deno.test("a misspelt field is found where it stands", () => {
  assertEquals(schemaProblems(budget({ maxUnavailble: 1 })), [
    "PodDisruptionBudget.spec.maxUnavailble is not a field of V1PodDisruptionBudgetSpec",
  ]);
});

Deno.test("a field that is written one level too high is found", () => {
  assertEquals(schemaProblems({ ...budget({}), selector: {} }), [
    "PodDisruptionBudget.selector is not a field of V1PodDisruptionBudget",
  ]);
});

Deno.test("wrong types are found in fields, lists and maps", () => {
  assertEquals(schemaProblems(budget({ maxUnavailable: true })), [
    "PodDisruptionBudget.spec.maxUnavailable must be a whole number or a string",
  ]);
  assertEquals(schemaProblems(budget({ selector: { matchLabels: { app: 1 } } })), [
    "PodDisruptionBudget.spec.selector.matchLabels.app must be a string",
  ]);
  assertEquals(schemaProblems(budget({ selector: { matchExpressions: {} } })), [
    "PodDisruptionBudget.spec.selector.matchExpressions must be a list",
  ]);
  assertEquals(schemaProblems(budget("none")), ["PodDisruptionBudget.spec must be an object"]);
});

Deno.test("an unknown kind, or none, is found", () => {
  assertEquals(schemaProblems({ apiVersion: "policy/v1", kind: "Budget" }), ["policy/v1 Budget is unknown"]);
  assertEquals(schemaProblems({ kind: "Secret" }), ["apiVersion or kind is missing"]);
  assertEquals(schemaProblems(null), ["not an object"]);
});
