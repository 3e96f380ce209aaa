// `address interface "eth1"`: a node whose links to two FRR routers have no addresses but link-local ones, as to a pair of
// top-of-rack switches. The routers find the node by its router advertisements and open the sessions; routes of both
// families go both ways with IPv6 next hops, into the kernels of all three. Root only.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable, startAgent } from './lab/agent.ts';
import { birdCommand } from './lab/bird-control.ts';
import { createManifestFolder, endpoints, loadBalancer, node, replaceFile } from './lab/cluster.ts';
import { query, run } from './lab/command.ts';
import { watchFib } from './lab/fib-monitor.ts';
import { type FrrRouter, startFrrRouter } from './lab/frr-router.ts';
import { type KernelRoutes, readKernelRoutes } from './lab/kernel-routes.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { addBridge, addNamespace, ip, type Namespace, plugIn } from './lab/namespace.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
speaker { as 64512  install routes }
range vips load-balancer-ip 198.51.100.0/24, 2001:db8:100::/64
template uplink { as external  import all  bfd }
peer tor-a from uplink { address interface "tor0" }
peer tor-b from uplink { address interface "tor1" }
`;

const config = (as: number) => `
router bgp ${as}
 bgp router-id 10.0.0.${as - 64600}
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor br0 interface remote-as external
 neighbor br0 timers connect 1
 neighbor br0 bfd
 address-family ipv4 unicast
  network 203.0.113.0/24
  neighbor br0 default-originate
 exit-address-family
 address-family ipv6 unicast
  neighbor br0 activate
  neighbor br0 default-originate
 exit-address-family
`;

const SERVICE = ['198.51.100.10/32', '2001:db8:100::10/128'];

describe('unnumbered peers on two links', { skip: namespaceLabObstacle(), timeout: 120_000 }, () => {
  let lab: Lab;
  let worker: Namespace;
  let agent: Agent;
  const routers: { readonly namespace: Namespace; readonly frr: FrrRouter }[] = [];

  before(async () => {
    lab = openLab();
    worker = addNamespace(lab, 'n1');
    ip(worker, 'addr', 'add', '10.60.0.11/32', 'dev', 'lo');
    // As on every node of Kubernetes: else its kernel would take default routes from the routers' advertisements.
    run('ip', 'netns', 'exec', worker.name, 'sysctl', '-q', '-w', 'net.ipv6.conf.all.forwarding=1');
    for (const [index, name] of ['frr-a', 'frr-b'].entries()) {
      const namespace = addNamespace(lab, name);
      addBridge(namespace, 'br0', [`fe80::${index + 1}/64`]);
      plugIn(worker, `tor${index}`, ['fe80::11/64'], { namespace, bridge: 'br0', port: 'node' });
      const frr = await startFrrRouter(lab, { name, namespace, config: config(64601 + index), bfd: true });
      routers.push({ namespace, frr });
    }
    const cluster = createManifestFolder(lab);
    cluster.write('cluster.yaml', [
      node('worker-1', { internalIPs: ['10.60.0.11'] }),
      loadBalancer('shop/checkout', ['198.51.100.10', '2001:db8:100::10']),
      endpoints('shop/checkout', ['worker-1']),
      endpoints('shop/checkout', ['worker-1'], { addressType: 'IPv6' }),
    ]);
    const policy = join(lab.folder, 'policy.bell');
    replaceFile(lab, policy, POLICY);
    agent = startAgent(lab, { node: 'worker-1', namespace: worker, policy, cluster: cluster.path });
    await waitForSessions();
  });
  after(() => lab.close());

  async function waitForSessions(): Promise<void> {
    await waitUntil({
      what: 'both sessions',
      observe: () => Promise.all(routers.map(({ frr }) => frr.established())),
      until: (up) => up.flat().length === routers.length,
      timeoutMs: 40_000,
    });
  }

  function waitForService(router: Namespace): Promise<KernelRoutes> {
    return waitUntil({
      what: 'the service in the kernel of a router',
      observe: () => readKernelRoutes(router),
      until: (found) => SERVICE.every((prefix) => found.has(prefix)),
    });
  }

  test('each router has the service in its kernel, in both families over the link-local next hop', async () => {
    for (const { namespace } of routers) {
      const routes = await waitForService(namespace);
      assert.deepEqual(
        SERVICE.map((prefix) => routes.get(prefix)),
        [['fe80::11'], ['fe80::11']],
      );
    }
  });

  test('the node spreads its default route over both links, IPv4 over IPv6 next hops', async () => {
    const both = ['fe80::1', 'fe80::2'];
    const routes = await waitUntil({
      what: 'the default routes in the kernel of the node',
      observe: () => readKernelRoutes(worker),
      until: (found) => found.get('default/32')?.length === 2 && found.get('default/128')?.length === 2,
    });
    assert.deepEqual([routes.get('default/32'), routes.get('default/128')], [both, both]);
  });

  test('`peers` shows each neighbour by the link it is on', async () => {
    const args = ['peers', '--runtime-dir', agent.runtimeDir];
    const table = await query('ip', 'netns', 'exec', worker.name, executable(), ...args);
    assert.match(table, /64601 +fe80::1%tor0 +established/i);
    assert.match(table, /64602 +fe80::2%tor1 +established/i);
  });

  test('a BIRD that is killed is found again by its neighbours, and the node keeps its routes meanwhile', async () => {
    const monitor = await watchFib(lab, worker, ['203.0.113.0/24']);
    const killed = agent.birdPid();
    process.kill(killed, 'SIGKILL');
    await waitUntil({
      what: 'a new BIRD',
      observe: () => agent.birdPid(),
      until: (pid) => pid !== killed,
      timeoutMs: 20_000,
    });
    await waitForSessions();
    for (const { namespace } of routers) await waitForService(namespace);
    await waitUntil({
      what: 'BIRD to compare its routes with the kernel',
      observe: () => birdCommand(join(agent.runtimeDir, 'bird.ctl'), 'show protocols install4'),
      until: (reply) => /^install4 .* up /m.test(reply),
    });
    // What is there already may be written again.
    assert.deepEqual(
      (await monitor.stop()).filter((loss) => !loss.startsWith('set: ')),
      [],
    );
  });
});
