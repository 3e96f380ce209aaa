// A BIRD that crashes, or is replaced for another socket, on a node where some peers find it by themselves: an unnumbered
// one and one from a prefix, beside two that are called by their address and keep the routes meanwhile. Root only.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, startAgent } from './lab/agent.ts';
import { type BirdRouter, startBirdRouter } from './lab/bird-router.ts';
import {
  createManifestFolder,
  endpoints,
  loadBalancer,
  type ManifestFolder,
  node,
  replaceFile,
} from './lab/cluster.ts';
import { run } from './lab/command.ts';
import { watchFib } from './lab/fib-monitor.ts';
import { type FrrRouter, startFrrRouter } from './lab/frr-router.ts';
import { readKernelRoutes } from './lab/kernel-routes.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { addBridge, addNamespace, type Namespace, plugIn } from './lab/namespace.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

// BIRD waits for sessions up to half of the minute.
const policyText = (listen: string) => `
speaker { as 64512  graceful-restart 60s ${listen} }
range vips load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64
peer fixed  { address 10.61.1.1 as 64601  connect-retry 1s }
peer other  { address 10.61.4.1 as 64604  connect-retry 1s }
peer uplink { address interface "tor2" as external }
peer racks  { address in 10.61.128.0/17 as external }
`;

const SERVICE = ['198.51.100.10/32', '2001:db8:100::10/128'];

const BIRD_CONFIG = `
router id 10.0.0.1;
protocol device {}
protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }
protocol kernel { ipv6 { import none; export where source = RTS_BGP; }; }
protocol bgp node {
  local 10.61.1.1 as 64601; neighbor 10.61.1.11 as 64512;
  connect delay time 0; connect retry time 1; error wait time 1, 4;
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}
`;

const frrConfig = (as: number, neighbour: string, remote: string) => `
router bgp ${as}
 bgp router-id 10.0.0.${as - 64600}
 no bgp ebgp-requires-policy
 neighbor ${neighbour} ${remote}
 neighbor ${neighbour} timers connect 1
 address-family ipv6 unicast
  neighbor ${neighbour} activate
 exit-address-family
`;

describe('a BIRD that crashes or is replaced among peers that connect by themselves', {
  skip: namespaceLabObstacle(),
  timeout: 120_000,
}, () => {
  let lab: Lab;
  let worker: Namespace;
  let agent: Agent;
  let cluster: ManifestFolder;
  let fixed: BirdRouter;
  let other: FrrRouter;
  let policy: string;
  const routers: Namespace[] = [];

  before(async () => {
    lab = openLab();
    worker = addNamespace(lab, 'n1');
    run('ip', 'netns', 'exec', worker.name, 'sysctl', '-q', '-w', 'net.ipv6.conf.all.forwarding=1');
    const first = addRouter(1, ['10.61.1.1/24', 'fd00:61:1::1/64'], ['10.61.1.11/24', 'fd00:61:1::11/64']);
    fixed = await startBirdRouter(lab, { name: 'fixed', namespace: first, config: BIRD_CONFIG });
    const second = addRouter(2, ['fe80::2/64'], ['fe80::11/64']);
    const onLink = frrConfig(64602, 'br0', 'interface remote-as external');
    await startFrrRouter(lab, { name: 'uplink', namespace: second, config: onLink });
    const third = addRouter(3, ['10.61.130.1/24', 'fd00:61:3::1/64'], ['10.61.130.11/24', 'fd00:61:3::11/64']);
    const connecting = frrConfig(64603, '10.61.130.11', 'remote-as 64512');
    await startFrrRouter(lab, { name: 'rack', namespace: third, config: connecting });
    const fourth = addRouter(4, ['10.61.4.1/24', 'fd00:61:4::1/64'], ['10.61.4.11/24', 'fd00:61:4::11/64']);
    const called = frrConfig(64604, '10.61.4.11', 'remote-as 64512');
    other = await startFrrRouter(lab, { name: 'other', namespace: fourth, config: called });
    cluster = createManifestFolder(lab);
    cluster.write('cluster.yaml', [
      node('worker-1', { internalIPs: ['10.61.1.11'] }),
      loadBalancer('shop/checkout', ['198.51.100.10', '2001:db8:100::10']),
      endpoints('shop/checkout', ['worker-1']),
      endpoints('shop/checkout', ['worker-1'], { addressType: 'IPv6' }),
    ]);
    policy = join(lab.folder, 'policy.bell');
    replaceFile(lab, policy, policyText(''));
    agent = startAgent(lab, { node: 'worker-1', namespace: worker, policy, cluster: cluster.path });
    await waitForPrefixes(SERVICE, 40_000);
  });
  after(() => lab.close());

  function addRouter(number: number, own: readonly string[], node: readonly string[]): Namespace {
    const namespace = addNamespace(lab, `r${number}`);
    addBridge(namespace, 'br0', own);
    plugIn(worker, `tor${number}`, node, { namespace, bridge: 'br0', port: 'node' });
    routers.push(namespace);
    return namespace;
  }

  async function waitForPrefixes(prefixes: readonly string[], timeoutMs: number): Promise<void> {
    await waitUntil({
      what: `${prefixes.join(', ')} in the kernels of all routers`,
      observe: () => Promise.all(routers.map(readKernelRoutes)),
      until: (kernels) => kernels.every((found) => prefixes.every((prefix) => found.has(prefix))),
      timeoutMs,
    });
  }

  /** What the routers that are called lose of the service while this is done. */
  async function lossesDuring(action: () => Promise<void>): Promise<readonly string[]> {
    const called = [routers[0], routers[3]].flatMap((router) => router ?? []);
    const monitors = await Promise.all(called.map((router) => watchFib(lab, router, SERVICE)));
    await action();
    return (await Promise.all(monitors.map((monitor) => monitor.stop()))).flat();
  }

  test('a change that comes after a crash reaches all of them at once, and those that are called lose no route', async () => {
    const losses = await lossesDuring(async () => {
      process.kill(agent.birdPid(), 'SIGKILL');
      cluster.write('late.yaml', [loadBalancer('shop/late', ['198.51.100.20']), endpoints('shop/late', ['worker-1'])]);
      await waitForPrefixes([...SERVICE, '198.51.100.20/32'], 20_000);
    });
    assert.deepEqual(losses, []);
    assert.deepEqual(await fixed.established(), ['node']);
  });

  test('another port to listen on replaces BIRD, and those that are called lose no route', async () => {
    const before = agent.birdPid();
    const losses = await lossesDuring(async () => {
      replaceFile(lab, policy, policyText('listen port 1790'));
      await waitUntil({
        what: 'a new BIRD with the sessions that it opens itself',
        observe: async () => [agent.birdPid(), await fixed.established(), await other.established()] as const,
        until: ([pid, ...sessions]) => pid !== before && sessions.every(({ length }) => length === 1),
        timeoutMs: 30_000,
      });
      // Sent after the last of the routes that were kept.
      cluster.write('late.yaml', [loadBalancer('shop/late', ['198.51.100.21']), endpoints('shop/late', ['worker-1'])]);
      await waitUntil({
        what: 'a change',
        observe: () => Promise.all([routers[0], routers[3]].map((router) => router && readKernelRoutes(router))),
        until: (kernels) => kernels.every((found) => found?.has('198.51.100.21/32')),
        timeoutMs: 20_000,
      });
    });
    assert.deepEqual(losses, []);
    assert.match(agent.output(), /BIRD is replaced for it, so that peers with graceful restart keep the routes/);
  });
});
