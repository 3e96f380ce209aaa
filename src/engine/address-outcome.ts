// What holds for one address on every node alike: who decides its attributes, and which endpoints count.
// In: the claims of the services that hold the address, their endpoints, the nodes. The result is small and comparable.

import type { AddressOrigins, Contender, Contenders } from './address-origins.ts';
import { evaluateOrigins } from './address-origins.ts';
import { KIND_ORDER } from './addresses.ts';
import type { Claim } from './claim.ts';
import { ruleOf } from './claim.ts';
import { usableInCluster } from './endpoints.ts';
import type { ChosenNodes } from './node-limit.ts';
import { chooseNodes } from './node-limit.ts';
import type { NodeTable } from './node-table.ts';

/** What holds for an address on every node alike. */
export interface AddressOutcome extends AddressOrigins {
  /** The nodes that a `limit` chose; absent without one. */
  readonly chosen: ChosenNodes | undefined;
}

/** Orders claims on one address: by kind, then by `namespace/name`. */
export function compareClaims(a: Claim, b: Claim): number {
  const byKind = KIND_ORDER.indexOf(a.addressKind) - KIND_ORDER.indexOf(b.addressKind);
  if (byKind !== 0) return byKind;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Decides for the whole cluster. */
export function evaluateAddress(contenders: Contenders, nodes: NodeTable): AddressOutcome {
  const origins = evaluateOrigins(contenders, nodes);
  const chosen = chooseNodes(contenders, origins, nodes);
  return chosen === undefined ? withoutLimit(origins) : { ...origins, chosen };
}

/** Nearly all addresses have one of these few, so they are shared. */
const outcomes: (AddressOutcome | undefined)[] = [];

function withoutLimit({ last, localOnly, hasOrigin }: AddressOrigins): AddressOutcome {
  const index = Number(last) * 4 + Number(localOnly) * 2 + Number(hasOrigin);
  const known = outcomes[index] ?? { last, localOnly, hasOrigin, chosen: undefined };
  outcomes[index] = known;
  return known;
}

/** True if a usable endpoint of the claim's service makes aggregates over the address used. */
export function isInUse({ claim, endpoints }: Contender): boolean {
  if (!claim.isUse) return false;
  const rule = ruleOf(claim);
  return usableInCluster(endpoints, rule, false) > 0 || usableInCluster(endpoints, rule, true) > 0;
}
