// Builds cluster objects for tests: short calls, sensible defaults.

import type { Endpoint, EndpointSlice, LoadBalancerIngress, Node, Service } from '../objects.ts';

/** A Service of type LoadBalancer with one cluster IP; `path` is `namespace/name`. */
export function service(path: string, overrides: Partial<Service> = {}): Service {
  const [namespace = '', name = ''] = path.split('/');
  return {
    kind: 'Service',
    namespace,
    name,
    labels: {},
    annotations: {},
    type: 'LoadBalancer',
    clusterIPs: ['10.96.0.1'],
    externalIPs: [],
    loadBalancerIngress: [],
    loadBalancerClass: undefined,
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
    ...overrides,
  };
}

/** Ingress entries with these addresses. */
export function ingress(...addresses: readonly string[]): readonly LoadBalancerIngress[] {
  return addresses.map((ip) => ({ ip, hostname: undefined, ipMode: undefined }));
}

/** A slice of the service at `path`, named after it; IPv4 unless an endpoint's address has a colon. */
export function slice(
  path: string,
  endpoints: readonly Endpoint[],
  overrides: Partial<EndpointSlice> = {},
): EndpointSlice {
  const [namespace = '', name = ''] = path.split('/');
  const isIPv6 = endpoints.some((endpoint) => endpoint.addresses.some((address) => address.includes(':')));
  return {
    kind: 'EndpointSlice',
    namespace,
    name: `${name}-${isIPv6 ? 'v6' : 'v4'}`,
    serviceName: name,
    addressType: isIPv6 ? 'IPv6' : 'IPv4',
    endpoints,
    ...overrides,
  };
}

/** A ready endpoint on the node. */
export function ready(node: string | undefined, address = addressFor(node, 10)): Endpoint {
  return { addresses: [address], nodeName: node, ready: true, serving: true, terminating: false };
}

/** An endpoint that is shutting down and still answers. */
export function draining(node: string | undefined, address = addressFor(node, 20)): Endpoint {
  return { addresses: [address], nodeName: node, ready: false, serving: true, terminating: true };
}

/** An endpoint that does not answer. */
export function down(node: string | undefined, address = addressFor(node, 30)): Endpoint {
  return { addresses: [address], nodeName: node, ready: false, serving: false, terminating: false };
}

/** A node; its number in the name gives its InternalIP. */
export function node(name: string, overrides: Partial<Node> = {}): Node {
  return {
    kind: 'Node',
    name,
    labels: {},
    annotations: {},
    internalIPs: [`192.0.2.${numberIn(name)}`],
    ready: true,
    cordoned: false,
    taints: [],
    ...overrides,
  };
}

/** `worker-1` to `worker-n`. */
export function workers(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, i) => node(`worker-${i + 1}`));
}

function addressFor(name: string | undefined, host: number): string {
  return `10.244.${numberIn(name ?? '')}.${host}`;
}

function numberIn(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}
