// `confirm within` over the end of the agent: a policy that costs a session is tried, the agent is killed, and the next one puts
// the policy before back, in front of real routers.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Agent, executable } from './lab/agent.ts';
import { endpoints, loadBalancer } from './lab/cluster.ts';
import { query } from './lab/command.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const WORKING = `
range vips load-balancer-ip 198.51.100.0/24
peer tor   { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
peer spine { address 127.0.0.102 port PORT as 64602 ${LOOPBACK_PEER} }
`;
/** The session with tor cannot come up; `name` makes another text of it. */
const broken = (name: string) =>
  `${WORKING.replace('as 64601', 'as 64699')}guard { confirm within 6s }\nexclude services none/${name}\n`;

const ROUTES = { '198.51.100.10/32': ['worker-1'], '198.51.100.11/32': ['worker-1'] };
const BACK = /refused: the session with `tor` did not come back; the policy before them goes on/;

describe('a policy on trial whose agent is killed', () => {
  let lab: LoopbackLab;
  let agent: Agent;
  let from: number;

  const trialFile = () => join(agent.runtimeDir, '../state/trial.json');
  const updates = async (router: string) => (await lab.router(router).updatesReceived()).get('worker_1') ?? 0;
  const says = async (pattern: RegExp) => {
    const seen = await waitUntil({
      what: `the agent to log ${pattern}`,
      observe: () => agent.output().slice(from),
      until: (output) => pattern.test(output),
    });
    return pattern.exec(seen) ?? [];
  };
  const waitForRoutes = async () => {
    for (const router of ['tor', 'spine']) await lab.waitForView(ROUTES, { router });
  };
  /** The agent is killed while this policy is on trial, with the session lost; answers when the time of the trial is over. */
  const killDuringTrial = async (policy: string): Promise<number> => {
    lab.writePolicy(policy);
    const [, until = ''] = await says(/the policy is on trial until (\S+):/);
    await lab.waitForView({}, { router: 'tor' });
    await agent.kill();
    assert.ok(existsSync(trialFile()), 'the next agent would know nothing of the trial');
    from = agent.output().length;
    return Date.parse(until);
  };

  before(async () => {
    lab = await startLoopbackLab({
      policy: WORKING,
      objects: ['10', '11'].flatMap((host) => [
        loadBalancer(`shop/s${host}`, [`198.51.100.${host}`]),
        endpoints(`shop/s${host}`, ['worker-1']),
      ]),
      nodes: { 'worker-1': {} },
      routers: { tor: 64601, spine: 64602 },
    });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
  });
  beforeEach(async () => {
    await waitForRoutes();
    from = agent.output().length;
  });
  after(() => lab.close());

  test('is taken back by the next agent when its time is over', async () => {
    const [bird, sent] = [agent.birdPid(), await updates('spine')];
    await killDuringTrial(broken('a'));
    agent.start();
    await says(/the policy is on trial until/);
    await says(BACK);
    await waitForRoutes();
    assert.equal(agent.birdPid(), bird, 'BIRD is the one from before');
    assert.equal(await updates('spine'), sent, 'the session that the policy does not touch is told nothing');
    await waitUntil({
      what: 'the trial to be forgotten',
      observe: () => existsSync(trialFile()),
      until: (isThere) => !isThere,
    });
    const ask = (...words: readonly string[]) => query(executable(), ...words, '--runtime-dir', agent.runtimeDir);
    assert.match(await ask('status'), /the files on disk are refused since .*the session with `tor` did not come back/);
    assert.match(await ask('history'), /the policy before, because the session with `tor` did not come back/);
    assert.equal(await ask('confirm'), 'nothing waits to be confirmed\n');
  });

  test('is taken back at once where its time was over before the next agent came', async () => {
    const until = await killDuringTrial(broken('b'));
    await waitUntil({
      what: 'the time of the trial to be over',
      observe: () => Date.now(),
      until: (now) => now > until,
    });
    const startedAt = Date.now();
    agent.start();
    const [, judged = ''] = await says(/the policy is on trial until (\S+):/);
    await says(BACK);
    await waitForRoutes();
    assert.ok(Date.parse(judged) - startedAt < 6_000, 'the trial did not begin anew');
  });

  test('stays where it was confirmed before the agent was killed', async () => {
    lab.writePolicy(broken('c'));
    await says(/the policy is on trial until/);
    await lab.waitForView({}, { router: 'tor' });
    const reply = await query(executable(), 'confirm', '--runtime-dir', agent.runtimeDir);
    assert.equal(reply, 'the policy on trial is kept\n');
    await agent.kill();
    assert.ok(!existsSync(trialFile()));
    from = agent.output().length;
    agent.start();
    await says(/the policy is in effect/);
    assert.doesNotMatch(agent.output().slice(from), /on trial/);
    assert.deepEqual(await lab.view('tor'), {});
  });
});
