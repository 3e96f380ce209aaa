// The packed executable on three nodes in network namespaces, facing an FRR and a BIRD router whose kernels forward:
// next hops in both families, withdrawals within a second of the change, and what must not be noticed at all: agents
// killed, restarted and upgraded, and a BIRD that crashes. Root only.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Agent, startAgent } from './lab/agent.ts';
import {
  createManifestFolder,
  endpoints,
  localLoadBalancer,
  type Manifest,
  type ManifestFolder,
  node,
  now,
  replaceFile,
  service,
} from './lab/cluster.ts';
import { buildFabric, type Fabric, type FabricNode, ROUTERS } from './lab/fabric.ts';
import { type FibMonitor, watchFib } from './lab/fib-monitor.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

const AS_LABEL = 'bgp.example.org/as';
const POLICY = `
speaker { as label "${AS_LABEL}" }
range services cluster-ip       10.96.0.0/16, fd00:10:96::/112 aggregate
range vips     load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64
exclude nodes where label "maintenance"
peer frr  { address ${ROUTERS.frr.subnet}.1  as ${ROUTERS.frr.as}  connect-retry 1s }
peer bird { address ${ROUTERS.bird.subnet}.1 as ${ROUTERS.bird.as} connect-retry 1s }
`;

/** A withdrawal has to be in the routers' kernels within this time of the file's rename. */
const WITHDRAWAL_MS = 1000;
const ALL = ['worker-1', 'worker-2', 'worker-3'];
const AGGREGATES = ['10.96.0.0/16', 'fd00:10:96::/112'];
const EXACT = ['198.51.100.10/32', '2001:db8:100::10/128'];
const obstacle = namespaceLabObstacle();

describe('a fabric of an FRR and a BIRD router', { skip: obstacle, timeout: 170_000 }, () => {
  let lab: Lab;
  let fabric: Fabric;
  let cluster: ManifestFolder;
  let policyFile: string;
  let agents: readonly Agent[];
  let sentinels = 0;

  before(async () => {
    lab = openLab();
    fabric = await buildFabric(lab);
    cluster = createManifestFolder(lab);
    writeNodes();
    writeShop(['worker-1', 'worker-2']);
    policyFile = join(lab.folder, 'policy.bell');
    replaceFile(lab, policyFile, POLICY);
    agents = fabric.nodes.map(({ name, namespace }) =>
      startAgent(lab, { node: name, namespace, policy: policyFile, cluster: cluster.path }),
    );
    await waitUntil({
      what: 'all six sessions',
      observe: () => fabric.sessions(),
      until: (up) => up.length === 6,
      timeoutMs: 30_000,
    });
  });
  after(() => lab.close());

  /** Writes the Node objects, with labels for some of them; returns the time of the change. */
  function writeNodes(labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): number {
    return cluster.write(
      'nodes.yaml',
      fabric.nodes.map((fabricNode) => nodeManifest(fabricNode, labels[fabricNode.name])),
    );
  }

  /** Writes the Local service with its usable endpoints in both families; returns the time of the change. */
  function writeShop(nodes: readonly string[]): number {
    const shop = localLoadBalancer('shop/checkout', ['198.51.100.10', '2001:db8:100::10'], {
      clusterIPs: ['10.96.0.10', 'fd00:10:96::10'],
    });
    const entries = ALL.map((name) => ({ node: name, ready: nodes.includes(name) }));
    return cluster.write('shop.yaml', [
      shop,
      endpoints('shop/checkout', entries),
      endpoints('shop/checkout', entries, { addressType: 'IPv6' }),
    ]);
  }

  /** Waits until the kernels of both routers have these next hops, and returns when that was first seen. */
  async function waitForNextHops(prefixes: readonly string[], nodes: readonly string[]): Promise<number> {
    const wanted = JSON.stringify(nodes);
    await waitUntil({
      what: `${prefixes.join(' and ')} via ${nodes.join(', ') || 'nobody'} in both routers' kernels`,
      observe: async () => {
        const { frr, bird } = await fabric.nextHops();
        return prefixes.flatMap((prefix) => [frr.get(prefix) ?? [], bird.get(prefix) ?? []]);
      },
      until: (seen) => seen.every((hops) => JSON.stringify(hops) === wanted),
      everyMs: 5,
    });
    return now();
  }

  /** Announces one more IPv4 address from every node, which proves that every agent steers its BIRD. */
  async function announceSentinel(): Promise<void> {
    const number = ++sentinels;
    cluster.write(`sentinel-${number}.yaml`, [
      service(`lab/sentinel-${number}`, { type: 'LoadBalancer', ingress: [`198.51.100.${100 + number}`] }),
      endpoints(`lab/sentinel-${number}`, ALL),
    ]);
    await waitForNextHops([`198.51.100.${100 + number}/32`], ALL);
  }

  /** Watches everything that is announced in both routers while `action` runs; returns what was missing or changed. */
  async function lossesDuring(
    action: () => Promise<void>,
    routers: readonly ('frr' | 'bird')[] = ['frr', 'bird'],
  ): Promise<readonly string[]> {
    const prefixes = [...AGGREGATES, ...EXACT];
    const monitors: FibMonitor[] = [];
    for (const router of routers) monitors.push(await watchFib(lab, fabric.namespaces[router], prefixes));
    await action();
    return (await Promise.all(monitors.map((monitor) => monitor.stop()))).flat();
  }

  /** UPDATEs that each session brought while `action` ran. */
  async function updatesDuring(action: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
    const start = await fabric.updates();
    await action();
    const end = await fabric.updates();
    return Object.fromEntries([...end].map(([session, count]) => [session, count - (start.get(session) ?? 0)]));
  }

  test('an aggregate has three next hops in both kernels, for IPv4 and IPv6', async () => {
    await waitForNextHops(AGGREGATES, ALL);
  });

  test('a Local service is reached through exactly the nodes with usable endpoints', async () => {
    await waitForNextHops(EXACT, ['worker-1', 'worker-2']);
  });

  test('the loss of a usable endpoint withdraws the node within a second', async (t) => {
    const at = writeShop(['worker-1']);
    assertWithin(t, at, await waitForNextHops(EXACT, ['worker-1']));
  });

  test('the loss of the last usable endpoint withdraws the route within a second', async (t) => {
    const at = writeShop([]);
    assertWithin(t, at, await waitForNextHops(EXACT, []));
  });

  test('a returning endpoint announces the route again', async () => {
    writeShop(['worker-1', 'worker-3']);
    await waitForNextHops(EXACT, ['worker-1', 'worker-3']);
  });

  test('the exclusion of a node by its label withdraws all its routes within a second, and keeps its sessions', async (t) => {
    const at = writeNodes({ 'worker-3': { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } });
    assertWithin(t, at, await waitForNextHops(AGGREGATES, ['worker-1', 'worker-2']));
    assertWithin(t, at, await waitForNextHops(EXACT, ['worker-1']));
    assert.equal((await fabric.sessions()).length, 6);
    writeNodes();
    await waitForNextHops(AGGREGATES, ALL);
  });

  test('the exclusion of nodes and prefixes by the policy withdraws within a second', async (t) => {
    const nodeAt = writeNodes({ 'worker-2': { maintenance: 'true' } });
    assertWithin(t, nodeAt, await waitForNextHops(AGGREGATES, ['worker-1', 'worker-3']));
    writeNodes();
    const prefixAt = replaceFile(lab, policyFile, `${POLICY}\nexclude prefixes 198.51.100.10, 2001:db8:100::10\n`);
    assertWithin(t, prefixAt, await waitForNextHops(EXACT, []));
    replaceFile(lab, policyFile, POLICY);
    await waitForNextHops(EXACT, ['worker-1', 'worker-3']);
  });

  test('the deletion of a service withdraws its routes within a second', async (t) => {
    const losses = await lossesDuring(async () => {
      const at = cluster.write('shop.yaml', [service('shop/other', { clusterIPs: ['10.96.0.11'] })]);
      assertWithin(t, at, await waitForNextHops(EXACT, []));
    });
    // The same watch that later has to see nothing sees the loss of each exact route, in both routers.
    const deletions = losses.filter((loss) => loss.startsWith('deleted: '));
    assert.ok(deletions.length >= 2 * EXACT.length, losses.join('\n'));
    writeShop(ALL);
    await waitForNextHops([...AGGREGATES, ...EXACT], ALL);
  });

  for (const [end, name] of [
    ['kill', 'agents killed with SIGKILL and started again send no UPDATE'],
    ['stop', 'agents stopped and started as an upgrade does send no UPDATE'],
  ] as const) {
    test(name, async () => {
      const birds = agents.map((agent) => agent.birdPid());
      const updates = await updatesDuring(async () => {
        const losses = await lossesDuring(async () => {
          await Promise.all(agents.map((agent) => agent[end]()));
          for (const agent of agents) agent.start();
          await announceSentinel();
        });
        assert.deepEqual(losses, []);
      });
      // The sentinel's UPDATE is the only one, and it came through the BIRDs that were there before.
      assert.deepEqual(Object.values(updates), [1, 1, 1, 1, 1, 1]);
      assert.deepEqual(
        agents.map((agent) => agent.birdPid()),
        birds,
      );
    });
  }

  test('a BIRD that is killed is started again while both routers keep the routes', async () => {
    const agent = agents[0];
    assert.ok(agent);
    const killed = agent.birdPid();
    const losses = await lossesDuring(async () => {
      process.kill(killed, 'SIGKILL');
      await waitUntil({
        what: 'a new BIRD with all sessions',
        observe: async () => ({ bird: agent.birdPid(), sessions: await fabric.sessions() }),
        until: ({ bird, sessions }) => bird !== killed && sessions.length === 6,
        timeoutMs: 30_000,
      });
      await announceSentinel();
    });
    assert.deepEqual(losses, []);
    await waitForNextHops([...AGGREGATES, ...EXACT], ALL);
  });

  test('a pod that takes BIRD with it, and the pod after it, are not noticed in the kernel', async () => {
    const agent = agents[0];
    assert.ok(agent);
    writeShop([agent.node]);
    await waitForNextHops(EXACT, [agent.node]);
    // FRR may connect in the same instant as the new BIRD, and then drops what it keeps.
    const losses = await lossesDuring(async () => {
      const bird = agent.birdPid();
      await agent.kill();
      process.kill(bird, 'SIGKILL');
      agent.start();
      await waitUntil({
        what: 'the BIRD of the next pod with all sessions',
        observe: async () => ({ bird: agent.birdPid(), sessions: await fabric.sessions() }),
        until: ({ bird: next, sessions }) => next !== bird && sessions.length === 6,
        timeoutMs: 30_000,
      });
    }, ['bird']);
    assert.deepEqual(losses, []);
    writeShop(ALL);
    await waitForNextHops([...AGGREGATES, ...EXACT], ALL);
  });
});

function nodeManifest(fabricNode: FabricNode, labels: Readonly<Record<string, string>> = {}): Manifest {
  return node(fabricNode.name, {
    labels: { [AS_LABEL]: String(fabricNode.as), ...labels },
    internalIPs: [`${ROUTERS.frr.subnet}.1${fabricNode.number}`, `${ROUTERS.frr.subnet6}:1${fabricNode.number}`],
  });
}

function assertWithin(t: TestContext, changedAt: number, seenAt: number): void {
  const elapsed = Math.round(seenAt - changedAt);
  t.diagnostic(`withdrawn ${elapsed} ms after the change`);
  assert.ok(elapsed <= WITHDRAWAL_MS, `withdrawn ${elapsed} ms after the change`);
}
