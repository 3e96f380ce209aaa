// Which nodes originate one address, as far as no limit chooses among them, and which endpoints count for that.
// In: the claims of the services that hold the address, their endpoints, the nodes.

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

/** Facts about an address that no node changes, and that its origins follow from. */
export interface AddressOrigins {
  /** The ready endpoints alone would leave the address without any origin, so that terminating ones count. */
  readonly last: boolean;
  /** A Local service with a usable endpoint holds the address, so that Cluster services do not justify the route. */
  readonly localOnly: boolean;
  /** Some node advertises the exact route. */
  readonly hasOrigin: boolean;
}

/** The claims on one address with their endpoints, in the order of the claims. */
export function contendersOf(claims: readonly Claim[], endpointsOf: (service: string) => ServiceEndpoints): Contenders {
  return claims.map((claim) => ({ claim, endpoints: endpointsOf(claim.key)[claim.prefix.family] }));
}

/** The claim whose attributes, `to` and kind the route takes on every node; absent if none may be advertised. */
export function ownerOf(contenders: Contenders): Claim | undefined {
  return contenders.find(({ claim }) => isValid(claim))?.claim;
}

/** Decides for the whole cluster. The terminating endpoints are asked only where the ready ones give no origin. */
export function evaluateOrigins(contenders: Contenders, nodes: NodeTable): AddressOrigins {
  const ready = originsWith(contenders, nodes, false);
  return ready.hasOrigin ? ready : originsWith(contenders, nodes, true);
}

/** The nodes that pass rows 0 and 7 to 9 for some service that holds the address. */
export function originNodes(contenders: Contenders, origins: AddressOrigins, nodes: NodeTable): ReadonlySet<string> {
  const [first, ...others] = contenders.filter(({ claim }) => mayJustify(claim, origins.localOnly));
  const verdict = first?.claim.verdict;
  // The common case shares the set of all other such addresses.
  if (others.length === 0 && verdict?.kind === 'exact' && verdict.origin === 'all-nodes' && origins.hasOrigin) {
    return nodes.origins(verdict.where);
  }
  const names = new Set<string>();
  for (const name of eachOrigin(contenders, origins, nodes)) names.add(name);
  return names;
}

function originsWith(contenders: Contenders, nodes: NodeTable, last: boolean): AddressOrigins {
  const localOnly = contenders.some(
    ({ claim, endpoints }) =>
      claim.verdict.kind === 'exact' &&
      claim.trafficPolicy === 'Local' &&
      usableInCluster(endpoints, ruleOf(claim), last) > 0,
  );
  const { done = false } = eachOrigin(contenders, { last, localOnly }, nodes).next();
  return { last, localOnly, hasOrigin: !done };
}

/** Origins one by one, so that who only asks whether there is any need not wait for all. A name may come twice. */
function* eachOrigin(
  contenders: Contenders,
  { last, localOnly }: Pick<AddressOrigins, 'last' | 'localOnly'>,
  nodes: NodeTable,
): Generator<string, undefined> {
  for (const { claim, endpoints } of contenders) {
    if (claim.verdict.kind !== 'exact' || !mayJustify(claim, localOnly)) continue;
    yield* originsOfClaim(claim, claim.verdict, endpoints, nodes, last);
  }
}

function mayJustify({ verdict, trafficPolicy }: Claim, localOnly: boolean): boolean {
  return verdict.kind === 'exact' && !(localOnly && trafficPolicy === 'Cluster');
}

function* originsOfClaim(
  claim: Claim,
  verdict: ExactVerdict,
  endpoints: FamilyEndpoints,
  nodes: NodeTable,
  last: boolean,
): Generator<string, undefined> {
  const origins = nodes.origins(verdict.where);
  const rule = ruleOf(claim);
  if (verdict.origin === 'all-nodes') {
    if (usableInCluster(endpoints, rule, last) >= verdict.require) yield* origins;
    return;
  }
  for (const node of endpoints.nodes.keys()) {
    if (origins.has(node) && usableOnNode(endpoints, node, rule, last) >= verdict.require) yield node;
  }
}
