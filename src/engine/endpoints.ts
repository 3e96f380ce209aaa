// Counts the endpoints of a service: per family, per node and in all, under each endpoint rule.

import type { EndpointRule } from '../dsl/policy.ts';
import type { Family } from '../dsl/prefix.ts';
import type { Endpoint, EndpointSlice } from './objects.ts';

/** How many endpoints count. A later number includes the earlier ones' endpoints. */
export interface EndpointCounts {
  readonly ready: number;
  /** Ready, or serving while terminating. */
  readonly readyOrTerminating: number;
  /** Ready or serving. */
  readonly serving: number;
}

/** What counts on each node that has any endpoint. */
export interface NodeCounts {
  get(node: string): EndpointCounts | undefined;
  keys(): Iterable<string>;
}

/** The endpoints of one family: on each node that has any, and in the whole cluster. */
export interface FamilyEndpoints {
  readonly nodes: NodeCounts;
  readonly cluster: EndpointCounts;
}

/** The endpoints of one service. */
export type ServiceEndpoints = Readonly<Record<Family, FamilyEndpoints>>;

/** Thousands of services have the same few counts, so small ones are shared. */
const shared: (EndpointCounts | undefined)[] = [];
const SHARED_BELOW = 8;

/** No endpoints. */
export const NO_COUNTS = countsOf(0, 0, 0);
const NO_FAMILY: FamilyEndpoints = { nodes: new Map(), cluster: NO_COUNTS };

/** The endpoints of a service that has none. */
export const NO_ENDPOINTS: ServiceEndpoints = { ipv4: NO_FAMILY, ipv6: NO_FAMILY };

/** Counts over all slices of one service. FQDN slices never count. */
export function countEndpoints(slices: Iterable<EndpointSlice>): ServiceEndpoints {
  const distinct: Record<Family, Map<string, Endpoint>> = { ipv4: new Map(), ipv6: new Map() };
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue;
    const family = slice.addressType === 'IPv4' ? distinct.ipv4 : distinct.ipv6;
    slice.endpoints.forEach((endpoint, i) => {
      // The same endpoint in two slices counts once, at its best: slices of one pod may lag behind one another.
      const key = `${endpoint.addresses[0] ?? `${slice.name}#${i}`} ${endpoint.nodeName ?? ''}`;
      const other = family.get(key);
      family.set(key, other === undefined ? endpoint : better(endpoint, other));
    });
  }
  return { ipv4: countFamily(distinct.ipv4), ipv6: countFamily(distinct.ipv6) };
}

/** How many endpoints are usable on the node; `last` is true where the ready ones alone would leave no origin. */
export function usableOnNode(endpoints: FamilyEndpoints, node: string, rule: EndpointRule, last: boolean): number {
  return usable(endpoints.nodes.get(node) ?? NO_COUNTS, rule, last);
}

/** How many endpoints are usable in the cluster. */
export function usableInCluster(endpoints: FamilyEndpoints, rule: EndpointRule, last: boolean): number {
  return usable(endpoints.cluster, rule, last);
}

function usable(counts: EndpointCounts, rule: EndpointRule, last: boolean): number {
  switch (rule) {
    case 'ready':
      return counts.ready;
    case 'serving':
      return counts.serving;
    case 'ready-or-last':
      return last ? counts.readyOrTerminating : counts.ready;
  }
}

function countFamily(endpoints: ReadonlyMap<string, Endpoint>): FamilyEndpoints {
  if (endpoints.size === 0) return NO_FAMILY;
  const nodes = new Map<string, EndpointCounts>();
  let cluster = NO_COUNTS;
  for (const endpoint of endpoints.values()) {
    cluster = addEndpoint(cluster, endpoint);
    // An endpoint without a node is on no node, but it is in the cluster.
    if (endpoint.nodeName === undefined) continue;
    nodes.set(endpoint.nodeName, addEndpoint(nodes.get(endpoint.nodeName) ?? NO_COUNTS, endpoint));
  }
  return { nodes: nodes.size > FEW ? nodes : chain(nodes), cluster };
}

const FEW = 8;

/** Most services have endpoints on a few nodes, for which a map would take twice the memory. */
class ChainedCounts implements NodeCounts {
  readonly #node: string;
  readonly #counts: EndpointCounts;
  readonly #next: ChainedCounts | undefined;

  constructor(node: string, counts: EndpointCounts, next: ChainedCounts | undefined) {
    this.#node = node;
    this.#counts = counts;
    this.#next = next;
  }

  get(node: string): EndpointCounts | undefined {
    return node === this.#node ? this.#counts : this.#next?.get(node);
  }

  *keys(): Iterable<string> {
    yield this.#node;
    if (this.#next !== undefined) yield* this.#next.keys();
  }
}

function chain(nodes: ReadonlyMap<string, EndpointCounts>): NodeCounts {
  let first: ChainedCounts | undefined;
  for (const [node, counts] of nodes) first = new ChainedCounts(node, counts, first);
  return first ?? nodes;
}

function addEndpoint(counts: EndpointCounts, endpoint: Endpoint): EndpointCounts {
  const { ready, serving, terminating } = endpoint;
  return countsOf(
    counts.ready + Number(ready),
    counts.readyOrTerminating + Number(ready || (serving && terminating)),
    counts.serving + Number(ready || serving),
  );
}

function countsOf(ready: number, readyOrTerminating: number, serving: number): EndpointCounts {
  // No count is below that of the ready ones.
  if (readyOrTerminating >= SHARED_BELOW || serving >= SHARED_BELOW) return { ready, readyOrTerminating, serving };
  const index = (ready * SHARED_BELOW + readyOrTerminating) * SHARED_BELOW + serving;
  const known = shared[index] ?? { ready, readyOrTerminating, serving };
  shared[index] = known;
  return known;
}

function better(a: Endpoint, b: Endpoint): Endpoint {
  const rank = (endpoint: Endpoint): number =>
    endpoint.ready ? 3 : endpoint.serving && endpoint.terminating ? 2 : endpoint.serving ? 1 : 0;
  return rank(a) >= rank(b) ? a : b;
}
