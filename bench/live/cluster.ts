// The cluster of the live measurements: N services of type LoadBalancer with traffic policy Local and an address in their
// status, one slice each with one endpoint on the measured node and one elsewhere; and the changes made to it.

import { endpoints, localLoadBalancer, type Manifest, node } from '../../e2e/lab/cluster.ts';
import { addressOf, NODE } from '../services.ts';
import type { LiveApi } from './api.ts';

/** Writers at work at the same time while the cluster is set up, and in a burst. */
const WRITERS = 8;
const OTHER_NODE = 'worker-2';
const SERVICES = '/api/v1/namespaces/bench/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/bench/endpointslices';

/** Where the measured node is read and changed. */
export const NODE_PATH = `/api/v1/nodes/${NODE}`;

/** Creates everything. */
export async function populate(api: LiveApi, services: number): Promise<void> {
  await api.call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'bench' },
  });
  for (const [index, name] of [NODE, OTHER_NODE].entries()) {
    const { status, ...rest } = node(name, { internalIPs: [`192.0.2.${index + 1}`, `2001:db8::${index + 1}`] });
    await api.call('POST', '/api/v1/nodes', rest);
    await api.call('PATCH', `/api/v1/nodes/${name}/status`, { status });
  }
  await inParallel(services, (index) => createService(api, index));
}

/** Path of service number `index`. */
export function servicePath(index: number): string {
  return `${SERVICES}/service-${index}`;
}

/** Path of its slice. */
export function slicePath(index: number): string {
  return `${SLICES}/service-${index}-ipv4`;
}

/** Makes the endpoint on the measured node ready or not. */
export async function setReady(api: LiveApi, index: number, ready: boolean): Promise<void> {
  const at = (condition: string) => `/endpoints/0/conditions/${condition}`;
  await api.call('PATCH', slicePath(index), [
    { op: 'replace', path: at('ready'), value: ready },
    { op: 'replace', path: at('serving'), value: ready },
  ]);
}

/** Does something for 0 to `count` - 1, a few at a time. */
export async function inParallel(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
}

async function createService(api: LiveApi, index: number): Promise<void> {
  const path = `bench/service-${index}`;
  const { status, spec, ...rest } = localLoadBalancer(path, [addressOf(index)], {
    labels: { app: `app-${index % 10}` },
    // Behind those that an API server hands out itself.
    clusterIPs: [`10.96.${64 + (index >> 8)}.${index & 255}`],
  });
  const complete = Object.assign({}, spec, { allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] });
  await api.call('POST', SERVICES, { ...rest, spec: complete });
  await api.call('PATCH', `${servicePath(index)}/status`, { status });
  await api.call('POST', SLICES, sliceOf(path, index));
}

function sliceOf(path: string, index: number): Manifest {
  const address = (cluster: number) => `10.${cluster}.${index >> 8}.${index & 255}`;
  return endpoints(path, [
    { node: NODE, ready: true, serving: true, terminating: false, address: address(244) },
    { node: OTHER_NODE, ready: true, serving: true, terminating: false, address: address(245) },
  ]);
}
