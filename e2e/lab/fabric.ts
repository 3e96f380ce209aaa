// The network of the namespace tests: three nodes, each with a link to a segment shared with an FRR router and to one
// shared with a BIRD router, as two top-of-rack switches would see them. One AS for each node, so that both routers
// have to spread traffic over paths of different AS.
//
//   worker-1..3 ── tor0 ── 10.10.0.0/24, fd00:10::/64 ── br0 ── frr   (AS 64601)
//               └─ tor1 ── 10.20.0.0/24, fd00:20::/64 ── br0 ── bird  (AS 64602)

import { type BirdRouter, startBirdRouter } from './bird-router.ts';
import { type FrrRouter, startFrrRouter } from './frr-router.ts';
import { type KernelRoutes, readKernelRoutes } from './kernel-routes.ts';
import type { Lab } from './lab.ts';
import { addBridge, addNamespace, type Namespace, plugIn } from './namespace.ts';

/** One node's side of the fabric. */
export interface FabricNode {
  readonly name: string;
  readonly number: number;
  readonly namespace: Namespace;
  readonly as: number;
}

/** The routers and nodes. */
export interface Fabric {
  readonly nodes: readonly FabricNode[];
  readonly frr: FrrRouter;
  readonly bird: BirdRouter;
  readonly namespaces: { readonly frr: Namespace; readonly bird: Namespace };
  /** Per router: prefix to the names of the nodes that its kernel sends traffic to. */
  nextHops(): Promise<{ readonly frr: KernelRoutes; readonly bird: KernelRoutes }>;
  /** Sessions that both routers have up. */
  sessions(): Promise<readonly string[]>;
  /** UPDATEs both routers have received, by router and session. */
  updates(): Promise<ReadonlyMap<string, number>>;
}

/** Addresses and AS numbers of the two routers. */
export const ROUTERS = {
  frr: { subnet: '10.10.0', subnet6: 'fd00:10:', as: 64601 },
  bird: { subnet: '10.20.0', subnet6: 'fd00:20:', as: 64602 },
} as const;

const NODE_NUMBERS = [1, 2, 3] as const;

/** Builds the network and starts both routers; the nodes' namespaces are left empty. */
export async function buildFabric(lab: Lab): Promise<Fabric> {
  const namespaces = { frr: addNamespace(lab, 'frr'), bird: addNamespace(lab, 'bird') };
  for (const router of ['frr', 'bird'] as const) {
    const { subnet, subnet6 } = ROUTERS[router];
    addBridge(namespaces[router], 'br0', [`${subnet}.1/24`, `${subnet6}:1/64`, 'fe80::1/64']);
  }
  const nodes = NODE_NUMBERS.map((number) => addNode(lab, namespaces, number));
  const frr = await startFrrRouter(lab, { name: 'frr', namespace: namespaces.frr, config: frrConfig(nodes) });
  const bird = await startBirdRouter(lab, { name: 'bird', namespace: namespaces.bird, config: birdConfig(nodes) });
  return {
    nodes,
    frr,
    bird,
    namespaces,
    nextHops: async () => ({
      frr: nameGateways(await readKernelRoutes(namespaces.frr)),
      bird: nameGateways(await readKernelRoutes(namespaces.bird)),
    }),
    sessions: async () => [...(await frr.established()), ...(await bird.established())],
    updates: async () => new Map([...(await frr.updatesReceived()), ...(await bird.updatesReceived())]),
  };
}

function addNode(lab: Lab, routers: Fabric['namespaces'], number: number): FabricNode {
  const namespace = addNamespace(lab, `n${number}`);
  for (const [index, router] of (['frr', 'bird'] as const).entries()) {
    const { subnet, subnet6 } = ROUTERS[router];
    const addresses = [`${subnet}.1${number}/24`, `${subnet6}:1${number}/64`, `fe80::1${number}/64`];
    plugIn(namespace, `tor${index}`, addresses, {
      namespace: routers[router],
      bridge: 'br0',
      port: `node${number}`,
    });
  }
  return { name: `worker-${number}`, number, namespace, as: 64510 + number };
}

/** Every gateway of node N ends in 1N, whatever the subnet and family; FRR uses link-local gateways for IPv6. */
function nameGateways(routes: KernelRoutes): KernelRoutes {
  return new Map([...routes].map(([prefix, gateways]) => [prefix, gateways.map(nodeOfGateway).sort()]));
}

function nodeOfGateway(gateway: string): string {
  const number = /[.:]1([123])$/.exec(gateway)?.[1];
  return number === undefined ? gateway : `worker-${number}`;
}

/** Without multipath-relax FRR keeps one path where the neighbours' AS numbers differ. */
function frrConfig(nodes: readonly FabricNode[]): string {
  const address = (node: FabricNode): string => `${ROUTERS.frr.subnet}.1${node.number}`;
  return `
router bgp ${ROUTERS.frr.as}
 bgp router-id ${ROUTERS.frr.subnet}.1
 no bgp ebgp-requires-policy
 bgp bestpath as-path multipath-relax
${nodes.map((node) => ` neighbor ${address(node)} remote-as ${node.as}\n neighbor ${address(node)} timers connect 1`).join('\n')}
 address-family ipv4 unicast
  maximum-paths 16
 exit-address-family
 address-family ipv6 unicast
  maximum-paths 16
${nodes.map((node) => `  neighbor ${address(node)} activate`).join('\n')}
 exit-address-family
`;
}

/** Without `merge paths` BIRD's kernel protocol writes the best path only. */
function birdConfig(nodes: readonly FabricNode[]): string {
  const { subnet, as } = ROUTERS.bird;
  return `
router id ${subnet}.1;
protocol device {}
protocol kernel { merge paths on limit 16; ipv4 { import none; export where source = RTS_BGP; }; }
protocol kernel { merge paths on limit 16; ipv6 { import none; export where source = RTS_BGP; }; }
${nodes.map((node) => birdSession(node)).join('\n')}
`;

  function birdSession(node: FabricNode): string {
    return `protocol bgp node${node.number} {
  local ${subnet}.1 as ${as}; neighbor ${subnet}.1${node.number} as ${node.as};
  connect delay time 0; connect retry time 1; error wait time 1, 4;
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}`;
  }
}
