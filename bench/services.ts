// The cluster of the benchmarks: N services of type LoadBalancer with traffic policy Local, each with one address, one
// slice and one endpoint on the measured node, so that each makes one route; in the engine's form and as manifests.

import { endpoints, localLoadBalancer, type Manifest } from '../e2e/lab/cluster.ts';
import type { ClusterObject, EndpointSlice, Node, Service } from '../src/engine/index.ts';

/** The node whose agent is measured. */
export const NODE = 'worker-1';

/** The address of service number `index`, in a private range with room for all. */
export function addressOf(index: number): string {
  return `10.64.${index >> 8}.${index & 255}`;
}

/** The policy: one range over all of them, one peer that is the listener. */
export function benchPolicy(options: {
  readonly source: string;
  readonly listener: string;
  readonly port: number;
}): string {
  const { source, listener, port } = options;
  return `speaker { as 64512 router-id 192.0.2.1 listen ${source} port ${port} }
range vips load-balancer-ip 10.64.0.0/16 exact
peer listener { address ${listener} port ${port} as 64601 source ${source} multihop connect-retry 1s }
`;
}

/** The Node object. */
export function benchNode(): Node {
  return {
    kind: 'Node',
    name: NODE,
    labels: {},
    annotations: {},
    internalIPs: ['192.0.2.1', '2001:db8::1'],
    ready: true,
    cordoned: false,
    taints: [],
  };
}

/** Service number `index`. */
export function benchService(index: number): Service {
  return {
    kind: 'Service',
    namespace: 'bench',
    name: `service-${index}`,
    labels: { app: `app-${index % 10}` },
    annotations: {},
    type: 'LoadBalancer',
    clusterIPs: [`10.96.${index >> 8}.${index & 255}`],
    externalIPs: [],
    loadBalancerIngress: [{ ip: addressOf(index), hostname: undefined, ipMode: undefined }],
    loadBalancerClass: undefined,
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Cluster',
  };
}

/** Its slice, with its endpoint ready or not. */
export function benchSlice(index: number, ready: boolean): EndpointSlice {
  const addresses = [`10.244.${index >> 8}.${index & 255}`];
  return {
    kind: 'EndpointSlice',
    namespace: 'bench',
    name: `service-${index}-x`,
    serviceName: `service-${index}`,
    addressType: 'IPv4',
    endpoints: [{ addresses, nodeName: NODE, ready, serving: ready, terminating: false }],
  };
}

/** The node and `count` services with their slices. */
export function benchObjects(count: number): readonly ClusterObject[] {
  const services = Array.from({ length: count }, (_, index) => [benchService(index), benchSlice(index, true)] as const);
  return [benchNode(), ...services.flat()];
}

/** Service number `index` and its slice, as the API prints them. */
export function benchManifests(index: number, ready = true): readonly Manifest[] {
  const path = `bench/service-${index}`;
  const clusterIPs = [`10.96.${index >> 8}.${index & 255}`];
  return [
    localLoadBalancer(path, [addressOf(index)], { clusterIPs, labels: { app: `app-${index % 10}` } }),
    endpoints(path, [{ node: NODE, ready, address: `10.244.${index >> 8}.${index & 255}` }]),
  ];
}
