// The files of the demonstration: one policy, and a cluster of three nodes as manifests. Nodes and routers live on
// loopback addresses, so that everything is real BGP and nothing leaves the machine.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A node of the demonstration. */
export interface DemoNode {
  readonly name: string;
  /** Where its BIRD talks from. */
  readonly address: string;
  readonly ipv6: string;
}

/** A service of the demonstration. */
export interface DemoService {
  readonly name: string;
  readonly type: 'ClusterIP' | 'LoadBalancer';
  readonly trafficPolicy: 'Cluster' | 'Local';
  /** Cluster IPs, IPv4 first. */
  readonly clusterIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
}

/** What the cluster is like at one moment. */
export interface DemoCluster {
  readonly nodes: readonly DemoNode[];
  /** Nodes that have the label of the policy's `exclude nodes`. */
  readonly inMaintenance: readonly string[];
  readonly services: readonly DemoService[];
  /** Names of the nodes with a ready endpoint, by service. */
  readonly ready: Readonly<Record<string, readonly string[]>>;
  /** The same for endpoints that are not ready. */
  readonly unready: Readonly<Record<string, readonly string[]>>;
}

/** The routers' addresses by peer name. */
export const ROUTERS = { 'tor-a': '127.0.0.101', 'tor-b': '127.0.0.102' } as const;
/** AS numbers of the nodes and of the routers. */
export const NODE_AS = 64512;
export const ROUTER_AS = 64500;
/** The label that takes a node out. */
export const MAINTENANCE_LABEL = 'example.org/maintenance';
const ADDRESS_ANNOTATION = 'example.org/bgp-address';

const NODES: readonly DemoNode[] = [
  { name: 'worker-1', address: '127.0.0.11', ipv6: '2001:db8::11' },
  { name: 'worker-2', address: '127.0.0.12', ipv6: '2001:db8::12' },
  { name: 'worker-3', address: '127.0.0.13', ipv6: '2001:db8::13' },
];

/** The cluster that the demonstration starts with. */
export const FIRST_CLUSTER: DemoCluster = {
  nodes: NODES,
  inMaintenance: [],
  services: [
    {
      name: 'web',
      type: 'ClusterIP',
      trafficPolicy: 'Cluster',
      clusterIPs: ['10.96.0.10', 'fd00:10:96::10'],
      loadBalancerIPs: [],
    },
    {
      name: 'checkout',
      type: 'LoadBalancer',
      trafficPolicy: 'Local',
      clusterIPs: ['10.96.0.20', 'fd00:10:96::20'],
      loadBalancerIPs: ['198.51.100.10', '2001:db8:100::10'],
    },
  ],
  ready: { web: ['worker-1', 'worker-3'], checkout: ['worker-1', 'worker-2'] },
  unready: {},
};

/** The service that is added while the demonstration runs. */
export const ADDED_SERVICE: DemoService = {
  name: 'blog',
  type: 'LoadBalancer',
  trafficPolicy: 'Cluster',
  clusterIPs: ['10.96.0.30', 'fd00:10:96::30'],
  loadBalancerIPs: ['198.51.100.20', '2001:db8:100::20'],
};

/** The policy, with the port that is free here. */
export function demoPolicy(port: number): string {
  return `# demo.bell: service addresses of the shop, announced to two routers

speaker {
  as      ${NODE_AS}
  listen  annotation "${ADDRESS_ANNOTATION}" port ${port}
}

range services cluster-ip       10.96.0.0/16, fd00:10:96::/112        aggregate
range vips     load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64 {
  community 64512:100
}

exclude nodes where label "${MAINTENANCE_LABEL}"

template fabric {
  as        ${ROUTER_AS}
  source    annotation "${ADDRESS_ANNOTATION}"
  multihop                                # routers are not neighbours on loopback
}
${Object.entries(ROUTERS)
  .map(([name, address]) => `peer ${name} from fabric { address ${address} port ${port} }\n`)
  .join('')}`;
}

/** Writes policy and cluster into a folder: `demo.bell` and `cluster/`. */
export function writeLabFiles(folder: string, port: number, cluster: DemoCluster): void {
  mkdirSync(join(folder, 'cluster'), { recursive: true });
  writeFileSync(join(folder, 'demo.bell'), demoPolicy(port));
  for (const [file, objects] of Object.entries(manifestsOf(cluster))) writeManifest(folder, file, objects);
}

/** Writes the manifests that differ from those of the cluster before, each in one step. */
export function changeCluster(folder: string, before: DemoCluster, after: DemoCluster): void {
  const old = manifestsOf(before);
  for (const [file, objects] of Object.entries(manifestsOf(after))) {
    if (JSON.stringify(old[file]) !== JSON.stringify(objects)) writeManifest(folder, file, objects);
  }
}

function writeManifest(folder: string, file: string, objects: readonly unknown[]): void {
  const path = join(folder, 'cluster', file);
  const temporary = join(folder, `.${file}.new`);
  writeFileSync(temporary, objects.map((object) => stringify(object)).join('---\n'));
  renameSync(temporary, path);
}

function manifestsOf(cluster: DemoCluster): Readonly<Record<string, readonly unknown[]>> {
  const services = cluster.services.map((service): [string, readonly unknown[]] => [
    `${service.name}.yaml`,
    [toService(service), ...['IPv4', 'IPv6'].map((type) => toEndpointSlice(service.name, type, cluster))],
  ]);
  return { 'nodes.yaml': cluster.nodes.map((node) => toNode(node, cluster)), ...Object.fromEntries(services) };
}

function toNode({ name, address, ipv6 }: DemoNode, { inMaintenance }: DemoCluster): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      ...(inMaintenance.includes(name) ? { labels: { [MAINTENANCE_LABEL]: 'true' } } : {}),
      annotations: { [ADDRESS_ANNOTATION]: address },
    },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'InternalIP', address: ipv6 },
      ],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

function toService({ name, type, trafficPolicy, clusterIPs, loadBalancerIPs }: DemoService): unknown {
  const isExternal = type === 'LoadBalancer';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name },
    spec: { type, clusterIPs, ...(isExternal ? { externalTrafficPolicy: trafficPolicy } : {}) },
    ...(isExternal ? { status: { loadBalancer: { ingress: loadBalancerIPs.map((ip) => ({ ip })) } } } : {}),
  };
}

function toEndpointSlice(service: string, addressType: string, cluster: DemoCluster): unknown {
  const endpoint = (ready: boolean) => (nodeName: string) => {
    const index = cluster.nodes.findIndex(({ name }) => name === nodeName) + 1;
    const address = addressType === 'IPv4' ? `10.244.${index}.5` : `fd00:10:244:${index}::5`;
    return { addresses: [address], conditions: { ready }, nodeName };
  };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace: 'shop',
      name: `${service}-${addressType.toLowerCase()}`,
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType,
    endpoints: [
      ...(cluster.ready[service] ?? []).map(endpoint(true)),
      ...(cluster.unready[service] ?? []).map(endpoint(false)),
    ],
  };
}
