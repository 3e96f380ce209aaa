// A policy that restarts several sessions, and an agent that is killed in the middle of it: the next one goes on with the
// sessions whose turn has not come, and leaves those alone that have the new settings. In front of real routers.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Agent } from './lab/agent.ts';
import { endpoints, loadBalancer } from './lab/cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, startLoopbackLab } from './lab/loopback.ts';
import { waitUntil } from './lab/wait-until.ts';

const ROUTERS = { a: 64601, b: 64602, c: 64603, d: 64604 };
/** The third session does not come up with the second of these. */
const policyText = (holdTime: number, third: number) => `
range vips load-balancer-ip 198.51.100.0/24
${Object.entries({ ...ROUTERS, c: third })
  .map(
    ([name, as], index) =>
      `peer ${name} { address 127.0.0.${101 + index} port PORT as ${as} ${LOOPBACK_PEER} hold-time ${holdTime}s }`,
  )
  .join('\n')}
`;

describe('sessions that wait for their turn to be restarted', () => {
  let lab: LoopbackLab;
  let agent: Agent;

  const says = (pattern: RegExp, from = 0) =>
    waitUntil({
      what: `the agent to log ${pattern}`,
      observe: () => agent.output().slice(from),
      until: (output) => pattern.test(output),
    });
  const since = async (router: string) =>
    /^worker_1 .*$/m.exec(await lab.router(router).command('show protocols'))?.[0] ?? '';

  before(async () => {
    lab = await startLoopbackLab({
      policy: policyText(9, ROUTERS.c),
      objects: [loadBalancer('shop/checkout', ['198.51.100.10']), endpoints('shop/checkout', ['worker-1'])],
      nodes: { 'worker-1': {} },
      routers: ROUTERS,
    });
    const [first] = lab.agents;
    assert.ok(first);
    agent = first;
    await lab.waitForSessions({ a: 1, b: 1, c: 1, d: 1 });
  });
  after(() => lab.close());

  test('are the only ones that the next agent restarts', async () => {
    lab.writePolicy(policyText(12, 64699));
    await says(/1 session to be restarted one at a time: `d` after `c`/);
    await lab.waitForSessions({ a: 1, b: 1, c: 0, d: 1 });
    const done = [await since('a'), await since('b')];
    const waiting = await since('d');
    await agent.kill();
    const from = agent.output().length;
    agent.start();
    await says(/1 session to be restarted one at a time: `d` after `c`/, from);
    assert.equal(await since('d'), waiting, 'c has its hold time to come back');
    await says(/the session with `d` restarts: hold-time/, from);
    await waitUntil({ what: 'another session with d', observe: () => since('d'), until: (now) => now !== waiting });
    await lab.waitForSessions({ a: 1, b: 1, d: 1 });
    assert.deepEqual([await since('a'), await since('b')], done);
    assert.doesNotMatch(agent.output().slice(from), /the session with `[abc]` restarts/);
  });
});
