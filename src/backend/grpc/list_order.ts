/** The words for the order of a list, as servers of the contract know them. */
import { Failure } from "../../failure.ts";

const WORDS = { "": "created", created_at: "created", updated_at: "updated", title: "title" } as const;

type Order = (typeof WORDS)[keyof typeof WORDS];

/** The order that a request names, one of those that this list can have. @throws {Failure} `bad_input` for any other */
export function orderFromWire<Allowed extends Order>(word: string, allowed: readonly Allowed[]): Allowed {
  const known: Readonly<Record<string, Order>> = WORDS;
  const order = allowed.find((one) => one === known[word]);
  if (order !== undefined) return order;
  const choice = allowed.map((one) => one === "title" ? `"title"` : `"${one}_at"`).join(" or ");
  throw new Failure("bad_input", `This list is ordered by ${choice}; asked for was "${word}"`);
}
