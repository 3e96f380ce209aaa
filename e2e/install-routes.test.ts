// `install routes` on one node between two routers, FRR and BIRD, that both offer a default route, as a pair of
// top-of-rack switches does: what the node's kernel holds, whose routes are left alone, and what must not be noticed
// there when the agent ends or BIRD crashes. Root only.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable, startAgent } from './lab/agent.ts';
import { birdCommand } from './lab/bird-control.ts';
import { type BirdRouter, startBirdRouter } from './lab/bird-router.ts';
import {
  createManifestFolder,
  endpoints,
  loadBalancer,
  type ManifestFolder,
  node,
  replaceFile,
} from './lab/cluster.ts';
import { query } from './lab/command.ts';
import { watchFib } from './lab/fib-monitor.ts';
import { type FrrRouter, startFrrRouter } from './lab/frr-router.ts';
import { listAt, parseJson, textAt, valueAt } from './lab/json.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { addBridge, addNamespace, ip, type Namespace, plugIn } from './lab/namespace.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

const policyText = (install: 'routes' | 'nothing', more = '') => `
speaker { as 64512 install ${install} ${more} }
range vips load-balancer-ip 198.51.100.0/24
peer frr  { address 10.40.0.1 as 64601 import all connect-retry 1s }
peer bird { address 10.50.0.1 as 64602 import all connect-retry 1s }
`;

// 198.51.100.10 is an address that this node advertises as well, 198.51.100.77 one of another node.
const FRR_CONFIG = `
router bgp 64601
 bgp router-id 10.40.0.1
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.40.0.11 remote-as 64512
 neighbor 10.40.0.11 timers connect 1
 address-family ipv4 unicast
  neighbor 10.40.0.11 default-originate
  network 203.0.113.0/24
  network 198.51.100.10/32
  network 198.51.100.77/32
 exit-address-family
 address-family ipv6 unicast
  neighbor 10.40.0.11 activate
  neighbor 10.40.0.11 default-originate
 exit-address-family
`;

const BIRD_CONFIG = `
router id 10.50.0.1;
protocol device {}
protocol static { ipv4; route 0.0.0.0/0 blackhole; }
protocol static { ipv6; route ::/0 blackhole; }
protocol bgp node {
  local 10.50.0.1 as 64602; neighbor 10.50.0.11 as 64512;
  connect delay time 0; connect retry time 1; error wait time 1, 4;
  ipv4 { import all; export where source = RTS_STATIC; };
  ipv6 { import all; export where source = RTS_STATIC; };
}
`;

/** What is installed: prefix to sorted gateways. */
const INSTALLED = {
  '198.51.100.77': ['10.40.0.1'],
  '203.0.113.0/24': ['10.40.0.1'],
  default: ['10.40.0.1', '10.50.0.1'],
  'default (IPv6)': ['fd00:40::1', 'fd00:50::1'],
};

/** Routes of others, with what makes them hard to tell apart: the same prefixes, and another BIRD's mark. */
const FOREIGN = [
  ['default', 'via', '10.40.0.1', 'metric', '1024', 'proto', 'dhcp'],
  ['192.0.2.0/25', 'via', '10.40.0.1', 'proto', 'static'],
  ['192.0.2.128/25', 'via', '10.40.0.1', 'proto', 'bird'],
  ['203.0.113.0/24', 'via', '10.50.0.1', 'metric', '44', 'proto', 'bird'],
] as const;

describe('routes of two routers in the kernel of a node', { skip: namespaceLabObstacle(), timeout: 120_000 }, () => {
  let lab: Lab;
  let worker: Namespace;
  let frr: FrrRouter;
  let bird: BirdRouter;
  let agent: Agent;
  let policy: string;
  let cluster: ManifestFolder;
  let foreign: readonly string[];

  before(async () => {
    lab = openLab();
    worker = addNamespace(lab, 'n1');
    const routers = { frr: addNamespace(lab, 'frr'), bird: addNamespace(lab, 'bird') };
    for (const [index, name] of (['frr', 'bird'] as const).entries()) {
      const [subnet, subnet6] = [`10.${4 + index}0.0`, `fd00:${4 + index}0:`];
      addBridge(routers[name], 'br0', [`${subnet}.1/24`, `${subnet6}:1/64`, 'fe80::1/64']);
      const addresses = [`${subnet}.11/24`, `${subnet6}:11/64`, 'fe80::11/64'];
      plugIn(worker, `tor${index}`, addresses, { namespace: routers[name], bridge: 'br0', port: 'node' });
    }
    for (const route of FOREIGN) ip(worker, 'route', 'add', ...route);
    foreign = await foreignRoutes();
    assert.equal(foreign.length, FOREIGN.length);
    frr = await startFrrRouter(lab, { name: 'frr', namespace: routers.frr, config: FRR_CONFIG });
    bird = await startBirdRouter(lab, { name: 'bird', namespace: routers.bird, config: BIRD_CONFIG });
    cluster = createManifestFolder(lab);
    cluster.write('cluster.yaml', [
      node('worker-1', { internalIPs: ['10.40.0.11'] }),
      loadBalancer('shop/checkout', ['198.51.100.10']),
      endpoints('shop/checkout', ['worker-1']),
    ]);
    policy = join(lab.folder, 'policy.bell');
    replaceFile(lab, policy, policyText('routes'));
    agent = startAgent(lab, { node: 'worker-1', namespace: worker, policy, cluster: cluster.path });
    await waitForInstalled(INSTALLED);
  });
  after(() => lab.close());

  /** What BIRD answers; nothing while it is away. */
  function birdControl(command: string): Promise<string> {
    return birdCommand(join(agent.runtimeDir, 'bird.ctl'), command).catch(() => '');
  }

  async function mainTable(family: '-4' | '-6'): Promise<readonly unknown[]> {
    return listAt(parseJson((await query('ip', '-n', worker.name, '-j', family, 'route', 'show')) || '[]'));
  }

  /** Everything that was not installed by the agent's BIRD or made by the kernel. */
  async function foreignRoutes(): Promise<readonly string[]> {
    const routes = (await mainTable('-4')).filter((route) => textAt(route, 'protocol') !== 'kernel');
    return routes.filter((route) => !isInstalled(route)).map((route) => JSON.stringify(route));
  }

  async function installed(): Promise<Readonly<Record<string, readonly string[]>>> {
    const found: Record<string, string[]> = {};
    for (const [family, suffix] of [
      ['-4', ''],
      ['-6', ' (IPv6)'],
    ] as const) {
      for (const route of (await mainTable(family)).filter(isInstalled)) {
        const prefix = `${textAt(route, 'dst')}${suffix}`;
        const gateways = [route, ...listAt(route, 'nexthops')].flatMap((hop) => textAt(hop, 'gateway') ?? []);
        found[prefix] = [...(found[prefix] ?? []), ...gateways].sort();
      }
    }
    return found;
  }

  async function waitForInstalled(wanted: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await waitUntil({
      what: 'the routes in the kernel of the node',
      observe: installed,
      until: (found) => JSON.stringify(Object.entries(found).sort()) === JSON.stringify(Object.entries(wanted).sort()),
      timeoutMs: 30_000,
    });
  }

  test('both routers share the default route, and an address that the node advertises itself is not among the routes', async () => {
    assert.deepEqual(await installed(), INSTALLED);
    assert.match(ip(worker, 'route', 'get', '203.0.113.1'), /via 10\.40\.0\.1/);
    assert.deepEqual(await foreignRoutes(), foreign);
  });

  test('a router that goes takes its part, and brings it back', async () => {
    await bird.command('disable node');
    const alone = { ...INSTALLED, default: ['10.40.0.1'], 'default (IPv6)': ['fd00:40::1'] };
    await waitForInstalled(alone);
    await bird.command('enable node');
    await waitForInstalled(INSTALLED);
  });

  test('an agent that ends, and a BIRD that crashes, are not noticed in the kernel', async () => {
    const monitor = await watchFib(lab, worker, ['203.0.113.0/24']);
    await agent.kill();
    agent.start();
    const killed = agent.birdPid();
    process.kill(killed, 'SIGKILL');
    await waitUntil({
      what: 'a new BIRD with both sessions',
      observe: async () => [agent.birdPid(), await frr.established(), await bird.established()] as const,
      until: ([pid, ...sessions]) => pid !== killed && sessions.flat().length === 2,
      timeoutMs: 30_000,
    });
    // BIRD compares its routes with the kernel's once all sessions are back; what then is missing, it writes.
    ip(worker, 'route', 'del', '198.51.100.77', 'metric', '40');
    await waitForInstalled(INSTALLED);
    const losses = await monitor.stop();
    // It writes the routes that are there as well, which the kernel reports as new.
    assert.deepEqual(
      losses.filter((loss) => !loss.startsWith('set: ')),
      [],
    );
    assert.deepEqual(await foreignRoutes(), foreign);
  });

  test('nor is a BIRD that crashes while services change', async () => {
    const monitor = await watchFib(lab, worker, ['203.0.113.0/24']);
    // One that is away is waited for.
    await bird.command('disable node');
    const killed = agent.birdPid();
    process.kill(killed, 'SIGKILL');
    const change = (address: string) =>
      cluster.write('more.yaml', [loadBalancer('shop/more', [address]), endpoints('shop/more', ['worker-1'])]);
    const isHeld = async () => (await birdControl('show protocols install4')).includes(' down ');
    change('198.51.100.20');
    await waitUntil({
      what: 'a new BIRD that leaves the kernel alone',
      observe: async () => agent.birdPid() !== killed && (await isHeld()),
      until: (held) => held,
      timeoutMs: 20_000,
    });
    change('198.51.100.21');
    await waitUntil({
      what: 'the change in BIRD',
      observe: () => birdControl('show route'),
      until: (routes) => routes.includes('198.51.100.21/32'),
    });
    assert.ok(await isHeld(), 'a change must not end it');
    await bird.command('enable node');
    ip(worker, 'route', 'del', '198.51.100.77', 'metric', '40');
    await waitForInstalled(INSTALLED);
    assert.deepEqual(
      (await monitor.stop()).filter((loss) => !loss.startsWith('set: ')),
      [],
    );
    assert.doesNotMatch(readFileSync(join(agent.runtimeDir, 'bird.conf'), 'utf8'), /disabled/);
  });

  test('a BIRD that is replaced for another port is so once, and keeps the routes in the kernel', async () => {
    const monitor = await watchFib(lab, worker, ['203.0.113.0/24']);
    const before = agent.birdPid();
    replaceFile(lab, policy, policyText('routes', 'listen port 1790'));
    const isHeld = async () => (await birdControl('show protocols install4')).includes(' down ');
    await waitUntil({
      what: 'a new BIRD that leaves the kernel alone',
      observe: async () => agent.birdPid() !== before && (await isHeld()),
      until: (held) => held,
      timeoutMs: 20_000,
    });
    const replaced = agent.birdPid();
    // To have the kernel again is a change as well, and none for which BIRD has to go.
    await waitUntil({
      what: 'the kernel in the hands of BIRD',
      observe: async () => (await birdControl('show protocols install4')).includes(' up '),
      until: (has) => has,
      timeoutMs: 20_000,
    });
    const isFree = () => !readFileSync(join(agent.runtimeDir, 'bird.conf'), 'utf8').includes('disabled');
    await waitUntil({ what: 'a file that says so', observe: isFree, until: (free) => free });
    await waitForInstalled(INSTALLED);
    assert.equal(agent.birdPid(), replaced);
    assert.deepEqual(
      (await monitor.stop()).filter((loss) => !loss.startsWith('set: ')),
      [],
    );
    replaceFile(lab, policy, policyText('routes'));
    await waitUntil({
      what: 'the port as it was',
      observe: async () =>
        agent.birdPid() !== replaced && (await birdControl('show protocols install4')).includes(' up '),
      until: (back) => back,
      timeoutMs: 20_000,
    });
  });

  test('turned off, the routes go and those of others stay; turned on, they come back; no session restarts', async () => {
    const updates = await frr.updatesReceived();
    replaceFile(lab, policy, policyText('nothing'));
    await waitForInstalled({});
    assert.deepEqual(await foreignRoutes(), foreign);
    replaceFile(lab, policy, policyText('routes'));
    await waitForInstalled(INSTALLED);
    assert.deepEqual(await frr.updatesReceived(), updates);
  });

  test('what is withdrawn on stopping is also taken out of the kernel', async () => {
    const inside = [
      'netns',
      'exec',
      worker.name,
      executable(),
      'stop',
      '--withdraw',
      '--runtime-dir',
      agent.runtimeDir,
    ];
    await query('ip', ...inside);
    assert.deepEqual(await installed(), {});
    assert.deepEqual(await foreignRoutes(), foreign);
  });
});

/** BIRD's routes in the kernel, by the metric that only ours have. */
function isInstalled(route: unknown): boolean {
  return textAt(route, 'protocol') === 'bird' && valueAt(route, 'metric') === 40;
}
