// A drained node in front of a real router: graceful-shutdown first, then no route and still a session, over restarts of the
// agent and of BIRD, until it is taken back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable } from './lab/agent.ts';
import { endpoints, loadBalancer, localLoadBalancer } from './lab/cluster.ts';
import { query } from './lab/command.ts';
import { AGENT_AS, LOOPBACK_PEER, type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
range vips load-balancer-ip 198.51.100.0/24
peer tor  { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
peer core { address 127.0.0.102 port PORT as internal ${LOOPBACK_PEER} }
`;
const SHARED = '198.51.100.1/32';
const ONLY = '198.51.100.2/32';
const BOTH = { [SHARED]: ['worker-1', 'worker-2'], [ONLY]: ['worker-1'] };
const REST = { [SHARED]: ['worker-2'] };

describe('a drained node', () => {
  let lab: LoopbackLab;
  let agent: Agent;

  const ask = (...words: readonly string[]) => query(executable(), ...words, '--runtime-dir', agent.runtimeDir);
  const attribute = (router: string, name: string, value: RegExp) =>
    waitUntil({
      what: `router ${router} to have ${name} ${value} from worker-1`,
      observe: async () => (await lab.paths(SHARED, router))['worker-1']?.get(name) ?? '',
      until: (seen) => value.test(seen),
    });

  before(async () => {
    lab = await startLoopbackLab({
      policy: POLICY,
      objects: [
        ...[loadBalancer('shop/shared', ['198.51.100.1']), endpoints('shop/shared', ['worker-1', 'worker-2'])],
        ...[localLoadBalancer('shop/only', ['198.51.100.2']), endpoints('shop/only', ['worker-1'])],
      ],
      nodes: { 'worker-1': {}, 'worker-2': {} },
      routers: { tor: 64601, core: AGENT_AS },
    });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    for (const router of ['tor', 'core']) await lab.waitForView(BOTH, { router });
  });
  after(() => lab.close());

  test('is not drained while an address depends on it', async () => {
    await assert.rejects(
      ask('drain'),
      /only-origin.*1 address would be lost.*198\.51\.100\.2\/32: no other node announces it/s,
    );
    assert.deepEqual(await lab.view('tor'), BOTH);
  });

  test('sends its routes with graceful-shutdown, and withdraws them later with its sessions up', async () => {
    const sessions = await lab.router('tor').command('show protocols');
    assert.match(await ask('drain', '--force', '--wait', '4s'), /worker-1 is drained: .* withdrawn after 4 s/);
    await attribute('tor', 'community', /\(65535,0\)/);
    await attribute('core', 'local_pref', /^0$/);
    assert.deepEqual(await lab.view('tor'), BOTH);
    for (const router of ['tor', 'core']) await lab.waitForView(REST, { router });
    assert.equal(await lab.router('tor').command('show protocols'), sessions);
    await waitUntil({
      what: 'the status to say that two routes wait',
      observe: () => ask('status'),
      until: (status) => /2 waiting \(draining 2\)/.test(status) && /draining: the node is drained since/.test(status),
    });
    assert.match(await ask('explain', '198.51.100.2'), /198\.51\.100\.2\/32 waits: the node is drained/);
  });

  test('stays drained when its agent is killed, and when its BIRD is restarted', async () => {
    const from = agent.output().length;
    await agent.kill();
    agent.start();
    await waitUntil({
      what: 'the agent to be back',
      observe: () => agent.output().slice(from),
      until: (seen) => /policy-in-effect/.test(seen),
    });
    const pid = agent.birdPid();
    assert.match(await ask('restart-bird'), /BIRD was restarted/);
    assert.notEqual(agent.birdPid(), pid);
    await lab.waitForSessions({ tor: 2, core: 2 });
    assert.deepEqual(await lab.view('tor'), REST);
  });

  test('announces its routes again, as they were', async () => {
    assert.equal(await ask('undrain'), 'worker-1 announces its routes again\n');
    for (const router of ['tor', 'core']) await lab.waitForView(BOTH, { router });
    await attribute('tor', 'community', /^$/);
    await attribute('core', 'local_pref', /^100$/);
    assert.equal(await ask('undrain'), 'worker-1 is not drained\n');
  });
});
