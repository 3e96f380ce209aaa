// A password out of a Secret among manifests, between a node and an FRR in namespaces of their own: what FRR calls a session
// with a password, and what becomes of it when both sides are given another one. Root only.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, startAgent } from './lab/agent.ts';
import {
  createManifestFolder,
  endpoints,
  loadBalancer,
  type ManifestFolder,
  node,
  replaceFile,
} from './lab/cluster.ts';
import { type FrrRouter, startFrrRouter } from './lab/frr-router.ts';
import { readKernelRoutes } from './lab/kernel-routes.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { addBridge, addNamespace, type Namespace, plugIn } from './lab/namespace.ts';
import { namespaceLabObstacle } from './lab/requirements.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
speaker { as 64512 }
range vips load-balancer-ip 198.51.100.0/24
peer tor { address 10.20.0.1 as 64601 connect-retry 1s password secret bgp/fabric key "tor" }
`;
const NODE = '10.20.0.11';
const config = (password: string) => `
router bgp 64601
 bgp router-id 10.20.0.1
 no bgp ebgp-requires-policy
 neighbor ${NODE} remote-as 64512
 neighbor ${NODE} timers connect 1
 neighbor ${NODE} password ${password}
`;

describe('a password of an FRR router', { skip: namespaceLabObstacle(), timeout: 60_000 }, () => {
  let lab: Lab;
  let router: Namespace;
  let frr: FrrRouter;
  let agent: Agent;
  let cluster: ManifestFolder;

  const putSecret = (tor: string) =>
    cluster.write('secret.yaml', [
      { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'bgp', name: 'fabric' }, stringData: { tor } },
    ]);
  const hasRoute = () =>
    waitUntil({
      what: 'the route in the kernel of the router',
      observe: () => readKernelRoutes(router),
      until: (found) => found.has('198.51.100.1/32'),
      timeoutMs: 30_000,
    });

  before(async () => {
    lab = openLab();
    router = addNamespace(lab, 'frr');
    const worker = addNamespace(lab, 'n1');
    addBridge(router, 'br0', ['10.20.0.1/24']);
    plugIn(worker, 'tor0', [`${NODE}/24`], { namespace: router, bridge: 'br0', port: 'node0' });
    frr = await startFrrRouter(lab, { name: 'frr', namespace: router, config: config('rosebud') });
    cluster = createManifestFolder(lab);
    cluster.write('cluster.yaml', [
      node('worker-1', { internalIPs: [NODE] }),
      loadBalancer('shop/cart', ['198.51.100.1']),
      endpoints('shop/cart', ['worker-1']),
    ]);
    const policy = join(lab.folder, 'policy.bell');
    replaceFile(lab, policy, POLICY);
    agent = startAgent(lab, { node: 'worker-1', namespace: worker, policy, cluster: cluster.path });
  });
  after(() => lab.close());

  test('opens no session while the Secret is not there, and one as soon as it is', async () => {
    await waitUntil({
      what: 'the agent to say why there is no session',
      observe: () => agent.output(),
      until: (text) => /peer `tor`: its session is not opened: the cluster has no Secret bgp\/fabric/.test(text),
    });
    assert.deepEqual(await frr.established(), []);
    putSecret('rosebud');
    await hasRoute();
    assert.deepEqual(await frr.established(), [NODE]);
  });

  test('opens the session again when it is rotated on both sides', async () => {
    const from = agent.output().length;
    putSecret('xanadu');
    await waitUntil({
      what: 'the session to be restarted',
      observe: () => agent.output().slice(from),
      until: (text) => /the session with `tor` restarts: password/.test(text),
    });
    await frr.command(`configure terminal\nrouter bgp 64601\nneighbor ${NODE} password xanadu`);
    await waitUntil({
      what: 'the session to be established',
      observe: async () => [await frr.established(), await frr.command('show running-config')] as const,
      until: ([up, text]) => up.length === 1 && text.includes('password xanadu'),
      timeoutMs: 30_000,
    });
    await hasRoute();
    assert.doesNotMatch(agent.output(), /rosebud|xanadu/);
  });
});
