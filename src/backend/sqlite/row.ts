/** Reads the columns of a row as the types that the schema promises. */
import type { SQLOutputValue } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

/** A text column that is never NULL. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`Column ${column} is ${typeof value}, not text`);
  return value;
}

/** A text column that may be NULL. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

/** An integer column that is never NULL. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`Column ${column} is ${typeof value}, not a number`);
  return value;
}

/** A column that holds a JSON array of texts. */
export function textsOf(row: Row, column: string): string[] {
  const values: unknown = JSON.parse(textOf(row, column));
  return Array.isArray(values) ? values.map(String) : [];
}
