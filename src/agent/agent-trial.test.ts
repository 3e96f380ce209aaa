import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, POLICY, SHOP } from '../testing/agent-harness.ts';

const MINUTE = 60_000;
const TRIED = 'guard { confirm within 1m }\n';
/** Policies that differ in what they announce with: the first is in effect, the others are tried. */
const FIRST = POLICY;
const SECOND = `${POLICY}${TRIED}exclude services none/a\n`;
const THIRD = `${POLICY}${TRIED}exclude services none/b\n`;

/** An agent with the first policy in effect, and one session. */
async function start() {
  const harness = createHarness({ policy: FIRST });
  harness.up('tor-a');
  harness.start();
  await harness.snapshot(SHOP);
  return { ...harness, inEffect: () => harness.keeper.inEffect()?.loaded.text.files['edge.bell'] };
}

/** An agent whose second policy is on trial. */
async function onTrial() {
  const lab = await start();
  await lab.edit(SECOND);
  assert.deepEqual(lab.problems(), ['policy-on-trial']);
  return lab;
}

test('puts the policy before back when a session is lost, and reads the files again when they change', async () => {
  const lab = await onTrial();
  lab.up();
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), FIRST);
  assert.deepEqual(lab.problems(), ['policy-refused']);
  assert.equal(lab.keeper.status().refused?.reason, 'the session with `tor-a` did not come back');
  lab.up('tor-a');
  await lab.edit(THIRD);
  assert.equal(lab.inEffect(), THIRD);
});

test('goes back all the same when the files change meanwhile to some that do not check', async () => {
  const lab = await onTrial();
  lab.up();
  const answer = lab.holdBird();
  await lab.settle(MINUTE);
  await lab.edit('speaker {');
  await answer();
  assert.equal(lab.inEffect(), FIRST);
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), FIRST);
  assert.deepEqual(lab.problems(), ['policy-refused']);
});

test('tries files that change while it goes back as if the policy that failed never had been', async () => {
  const lab = await onTrial();
  lab.up();
  const answer = lab.holdBird();
  await lab.settle(MINUTE);
  await lab.edit(THIRD);
  await answer();
  await lab.settle();
  assert.equal(lab.inEffect(), THIRD);
  assert.deepEqual(lab.problems(), ['policy-on-trial']);
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), FIRST);
});

test('goes back while files that changed meanwhile wait for the cluster', async () => {
  const lab = await onTrial();
  lab.up();
  const answer = lab.holdBird();
  await lab.settle(MINUTE);
  lab.cover(({ guard }) => guard === undefined);
  await lab.edit(THIRD);
  await answer();
  await lab.settle();
  assert.equal(lab.inEffect(), FIRST);
  assert.deepEqual(lab.problems(), ['policy-refused', 'cluster-incomplete']);
  lab.cover(() => true);
  await lab.snapshot(SHOP);
  assert.equal(lab.inEffect(), THIRD);
});

test('goes back in time though files that changed meanwhile wait for the cluster', async () => {
  const lab = await onTrial();
  lab.up();
  lab.cover(({ guard }) => guard === undefined);
  await lab.edit(THIRD);
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), FIRST);
  assert.deepEqual(lab.problems(), ['policy-refused', 'cluster-incomplete']);
});

test('tries files that change while it asks for the sessions as if the policy that failed never had been', async () => {
  const lab = await onTrial();
  lab.up();
  lab.advance(MINUTE);
  await lab.edit(THIRD);
  assert.equal(lab.inEffect(), THIRD);
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), FIRST);
});

test('stays with a policy on trial where BIRD refuses the one before', async () => {
  const lab = await onTrial();
  lab.up();
  lab.answer({ kind: 'refused', errors: [] });
  await lab.settle(MINUTE);
  await lab.settle();
  lab.answer({ kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), SECOND);
  assert.match(lab.keeper.status().refused?.reason ?? '', /^BIRD refuses its configuration/);
});

/** An agent whose BIRD takes its time with a second policy, and that reads a third one meanwhile; one session is lost. */
async function overtaken(second: string, third: string) {
  const lab = await start();
  const answer = lab.holdBird();
  await lab.edit(second);
  await lab.edit(third);
  lab.up();
  return { ...lab, answer };
}

for (const [kind, second] of [
  ['one on trial', SECOND],
  ['one that needs none', `${POLICY}exclude services none/a\n`],
] as const) {
  test(`tries a policy by the sessions before ${kind} that BIRD had for a moment`, async () => {
    const lab = await overtaken(second, THIRD);
    await lab.answer();
    await lab.settle();
    assert.equal(lab.inEffect(), THIRD);
    assert.deepEqual(lab.problems(), ['policy-on-trial']);
    await lab.settle(MINUTE);
    assert.equal(lab.inEffect(), FIRST);
  });
}

test('a policy that BIRD has taken is in effect and on trial, though the files do not check any more', async () => {
  const lab = await overtaken(SECOND, 'speaker {');
  await lab.answer();
  await lab.settle();
  assert.equal(lab.inEffect(), SECOND);
  assert.deepEqual(lab.problems(), ['policy-refused', 'policy-on-trial']);
  assert.match(lab.keeper.status().refused?.reason ?? '', /^\d error/);
  await lab.settle(MINUTE);
  assert.equal(lab.inEffect(), FIRST);
});

test('says nothing of a policy that BIRD refuses and that the files have left behind', async () => {
  const lab = await start();
  const answer = lab.holdBird();
  lab.answer({ kind: 'refused', errors: [] });
  await lab.edit(SECOND);
  lab.answer({ kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  await lab.edit(THIRD);
  await answer();
  await lab.settle();
  assert.equal(lab.inEffect(), THIRD);
  assert.deepEqual(lab.problems(), ['policy-on-trial']);
  assert.doesNotMatch(lab.log.join(''), /refuses/);
});

test('keeps all known of the cluster that the policy before needs, until the trial is over', async () => {
  const lab = await onTrial();
  assert.equal(lab.wanted.at(-1), 2);
  await lab.agent.confirm();
  assert.equal(lab.wanted.at(-1), 1);
  assert.deepEqual(lab.problems(), []);
});

test('counts the time of a trial from when the last session was restarted', async () => {
  const two = `${POLICY}peer tor-b { address 192.0.2.102 as 64500 }\n`;
  const lab = createHarness({ policy: two });
  lab.up('tor-a', 'tor-b');
  lab.start();
  await lab.snapshot(SHOP);
  await lab.edit(`${two.replaceAll('as 64500', 'as 64501  hold-time 90s')}${TRIED}`);
  lab.up('tor-b');
  await lab.settle(MINUTE / 2);
  assert.deepEqual(lab.problems(), ['policy-on-trial', 'restart-waiting']);
  lab.up('tor-a', 'tor-b');
  await lab.settle(1_000);
  assert.deepEqual(lab.problems(), ['policy-on-trial']);
  lab.up('tor-a');
  await lab.settle(MINUTE - 1_000);
  assert.deepEqual(lab.problems(), ['policy-on-trial']);
  await lab.settle(1_000);
  assert.equal(lab.keeper.inEffect()?.loaded.text.files['edge.bell'], two);
});
