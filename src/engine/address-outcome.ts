// What holds for one address on every node alike: who decides its attributes, and which endpoints count.
// In: the claims of the services that hold the address, their endpoints, the nodes. The result is small and comparable.

import { KIND_ORDER } from './addresses.ts';
import type { Claim, ExactVerdict } from './claim.ts';
import { isValid, ruleOf } from './claim.ts';
import type { FamilyEndpoints, ServiceEndpoints } from './endpoints.ts';
import { usableInCluster, usableOnNode } from './endpoints.ts';
import type { NodeTable } from './node-table.ts';

/** The claims on one address in order, with the endpoints of each claim's service in the family of the address. */
export type Contenders = readonly Contender[];

/** One service that holds the address. */
export interface Contender {
  readonly claim: Claim;
  readonly endpoints: FamilyEndpoints;
}

/** Facts about an address that no node changes. */
export interface AddressOutcome {
  /** The ready endpoints alone would leave the address without any origin, so that terminating ones count. */
  readonly last: boolean;
  /** A Local service with a usable endpoint holds the address, so that Cluster services do not justify the route. */
  readonly localOnly: boolean;
  /** Some node advertises the exact route. */
  readonly hasOrigin: boolean;
}

/** Orders claims on one address: by kind, then by `namespace/name`. */
export function compareClaims(a: Claim, b: Claim): number {
  const byKind = KIND_ORDER.indexOf(a.addressKind) - KIND_ORDER.indexOf(b.addressKind);
  if (byKind !== 0) return byKind;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** The claims on one address with their endpoints, in the order of the claims. */
export function contendersOf(claims: readonly Claim[], endpointsOf: (service: string) => ServiceEndpoints): Contenders {
  return claims.map((claim) => ({ claim, endpoints: endpointsOf(claim.key)[claim.prefix.family] }));
}

/** Decides for the whole cluster. The terminating endpoints are asked only where the ready ones give no origin. */
export function evaluateAddress(contenders: Contenders, nodes: NodeTable): AddressOutcome {
  const ready = originsWith(contenders, nodes, false);
  if (ready.hasOrigin) return { last: false, ...ready };
  return { last: true, ...originsWith(contenders, nodes, true) };
}

/** The claim whose attributes, `to` and kind the route takes on every node; absent if none may be advertised. */
export function ownerOf(contenders: Contenders): Claim | undefined {
  return contenders.find(({ claim }) => isValid(claim))?.claim;
}

/** True if a usable endpoint of the claim's service makes aggregates over the address used. */
export function isInUse({ claim, endpoints }: Contender): boolean {
  if (!claim.isUse) return false;
  const rule = ruleOf(claim);
  return usableInCluster(endpoints, rule, false) > 0 || usableInCluster(endpoints, rule, true) > 0;
}

function originsWith(
  contenders: Contenders,
  nodes: NodeTable,
  last: boolean,
): Pick<AddressOutcome, 'localOnly' | 'hasOrigin'> {
  const localOnly = contenders.some(
    ({ claim, endpoints }) =>
      claim.verdict.kind === 'exact' &&
      claim.trafficPolicy === 'Local' &&
      usableInCluster(endpoints, ruleOf(claim), last) > 0,
  );
  const hasOrigin = contenders.some(({ claim, endpoints }) => {
    if (claim.verdict.kind !== 'exact') return false;
    if (localOnly && claim.trafficPolicy === 'Cluster') return false;
    return hasOriginNode(claim, claim.verdict, endpoints, nodes, last);
  });
  return { localOnly, hasOrigin };
}

function hasOriginNode(
  claim: Claim,
  verdict: ExactVerdict,
  endpoints: FamilyEndpoints,
  nodes: NodeTable,
  last: boolean,
): boolean {
  const origins = nodes.origins(verdict.where);
  const rule = ruleOf(claim);
  if (verdict.origin === 'all-nodes') {
    return origins.size > 0 && usableInCluster(endpoints, rule, last) >= verdict.require;
  }
  for (const node of endpoints.nodes.keys()) {
    if (origins.has(node) && usableOnNode(endpoints, node, rule, last) >= verdict.require) return true;
  }
  return false;
}
