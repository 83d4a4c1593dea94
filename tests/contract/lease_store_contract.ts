/** What the elector relies on, as one suite for every Lease API: the double and a real kube-apiserver must both pass. */
import { outageContract } from "./lease/outages.ts";
import type { LeaseApiProvider } from "./lease/provider.ts";
import { refusalContract } from "./lease/refusals.ts";
import { rightsContract } from "./lease/rights.ts";
import { watchContract } from "./lease/watches.ts";
import { writeContract } from "./lease/writes.ts";

export { type Abilities, LEASE_NAME, type LeaseApiProvider, type OpenLeaseApi } from "./lease/provider.ts";

/** Defines the tests for one side. */
export function leaseStoreContract(provider: LeaseApiProvider): void {
  writeContract(provider);
  watchContract(provider);
  refusalContract(provider);
  rightsContract(provider);
  outageContract(provider);
}
