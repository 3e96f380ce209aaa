// What the demonstration shows, in order: policy, cluster, the routers' view, three changes with their times, one
// explanation, and what to try next. Every line is computed from what really happened.

import { join } from 'node:path';
import { askAgent } from '../../agent/api-client.ts';
import { count, renderTable } from '../../agent/table.ts';
import type { BirdImage } from '../../bgp/index.ts';
import { comparePrefixes, parsePrefix } from '../../dsl/index.ts';
import { type ExpectedView, type Fabric, type FabricView, startFabric } from './fabric.ts';
import { findFreePort } from './free-port.ts';
import {
  ADDED_SERVICE,
  changeCluster,
  type DemoCluster,
  demoPolicy,
  FIRST_CLUSTER,
  MAINTENANCE_LABEL,
  ROUTERS,
  writeLabFiles,
} from './lab-files.ts';
import type { Processes } from './processes.ts';

/** What the story is told with. */
export interface StoryOptions {
  readonly processes: Processes;
  readonly image: BirdImage;
  readonly print: (text: string) => void;
  /** Ends every wait when it is over. */
  readonly signal: AbortSignal;
}

/** A change of the cluster, and what it does to the routers. */
interface Chapter {
  readonly title: string;
  readonly cluster: DemoCluster;
  readonly expected: ExpectedView;
}

const AGGREGATES = ['10.96.0.0/16', 'fd00:10:96::/112'];
/** A Local service gets its cluster IPs announced from its nodes as well. */
const CHECKOUT = ['10.96.0.20/32', 'fd00:10:96::20/128', '198.51.100.10/32', '2001:db8:100::10/128'];
const BLOG = ['198.51.100.20/32', '2001:db8:100::20/128'];

const FIRST_VIEW: ExpectedView = { ...hops(AGGREGATES, 3), ...hops(CHECKOUT, 2) };

/** Longest time that anything may take; it takes well under a second. */
const LIMIT_MS = 20_000;

/** Tells the whole story. Rejects when something does not come out as it should. */
export async function tellStory(options: StoryOptions): Promise<void> {
  const { image, print, processes } = options;
  const { folder } = processes;
  const addresses = [...FIRST_CLUSTER.nodes.map(({ address }) => address), ...Object.values(ROUTERS)];
  const port = await findFreePort(addresses);
  writeLabFiles(folder, port, FIRST_CLUSTER);
  print(heading(`The policy (${join(folder, 'demo.bell')})`));
  print(`${indent(demoPolicy(port))}\n`);
  print(heading('The cluster'));
  print(`${indent(renderCluster(FIRST_CLUSTER))}\n`);
  const started = performance.now();
  const fabric = startFabric(processes, image, port, createWatchdog(options));
  try {
    for (const { name } of FIRST_CLUSTER.nodes) {
      const files = ['--policy', join(folder, 'demo.bell'), '--cluster', join(folder, 'cluster')];
      processes.startAgent(name, [...files, '--node', name, '--log-format', 'text']);
    }
    await fabric.waitFor(FIRST_VIEW, started);
    print(heading(`What the routers see, ${Math.round(performance.now() - started)} ms after the start`));
    print(`${indent(renderView(await fabric.view()))}\n`);
    await showChanges(fabric, options);
    await showExplanation(options);
  } finally {
    fabric.close();
  }
}

async function showChanges(fabric: Fabric, { print, processes }: StoryOptions): Promise<void> {
  let before: Chapter = { title: '', cluster: FIRST_CLUSTER, expected: FIRST_VIEW };
  for (const [index, chapter] of chapters().entries()) {
    print(heading(`Change ${index + 1}: ${chapter.title}`));
    const since = performance.now();
    changeCluster(processes.folder, before.cluster, chapter.cluster);
    const times = await fabric.waitFor(chapter.expected, since);
    print(`${indent(renderChange(before.expected, chapter.expected, times))}\n`);
    before = chapter;
  }
}

/** Each change builds on the ones before it. */
function chapters(): readonly Chapter[] {
  const unready: DemoCluster = {
    ...FIRST_CLUSTER,
    ready: { ...FIRST_CLUSTER.ready, checkout: ['worker-1'] },
    unready: { checkout: ['worker-2'] },
  };
  const maintenance: DemoCluster = { ...unready, inMaintenance: ['worker-3'] };
  const added: DemoCluster = {
    ...maintenance,
    services: [...maintenance.services, ADDED_SERVICE],
    ready: { ...maintenance.ready, [ADDED_SERVICE.name]: ['worker-2'] },
  };
  const afterUnready = { ...FIRST_VIEW, ...hops(CHECKOUT, 1) };
  const afterMaintenance = { ...afterUnready, ...hops(AGGREGATES, 2) };
  return [
    { title: 'the endpoint of shop/checkout on worker-2 becomes unready', cluster: unready, expected: afterUnready },
    {
      title: `worker-3 gets the label ${MAINTENANCE_LABEL}`,
      cluster: maintenance,
      expected: afterMaintenance,
    },
    {
      title: 'the service shop/blog is added; its traffic policy is Cluster, so every node announces it',
      cluster: added,
      expected: { ...afterMaintenance, ...hops(BLOG, 2) },
    },
  ];
}

async function showExplanation({ print, processes }: StoryOptions): Promise<void> {
  print(heading('Why does worker-2 not announce 198.51.100.10? `bellbird explain 198.51.100.10`, asked there'));
  const question = { method: 'GET', path: '/v1/explain?subject=198.51.100.10', form: 'text' } as const;
  const answer = await askAgent(processes.runtimeDirectory('worker-2'), question);
  if (answer.kind === 'no-agent') throw new Error(answer.refusal.message);
  print(`${indent(answer.body)}\n`);
}

/** Why nothing will come any more: an agent's last words, a limit that is over, or an interruption. */
function createWatchdog({ processes, signal }: StoryOptions): () => string | undefined {
  const limit = performance.now() + LIMIT_MS;
  return () => {
    if (signal.aborted) return 'interrupted';
    const words = FIRST_CLUSTER.nodes.map(({ name }) => processes.output(name)).find((text) => text.includes('error['));
    if (words !== undefined) return `an agent ended:\n${words}`;
    return performance.now() > limit
      ? `the routers do not see what they should within ${LIMIT_MS / 1000} s`
      : undefined;
  };
}

function renderCluster({ ready, services }: DemoCluster): string {
  const rows = services.map(({ name, type, trafficPolicy, clusterIPs, loadBalancerIPs }) => [
    `shop/${name}`,
    type,
    trafficPolicy,
    clusterIPs.join(', '),
    loadBalancerIPs.length === 0 ? '-' : loadBalancerIPs.join(', '),
    (ready[name] ?? []).join(', '),
  ]);
  return renderTable(['SERVICE', 'TYPE', 'TRAFFIC POLICY', 'CLUSTER IPS', 'LOAD BALANCER IPS', 'READY ON'], rows);
}

function renderView(view: FabricView): string {
  const names = [...view.keys()];
  const prefixes = inAddressOrder(new Set([...view.values()].flatMap((routes) => [...routes.keys()])));
  const rows = prefixes.map((prefix) => [
    prefix,
    ...names.map((name) => {
      const nextHops = [...(view.get(name)?.get(prefix) ?? [])].sort();
      return `${count(nextHops.length, 'next hop')}: ${nextHops.map(nodeOf).join(', ')}`;
    }),
  ]);
  return renderTable(['PREFIX', ...names.map((name) => name.toUpperCase())], rows);
}

/** `198.51.100.10/32: 2 → 1 next hop` for what differs, then when each router knew. */
function renderChange(before: ExpectedView, after: ExpectedView, times: ReadonlyMap<string, number>): string {
  const changed = Object.keys(after).filter((prefix) => before[prefix] !== after[prefix]);
  const rows = inAddressOrder(changed).map((prefix) => [
    prefix,
    `${before[prefix] ?? 0} → ${count(after[prefix] ?? 0, 'next hop')}`,
  ]);
  const known = [...times].map(([name, time]) => `${name} after ${Math.round(time)} ms`).join(', ');
  return `${renderTable(['PREFIX', 'BEFORE → AFTER'], rows)}seen by ${known}\n`;
}

function inAddressOrder(prefixes: Iterable<string>): readonly string[] {
  const parsed = [...prefixes].flatMap((text) => parsePrefix(text) ?? []);
  return parsed.sort(comparePrefixes).map(({ text }) => text);
}

function nodeOf(nextHop: string): string {
  const node = FIRST_CLUSTER.nodes.find(({ address, ipv6 }) => address === nextHop || ipv6 === nextHop);
  return node?.name ?? nextHop;
}

function hops(prefixes: readonly string[], number: number): ExpectedView {
  return Object.fromEntries(prefixes.map((prefix) => [prefix, number]));
}

function heading(text: string): string {
  return `${text}\n\n`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
