import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, goodWith, POLICY, SHOP } from '../testing/agent-harness.ts';

const NAMES = ['tor-a', 'tor-b', 'tor-c'];
const BEFORE = `${POLICY}peer tor-b { address 192.0.2.102 as 64500 }\npeer tor-c { address 192.0.2.103 as 64500 }\n`;
const AFTER = BEFORE.replaceAll('as 64500', 'as 64500  hold-time 90s');

/** An agent among three sessions that are up. */
function setUp(policy: string, lastGood = BEFORE) {
  const lab = createHarness({ policy, lastGood, recalled: goodWith(lastGood, SHOP) });
  lab.up(...NAMES);
  const holdTimes = () => lab.applied.at(-1)?.peers.map(({ holdTimeMs }) => holdTimeMs / 1_000);
  return { ...lab, holdTimes };
}

test('an agent that is started again while sessions wait for their turn restarts none twice', async () => {
  const first = setUp(BEFORE);
  first.start();
  await first.snapshot(SHOP);
  await first.edit(AFTER);
  await first.settle(500);
  assert.deepEqual(first.holdTimes(), [90, 90, 30]);
  const given = first.applied.at(-1);
  assert.ok(given !== undefined);

  const next = setUp(AFTER);
  next.birdRuns('198.51.100.10/32');
  next.birdWasGiven(given);
  next.start();
  await next.snapshot(SHOP);
  assert.deepEqual(
    next.applied.map(({ peers }) => peers.map(({ holdTimeMs }) => holdTimeMs / 1_000)),
    [[90, 90, 90]],
  );
  const [entry] = next.agent.view().history;
  assert.deepEqual(entry?.restarted, [{ peer: 'tor-c', why: ['hold-time'] }]);
});
