// Peers that are found in other ways than by an address in the policy, on one node that faces an FRR over three links: by
// its link-local address with IPv6 next hops and BFD, as the default gateway, and by connecting itself. Root only.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable, startAgent } from './lab/agent.ts';
import { createManifestFolder, endpoints, loadBalancer, node, replaceFile } from './lab/cluster.ts';
import { query } from './lab/command.ts';
import { type FrrRouter, startFrrRouter } from './lab/frr-router.ts';
import { listAt, numberAt, parseJson, textAt } from './lab/json.ts';
import { readKernelRoutes } from './lab/kernel-routes.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { addBridge, addNamespace, ip, type Namespace, plugIn } from './lab/namespace.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
service shop/link    { to link }
service shop/gateway { to gateway-router }
service shop/hall    { to hall }
peer link           { address fe80::1 interface "tor0" as external extended-next-hop connect-retry 1s bfd }
peer gateway-router { address gateway as 64601 connect-retry 1s }
peer hall           { address in 10.30.0.0/24 as external }
`;

const SESSIONS = ['10.20.0.11', '10.30.0.11', 'fe80::11'];
const CONFIG = `
router bgp 64601
 bgp router-id 10.20.0.1
 no bgp ebgp-requires-policy
${SESSIONS.map((address) => ` neighbor ${address} remote-as 64512\n neighbor ${address} timers connect 1`).join('\n')}
 neighbor fe80::11 interface br0
 neighbor fe80::11 capability extended-nexthop
 neighbor fe80::11 bfd
`;

describe('peers on three links', { skip: namespaceLabObstacle(), timeout: 60_000 }, () => {
  let lab: Lab;
  let router: Namespace;
  let worker: Namespace;
  let frr: FrrRouter;
  let agent: Agent;

  before(async () => {
    lab = openLab();
    router = addNamespace(lab, 'frr');
    worker = addNamespace(lab, 'n1');
    const links = [
      ['fe80::1/64', 'fe80::11/64'],
      ['10.20.0.1/24', '10.20.0.11/24'],
      ['10.30.0.1/24', '10.30.0.11/24'],
    ] as const;
    for (const [index, [far, own]] of links.entries()) {
      const bridge = `br${index}`;
      addBridge(router, bridge, [far]);
      plugIn(worker, `tor${index}`, [own], { namespace: router, bridge, port: `node${index}` });
    }
    ip(worker, 'route', 'add', 'default', 'via', '10.20.0.1');
    frr = await startFrrRouter(lab, { name: 'frr', namespace: router, config: CONFIG, bfd: true });
    const cluster = createManifestFolder(lab);
    cluster.write('cluster.yaml', [
      node('worker-1', { internalIPs: ['10.20.0.11'] }),
      ...['link', 'gateway', 'hall'].flatMap((name, index) => [
        loadBalancer(`shop/${name}`, [`198.51.100.${index + 1}`]),
        endpoints(`shop/${name}`, ['worker-1']),
      ]),
    ]);
    const policy = join(lab.folder, 'policy.bell');
    replaceFile(lab, policy, POLICY);
    agent = startAgent(lab, { node: 'worker-1', namespace: worker, policy, cluster: cluster.path });
    await waitUntil({
      what: 'three sessions',
      observe: () => frr.established(),
      until: (up) => up.length === SESSIONS.length,
      timeoutMs: 30_000,
    });
  });
  after(() => lab.close());

  test('each one is sent its route, over the link-local session with an IPv6 next hop', async () => {
    const routes = await waitUntil({
      what: 'three routes in the kernel',
      observe: () => readKernelRoutes(router),
      until: (found) => found.size >= SESSIONS.length,
    });
    assert.deepEqual([...routes].sort(), [
      ['198.51.100.1/32', ['fe80::11']],
      ['198.51.100.2/32', ['10.20.0.11']],
      ['198.51.100.3/32', ['10.30.0.11']],
    ]);
  });

  test('an agent that starts while the default route is missing keeps the session with the gateway', async () => {
    const opened = async () => {
      const neighbours = parseJson(await frr.command('show bgp neighbors json'));
      return numberAt(neighbours, '10.20.0.11', 'connectionsEstablished');
    };
    const [before, from] = [await opened(), agent.output().length];
    await agent.kill();
    ip(worker, 'route', 'del', 'default');
    try {
      agent.start();
      await waitUntil({
        what: 'the agent to be back',
        observe: () => agent.output().slice(from),
        until: (seen) => /policy-in-effect/.test(seen),
      });
      const peers = await query(executable(), 'peers', '--runtime-dir', agent.runtimeDir);
      assert.match(peers, /established .* gateway-router$/m);
      assert.deepEqual([await opened(), (await frr.established()).includes('10.20.0.11')], [before, true]);
    } finally {
      ip(worker, 'route', 'add', 'default', 'via', '10.20.0.1');
    }
  });

  test('BFD watches the link, and notices within a second that BIRD stopped', async () => {
    const states = async () =>
      listAt(parseJson(await frr.command('show bfd peers json'))).map((peer) => textAt(peer, 'status'));
    await waitUntil({ what: 'BFD to be up', observe: states, until: (found) => found.join() === 'up' });
    process.kill(agent.birdPid(), 'SIGSTOP');
    try {
      // The hold time of the sessions is 30 s.
      const up = await waitUntil({
        what: 'the end of the session',
        observe: () => frr.established(),
        until: (found) => !found.includes('fe80::11'),
        timeoutMs: 5_000,
      });
      assert.deepEqual([...up].sort(), ['10.20.0.11', '10.30.0.11']);
    } finally {
      process.kill(agent.birdPid(), 'SIGCONT');
    }
  });
});
