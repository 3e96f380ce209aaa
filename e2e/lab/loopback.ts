// A lab on loopback addresses and a high port, without root: agents of up to three nodes on 127.0.0.11-13, each with
// its own BIRD, and BIRD routers on 127.0.0.101 and up. Nothing reaches a kernel here: a "next hop" is the node whose
// session a route came over.

import { join } from 'node:path';
import { type Agent, startAgent } from './agent.ts';
import { type BirdRouter, type ReceivedRoute, startBirdRouter } from './bird-router.ts';
import { createManifestFolder, type Manifest, type ManifestFolder, node, replaceFile } from './cluster.ts';
import { freePort } from './free-port.ts';
import { type Lab, openLab } from './lab.ts';
import type { Namespace } from './namespace.ts';
import { waitUntil } from './wait-until.ts';

/** What a lab consists of. */
export interface LoopbackOptions {
  /** Policy text after the speaker and before nothing else; `PORT` stands for the lab's port. */
  readonly policy: string;
  readonly objects: readonly Manifest[];
  /** Labels and annotations of nodes by name; default: three workers without any. */
  readonly nodes?: Readonly<Record<string, LoopbackNode>>;
  /** Routers by name; default: `tor` in AS 64601. */
  readonly routers?: Readonly<Record<string, LoopbackRouter>>;
  /** True: the agents' BIRDs accept no connections. */
  readonly listenOff?: boolean;
  /** The agents read the cluster of this kubeconfig, not the lab's manifests. */
  readonly kubeconfig?: string;
  /** Where everything runs, and the lab it belongs to; default: on the machine itself, in a lab of its own. */
  readonly inside?: { readonly lab: Lab; readonly namespace: Namespace };
  /** Settings of the speaker besides its AS number and listening address. */
  readonly speaker?: string;
}

/** What differs between nodes. */
export interface LoopbackNode {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A router: its AS number, and BIRD settings that its sessions have besides. */
export type LoopbackRouter = number | { readonly as: number; readonly session: string };

/** Prefix to the sorted names of the nodes it was received from. */
export type View = Readonly<Record<string, readonly string[]>>;

/** A running lab. */
export interface LoopbackLab {
  readonly lab: Lab;
  readonly port: number;
  readonly cluster: ManifestFolder;
  readonly agents: readonly Agent[];
  readonly policyFile: string;
  /** Replaces the policy, with the speaker added as at the start. */
  writePolicy(text: string): number;
  router(name?: string): BirdRouter;
  /** What a router holds. */
  view(router?: string): Promise<View>;
  /** The paths a router holds of one prefix, by node. */
  paths(prefix: string, router?: string): Promise<Readonly<Record<string, ReceivedRoute['attributes']>>>;
  /** Waits until a router holds exactly these routes, or, with `only`, exactly these among the prefixes it names. */
  waitForView(expected: View, options?: { readonly router?: string; readonly only?: boolean }): Promise<void>;
  /** Waits until routers have this many sessions up. */
  waitForSessions(counts: Readonly<Record<string, number>>): Promise<void>;
  close(): void;
}

/** AS number of every agent in a loopback lab. */
export const AGENT_AS = 64512;
/** Where nodes find their own address. */
const ADDRESS_ANNOTATION = 'bgp.example.org/address';

/** Settings that every peer of a loopback lab needs; the rest is the test's. */
export const LOOPBACK_PEER = `source annotation "${ADDRESS_ANNOTATION}" multihop connect-retry 1s`;

/** Starts routers, then one agent for each node, and returns without waiting for sessions. */
export async function startLoopbackLab(options: LoopbackOptions): Promise<LoopbackLab> {
  const lab = options.inside?.lab ?? openLab();
  try {
    return await build(lab, options);
  } catch (error) {
    lab.close();
    throw error;
  }
}

async function build(lab: Lab, options: LoopbackOptions): Promise<LoopbackLab> {
  const port = await freePort();
  const nodes = Object.entries(options.nodes ?? { 'worker-1': {}, 'worker-2': {}, 'worker-3': {} });
  const routers = await startRouters(lab, port, options, nodes.length);
  const cluster = createManifestFolder(lab);
  cluster.write(
    'nodes.yaml',
    nodes.map(([name, own], index) => loopbackNode(name, own, index)),
  );
  cluster.write('objects.yaml', options.objects);
  const policyFile = join(lab.folder, 'policy.bell');
  const writePolicy = (text: string): number => replaceFile(lab, policyFile, completePolicy(text, port, options));
  writePolicy(options.policy);
  const { kubeconfig } = options;
  const source =
    kubeconfig === undefined ? { cluster: cluster.path } : { cluster: 'kube', env: { KUBECONFIG: kubeconfig } };
  const place = options.inside && { namespace: options.inside.namespace };
  const agents = nodes.map(([name]) => startAgent(lab, { node: name, policy: policyFile, ...source, ...place }));
  return { lab, port, cluster, agents, policyFile, writePolicy, ...viewsOf(routers), close: () => lab.close() };
}

/** Address of the node with this position. */
function nodeAddress(index: number): string {
  return `127.0.0.${11 + index}`;
}

/** The Node object of a lab's node: reachable on loopback, with an IPv6 address for next hops. */
export function loopbackNode(name: string, own: LoopbackNode, index: number): Manifest {
  const annotations = { ...own.annotations, [ADDRESS_ANNOTATION]: nodeAddress(index) };
  const internalIPs = [nodeAddress(index), `2001:db8:ffff::${11 + index}`];
  return node(name, { labels: { 'kubernetes.io/hostname': name, ...own.labels }, annotations, internalIPs });
}

function completePolicy(text: string, port: number, options: LoopbackOptions): string {
  const speaker = `speaker {
  as ${AGENT_AS}
  listen ${options.listenOff === true ? 'off' : `annotation "${ADDRESS_ANNOTATION}" port PORT`}
  ${options.speaker ?? ''}
}
`;
  return `${speaker}${text}`.replaceAll('PORT', String(port));
}

type Views = Pick<LoopbackLab, 'router' | 'view' | 'paths' | 'waitForView' | 'waitForSessions'>;

function viewsOf(routers: ReadonlyMap<string, BirdRouter>): Views {
  const router = (name?: string): BirdRouter => {
    const found = name === undefined ? [...routers.values()][0] : routers.get(name);
    if (found === undefined) throw new Error(`the lab has no router ${name}`);
    return found;
  };
  const view = async (name?: string): Promise<View> => toView(await router(name).routes());
  return {
    router,
    view,
    paths: async (prefix, name) => {
      const found = (await router(name).routes()).filter((route) => route.prefix === prefix);
      return Object.fromEntries(found.map((route) => [nodeOf(route.from), route.attributes]));
    },
    waitForView: async (expected, { router: name, only = false } = {}) => {
      const wanted = JSON.stringify(sortView(expected));
      await waitUntil({
        what: `router ${name ?? 'tor'} to hold ${wanted}`,
        observe: async () => (only ? restrict(await view(name), Object.keys(expected)) : view(name)),
        until: (seen) => JSON.stringify(seen) === wanted,
      });
    },
    waitForSessions: async (counts) => {
      for (const [name, count] of Object.entries(counts)) {
        await waitUntil({
          what: `router ${name} to have ${count} sessions`,
          observe: () => router(name).established(),
          until: (seen) => seen.length === count,
        });
      }
    },
  };
}

/** BIRD's protocol names take no dashes. */
function nodeOf(protocol: string): string {
  return protocol.replaceAll('_', '-');
}

function toView(routes: readonly ReceivedRoute[]): View {
  const nodes = new Map<string, string[]>();
  for (const { prefix, from } of routes) nodes.set(prefix, [...(nodes.get(prefix) ?? []), nodeOf(from)]);
  return sortView(Object.fromEntries(nodes));
}

/** Sorted, and without the prefixes that nobody has. */
function sortView(view: View): View {
  const entries = Object.entries(view).filter(([, nodes]) => nodes.length > 0);
  return Object.fromEntries(entries.map(([prefix, nodes]) => [prefix, [...nodes].sort()] as const).sort());
}

function restrict(view: View, prefixes: readonly string[]): View {
  return Object.fromEntries(Object.entries(view).filter(([prefix]) => prefixes.includes(prefix)));
}

/** The routers wait for the agents to connect: one passive session for each node. */
async function startRouters(
  lab: Lab,
  port: number,
  { routers = { tor: 64601 }, inside }: LoopbackOptions,
  nodeCount: number,
): Promise<ReadonlyMap<string, BirdRouter>> {
  const started = new Map<string, BirdRouter>();
  for (const [index, [name, own]] of Object.entries(routers).entries()) {
    const router = typeof own === 'number' ? { as: own, session: '' } : own;
    const config = routerConfig(`127.0.0.${101 + index}`, router, port, nodeCount);
    started.set(name, await startBirdRouter(lab, { name, config, ...(inside && { namespace: inside.namespace }) }));
  }
  return started;
}

/** Routes stay where they are (no kernel protocol). Multihop and strict bind are what loopback asks for. */
function routerConfig(
  address: string,
  { as, session: settings }: Exclude<LoopbackRouter, number>,
  port: number,
  nodeCount: number,
): string {
  const session = (index: number): string => `protocol bgp worker_${index + 1} {
  local ${address} port ${port} as ${as}; neighbor ${nodeAddress(index)} port ${port} as ${AGENT_AS};
  multihop; strict bind on; connect delay time 0; connect retry time 1; error wait time 1, 4; ${settings}
  ipv4 { import all; export none; };
  ipv6 { import all; export none; next hop address 2001:db8:ffff::101; };
}`;
  const sessions = Array.from({ length: nodeCount }, (_, index) => session(index));
  return [`router id ${address};`, 'protocol device { scan time 60; }', ...sessions].join('\n');
}
