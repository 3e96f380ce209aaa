// A running agent through what happens to it: changes of the cluster and of the policy, input that is broken, emptied or
// rewritten without a change, restarts, and a second agent on the same folder. One node, one router, on loopback.
// The tests build on each other: each leaves the routes of `STEADY` behind.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Agent, executable } from './lab/agent.ts';
import { type EndpointOptions, endpoints, loadBalancer, localLoadBalancer } from './lab/cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, loopbackNode, startLoopbackLab, type View } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const POLICY = `
range services cluster-ip       10.96.0.0/16
range vips     load-balancer-ip 198.51.100.0/24
peer tor { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
`;
const CHECKOUT = '198.51.100.1/32';
const STEADY: View = { '10.96.0.0/16': ['worker-1'], [CHECKOUT]: ['worker-1'] };

describe('a running agent', () => {
  let lab: LoopbackLab;
  let agent: Agent;
  let sentinels = 0;

  before(async () => {
    lab = await startLoopbackLab({ policy: POLICY, objects: [], nodes: { 'worker-1': {} } });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    writeCheckout(['worker-1']);
    await lab.waitForView(STEADY);
  });
  after(() => lab.close());

  function writeCheckout(entries: readonly (string | EndpointOptions)[]): void {
    lab.cluster.write('objects.yaml', [
      localLoadBalancer('shop/checkout', ['198.51.100.1']),
      endpoints('shop/checkout', entries),
    ]);
  }

  /** Counts the UPDATEs while `action` runs and one route comes and goes after it, which proves that it was seen. */
  async function updatesBesidesSentinel(action: () => Promise<void> | void): Promise<number> {
    const before = await updates();
    await action();
    await sendSentinel();
    return (await updates()) - before - 2;
  }

  async function updates(): Promise<number> {
    return (await lab.router().updatesReceived()).get('worker_1') ?? 0;
  }

  async function sendSentinel(): Promise<void> {
    const number = 100 + ++sentinels;
    const prefix = `198.51.100.${number}/32`;
    lab.cluster.write('sentinel.yaml', [
      loadBalancer('lab/sentinel', [`198.51.100.${number}`]),
      endpoints('lab/sentinel', ['worker-1']),
    ]);
    await lab.waitForView({ ...STEADY, [prefix]: ['worker-1'] });
    lab.cluster.remove('sentinel.yaml');
    await lab.waitForView(STEADY);
  }

  async function restart(end: () => Promise<void>): Promise<void> {
    await end();
    agent.start();
  }

  test('withdraws a route with its last endpoint, and announces it again', async () => {
    writeCheckout([{ node: 'worker-1', ready: false }]);
    await lab.waitForView({ '10.96.0.0/16': ['worker-1'] });
    writeCheckout(['worker-1']);
    await lab.waitForView(STEADY);
  });

  test('keeps a terminating endpoint that still serves until another one is ready elsewhere', async () => {
    const terminating = { node: 'worker-1', ready: false, serving: true, terminating: true };
    const sent = await updatesBesidesSentinel(() => writeCheckout([terminating]));
    assert.equal(sent, 0);
    lab.cluster.write(
      'nodes.yaml',
      ['worker-1', 'worker-2'].map((name, index) => loopbackNode(name, {}, index)),
    );
    writeCheckout([terminating, 'worker-2']);
    await lab.waitForView({ '10.96.0.0/16': ['worker-1'] });
    lab.cluster.write('nodes.yaml', [loopbackNode('worker-1', {}, 0)]);
    writeCheckout(['worker-1']);
    await lab.waitForView(STEADY);
  });

  test('sends nothing when a manifest is written again without a change', async () => {
    assert.equal(await updatesBesidesSentinel(() => writeCheckout(['worker-1'])), 0);
  });

  test('sends again only what a policy change touches, over the same session', async () => {
    const since = await sessionSince();
    lab.writePolicy(`${POLICY}\nservice shop/checkout { community 64512:100 }`);
    await waitUntil({
      what: 'the community',
      observe: async () => (await lab.paths(CHECKOUT))['worker-1']?.get('community'),
      until: (seen) => seen === '(64512,100)',
    });
    lab.writePolicy(POLICY);
    await waitUntil({
      what: 'the route without a community',
      observe: async () => (await lab.paths(CHECKOUT))['worker-1'],
      until: (seen) => seen !== undefined && !seen.has('community'),
    });
    assert.equal(await sessionSince(), since);
  });

  test('keeps the last good policy while the one on disk does not check, and says why', async () => {
    const sent = await updatesBesidesSentinel(() =>
      logs(/policy-refused/, () => {
        lab.writePolicy('range vips load-balancer-ip 198.51.100.0/24 peer tor { adress 127.0.0.101 }');
      }),
    );
    assert.equal(sent, 0);
    lab.writePolicy(POLICY);
    await sendSentinel();
  });

  test('keeps the last readable content of a broken manifest, and names the file', async () => {
    const sent = await updatesBesidesSentinel(() =>
      logs(/objects\.yaml/, () => {
        lab.cluster.writeText('objects.yaml', 'kind: Service\n  broken: [');
      }),
    );
    assert.equal(sent, 0);
    writeCheckout(['worker-1']);
  });

  test('withdraws nothing for a manifest that is empty for a moment', async () => {
    const sent = await updatesBesidesSentinel(() => {
      lab.cluster.writeText('objects.yaml', '');
      writeCheckout(['worker-1']);
    });
    assert.equal(sent, 0);
  });

  test('believes a manifest that stays empty', async () => {
    lab.cluster.writeText('objects.yaml', '');
    await lab.waitForView({ '10.96.0.0/16': ['worker-1'] });
    writeCheckout(['worker-1']);
    await lab.waitForView(STEADY);
  });

  test('sends nothing when it is killed and started again', async () => {
    const bird = agent.birdPid();
    const sent = await updatesBesidesSentinel(() => restart(() => agent.kill()));
    assert.deepEqual({ sent, bird: agent.birdPid() }, { sent: 0, bird });
  });

  test('sends nothing when it is stopped and started again', async () => {
    const bird = agent.birdPid();
    const sent = await updatesBesidesSentinel(() => restart(() => agent.stop()));
    assert.deepEqual({ sent, bird: agent.birdPid() }, { sent: 0, bird });
  });

  test('catches up with what changed while it was away', async () => {
    await agent.stop();
    writeCheckout([]);
    agent.start();
    await lab.waitForView({ '10.96.0.0/16': ['worker-1'] });
    writeCheckout(['worker-1']);
    await lab.waitForView(STEADY);
  });

  test('waits with a new route that has a delay, and never with one that BIRD has already', async () => {
    const slow = '198.51.100.99';
    lab.writePolicy(`${POLICY}\nservice lab/slow { advertise-delay 1h }\nservice shop/* { advertise-delay 1h }`);
    await sendSentinel();
    const sent = await updatesBesidesSentinel(() => {
      lab.cluster.write('slow.yaml', [loadBalancer('lab/slow', [slow]), endpoints('lab/slow', ['worker-1'])]);
    });
    const sentByRestart = await updatesBesidesSentinel(() => restart(() => agent.kill()));
    assert.deepEqual({ sent, sentByRestart }, { sent: 0, sentByRestart: 0 });
    lab.writePolicy(POLICY);
    await lab.waitForView({ ...STEADY, [`${slow}/32`]: ['worker-1'] });
    lab.cluster.remove('slow.yaml');
    await lab.waitForView(STEADY);
  });

  test('starts its BIRD again after a crash', async () => {
    const killed = agent.birdPid();
    process.kill(killed, 'SIGKILL');
    await waitUntil({
      what: 'a new BIRD',
      observe: () => agent.birdPid(),
      until: (pid) => pid !== killed,
      timeoutMs: 30_000,
    });
    await lab.waitForView(STEADY);
    await sendSentinel();
  });

  test('refuses a second agent on the same runtime directory', () => {
    const args = ['run', '--policy', lab.policyFile, '--cluster', lab.cluster.path, '--node', 'worker-1'];
    const folders = ['--runtime-dir', agent.runtimeDir, '--state-dir', join(lab.lab.folder, 'other-state')];
    const second = spawnSync(executable(), [...args, ...folders], { encoding: 'utf8', timeout: 20_000 });
    assert.equal(second.status, 2, second.stderr);
    assert.ok(second.stderr.includes(agent.runtimeDir), second.stderr);
  });

  test('announces nothing for a node that the cluster does not know, until it does', async () => {
    await logs(/node-unknown/, () => {
      lab.cluster.write('nodes.yaml', [loopbackNode('worker-9', {}, 8)]);
    });
    await lab.waitForView({});
    lab.cluster.write('nodes.yaml', [loopbackNode('worker-1', {}, 0)]);
    await lab.waitForView(STEADY);
  });

  test('`stop` leaves the routes in place, and `stop --withdraw` takes them away', async () => {
    await runStop();
    assert.deepEqual(await lab.view(), STEADY);
    agent.start();
    await sendSentinel();
    await runStop('--withdraw');
    await lab.waitForView({});
  });

  async function runStop(...args: readonly string[]): Promise<void> {
    const all = ['stop', ...args, '--runtime-dir', agent.runtimeDir];
    const { status, stderr } = spawnSync(executable(), all, { encoding: 'utf8', timeout: 20_000 });
    assert.equal(status, 0, stderr);
    await agent.ended();
  }

  async function sessionSince(): Promise<string | undefined> {
    return /^worker_1\s+BGP\s+\S+\s+up\s+(\S+)/m.exec(await lab.router().command('show protocols'))?.[1];
  }

  /** Runs `action` and waits until the agent has logged something after it that matches. */
  async function logs(pattern: RegExp, action: () => void): Promise<void> {
    const known = agent.output().length;
    action();
    await waitUntil({
      what: `the agent to log ${pattern}`,
      observe: () => agent.output().slice(known),
      until: (text) => pattern.test(text),
    });
  }
});
