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

/** The endpoints of one family: on each node that has any, and in the whole cluster. */
export interface FamilyEndpoints {
  readonly nodes: ReadonlyMap<string, EndpointCounts>;
  readonly cluster: EndpointCounts;
}

/** The endpoints of one service. */
export type ServiceEndpoints = Readonly<Record<Family, FamilyEndpoints>>;

const NONE: EndpointCounts = { ready: 0, readyOrTerminating: 0, serving: 0 };
const NO_FAMILY: FamilyEndpoints = { nodes: new Map(), cluster: NONE };

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
  return usable(endpoints.nodes.get(node) ?? NONE, rule, last);
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
  const nodes = new Map<string, EndpointCounts>();
  let cluster = NONE;
  for (const endpoint of endpoints.values()) {
    cluster = addEndpoint(cluster, endpoint);
    // An endpoint without a node is on no node, but it is in the cluster.
    if (endpoint.nodeName === undefined) continue;
    nodes.set(endpoint.nodeName, addEndpoint(nodes.get(endpoint.nodeName) ?? NONE, endpoint));
  }
  return { nodes, cluster };
}

function addEndpoint(counts: EndpointCounts, endpoint: Endpoint): EndpointCounts {
  const { ready, serving, terminating } = endpoint;
  return {
    ready: counts.ready + Number(ready),
    readyOrTerminating: counts.readyOrTerminating + Number(ready || (serving && terminating)),
    serving: counts.serving + Number(ready || serving),
  };
}

function better(a: Endpoint, b: Endpoint): Endpoint {
  const rank = (endpoint: Endpoint): number =>
    endpoint.ready ? 3 : endpoint.serving && endpoint.terminating ? 2 : endpoint.serving ? 1 : 0;
  return rank(a) >= rank(b) ? a : b;
}
