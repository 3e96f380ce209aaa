import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, POLICY, SHOP } from '../testing/agent-harness.ts';

const MINUTE = 60_000;
const TRIED = 'guard { confirm within 1m }\n';
/** Policies that differ in what they announce with: the first is in effect, the others are tried. */
const FIRST = POLICY;
const SECOND = `${POLICY}${TRIED}exclude services none/a\n`;
const THIRD = `${POLICY}${TRIED}exclude services none/b\n`;

/** An agent whose second policy is on trial. */
async function onTrial() {
  const harness = createHarness({ policy: FIRST });
  harness.up('tor-a');
  harness.start();
  await harness.snapshot(SHOP);
  await harness.edit(SECOND);
  assert.deepEqual(harness.problems(), ['policy-on-trial']);
  return { ...harness, inEffect: () => harness.keeper.inEffect()?.loaded.text.files['edge.bell'] };
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

test('keeps all known of the cluster that the policy before needs, until the trial is over', async () => {
  const lab = await onTrial();
  assert.equal(lab.wanted.at(-1), 2);
  await lab.agent.confirm();
  assert.equal(lab.wanted.at(-1), 1);
  assert.deepEqual(lab.problems(), []);
});
