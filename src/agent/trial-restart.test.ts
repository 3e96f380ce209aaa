// A policy on trial when the agent is killed and started again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingress, ready, service, slice } from '../engine/testdata/cluster-factory.ts';
import { createHarness, goodWith, POLICY, SHOP } from '../testing/agent-harness.ts';
import { RECALL_MS } from './agent.ts';
import { hashPolicy } from './metrics/policy-hash.ts';
import type { SavedTrial, TrialFile } from './trial-file.ts';

const MINUTE = 60_000;
const TRIED = 'guard { confirm within 1m }\n';
const FIRST = POLICY;
/** Announces nothing. */
const SECOND = `${POLICY}${TRIED}`.replace('198.51.100.0/24', '203.0.113.0/24');
const THIRD = `${POLICY}${TRIED}exclude services none/b\n`;
const LOST = 'the session with `tor-a` did not come back';

const textOf = (text: string) => ({ entries: ['edge.bell'], files: { 'edge.bell': text } });

/** What outlives the agent. */
function createFile(isOfThisBoot = true) {
  let saved: SavedTrial | undefined;
  const file: TrialFile = {
    read: () => saved && { ...saved, isOfThisBoot },
    write: (trial) => {
      saved = trial;
      return undefined;
    },
  };
  return { file, saved: () => saved };
}

interface Life {
  readonly policy?: string;
  readonly lastGood?: string;
  readonly now?: number;
  readonly isBirdGone?: boolean;
  readonly up?: readonly string[];
}

/** One life of the agent, with the policy on disk. */
async function live(file: TrialFile, life: Life = {}) {
  const { policy = SECOND, lastGood = SECOND, now, isBirdGone = false, up = ['tor-a'] } = life;
  const lab = createHarness({ policy, lastGood, trialFile: file, ...(now !== undefined && { now }) });
  if (!isBirdGone) lab.birdRuns();
  lab.up(...up);
  lab.start();
  await lab.snapshot(SHOP);
  return { ...lab, inEffect: () => lab.keeper.inEffect()?.loaded.text.files['edge.bell'] };
}

/** The trial that a life of the agent left behind which was killed so long after it began. */
async function killed(afterMs: number, isOfThisBoot = true) {
  const { file, saved } = createFile(isOfThisBoot);
  const lab = createHarness({ policy: FIRST, trialFile: file });
  lab.up('tor-a');
  lab.start();
  await lab.snapshot(SHOP);
  assert.equal(saved(), undefined);
  await lab.edit(SECOND);
  await lab.settle(afterMs);
  assert.deepEqual(lab.problems(), ['policy-on-trial']);
  return { file, saved, now: lab.now() };
}

test('goes on with the trial of the life before, and goes back when its time is over', async () => {
  const { file, saved, now } = await killed(MINUTE / 2);
  const lab = await live(file, { now, up: [] });
  assert.deepEqual([lab.inEffect(), lab.problems()], [SECOND, ['policy-on-trial']]);
  await lab.settle(MINUTE / 2 - 1_000);
  assert.equal(lab.inEffect(), SECOND);
  await lab.settle(1_000);
  assert.equal(lab.inEffect(), FIRST);
  assert.deepEqual(lab.keeper.status().refused?.reason, LOST);
  assert.deepEqual(lab.problems(), ['policy-refused']);
  assert.deepEqual(lab.routes(), ['198.51.100.10/32']);
  assert.deepEqual(lab.agent.view().history[0]?.causes, [`the policy before, because ${LOST}`]);
  assert.equal(saved(), undefined);
});

test('goes back at once where the time of the trial is over, and keeps a policy whose sessions are up', async () => {
  const { file, saved, now } = await killed(MINUTE / 2);
  const kept = saved();
  const lost = await live(file, { now: now + MINUTE, up: [] });
  await lost.settle();
  assert.equal(lost.inEffect(), FIRST);
  file.write(kept);
  const fine = await live(file, { now: now + MINUTE });
  await fine.settle();
  assert.deepEqual([fine.inEffect(), fine.problems(), saved()], [SECOND, [], undefined]);
});

test('gives sessions all the time again where BIRD did not outlive the agent, or the machine booted', async () => {
  for (const isOfThisBoot of [true, false]) {
    const { file, now } = await killed(MINUTE / 2, isOfThisBoot);
    const lab = await live(file, { now: now + 2 * MINUTE, up: [], isBirdGone: true });
    await lab.settle(MINUTE - 1_000);
    assert.equal(lab.inEffect(), SECOND);
    await lab.settle(1_000);
    assert.equal(lab.inEffect(), FIRST);
  }
});

test('gives sessions all the time again only where BIRD has to restart one', async () => {
  const policy = `${FIRST.replace('as 64500', 'as 64501')}${TRIED}`;
  const { file } = createFile();
  for (const changed of [true, false]) {
    const [previous, name] = [textOf(FIRST), hashPolicy(textOf(policy))];
    file.write({ policy: name, previous, up: ['tor-a'], withinMs: MINUTE, until: 0 });
    // The life before was killed before it could save what BIRD took.
    const lab = createHarness({ policy, lastGood: FIRST, trialFile: file });
    lab.birdRuns('198.51.100.10/32');
    lab.answer({ kind: 'applied', changed, inProgress: false, leftOut: [] });
    lab.start();
    await lab.snapshot(SHOP);
    await lab.settle();
    assert.equal(lab.keeper.inEffect()?.origin, changed ? 'disk' : 'last-good');
  }
});

test('goes on with the trial where the files do not check any more, and were changed meanwhile', async () => {
  for (const policy of ['speaker {', THIRD]) {
    const { file, now } = await killed(MINUTE / 2);
    const lab = await live(file, { policy, now, up: [] });
    assert.ok(lab.problems().includes('policy-on-trial'), policy);
    await lab.settle(MINUTE);
    assert.equal(lab.inEffect(), FIRST);
  }
});

test('tries nothing any more that was confirmed, or whose files were taken back meanwhile', async () => {
  const confirmed = await killed(MINUTE / 2);
  const lab = await live(confirmed.file, { now: confirmed.now, up: [] });
  assert.deepEqual(await lab.agent.confirm(), { released: [], policy: true });
  assert.equal(confirmed.saved(), undefined);
  const reverted = await killed(MINUTE / 2);
  const next = await live(reverted.file, { policy: FIRST, now: reverted.now, up: [] });
  assert.deepEqual([next.inEffect(), next.problems(), reverted.saved()], [FIRST, [], undefined]);
});

test('knows the sessions from before a policy that BIRD took in the moment of the kill', async () => {
  const { file, saved } = createFile();
  const lab = createHarness({ policy: FIRST, trialFile: file });
  lab.up('tor-a');
  lab.start();
  await lab.snapshot(SHOP);
  lab.holdBird();
  await lab.edit(SECOND);
  assert.deepEqual(saved()?.up, ['tor-a']);
  const next = await live(file, { lastGood: FIRST, now: lab.now(), up: [] });
  assert.deepEqual(next.problems(), ['policy-on-trial']);
  await next.settle(MINUTE);
  assert.equal(next.inEffect(), FIRST);
});

test('goes on going back, and tries the files again only when they change', async () => {
  const { file, saved, now } = await killed(MINUTE / 2);
  const lab = await live(file, { now, up: [] });
  lab.holdBird();
  await lab.settle(MINUTE / 2);
  assert.equal(saved()?.reason, LOST);
  const next = await live(file, { now: lab.now(), up: [] });
  assert.deepEqual([next.inEffect(), next.problems(), saved()], [FIRST, ['policy-refused'], undefined]);
  assert.equal(next.keeper.status().refused?.reason, LOST);
  next.up('tor-a');
  await next.edit(THIRD);
  assert.equal(next.inEffect(), THIRD);
});

test('misses nothing of the cluster before what it goes back to can be carried out', async () => {
  const { file } = createFile();
  const found = {
    policy: hashPolicy(textOf(SECOND)),
    previous: textOf(FIRST),
    up: ['tor-a'],
    withinMs: MINUTE,
    until: 0,
  };
  file.write({ ...found, reason: LOST });
  const lab = createHarness({ policy: SECOND, lastGood: SECOND, trialFile: file });
  lab.birdRuns('198.51.100.10/32');
  lab.cover(() => false);
  lab.start();
  await lab.snapshot(SHOP);
  const other = service('shop/till', { clusterIPs: ['10.96.0.2'], loadBalancerIngress: ingress('198.51.100.11') });
  lab.change(other);
  lab.change(slice('shop/till', [ready('worker-1')]));
  lab.cover(() => true);
  lab.agent.reload(true);
  await lab.settle();
  assert.deepEqual(lab.routes(), ['198.51.100.10/32', '198.51.100.11/32']);
});

test('goes back until the next life knows what was put back', async () => {
  const { file, saved, now } = await killed(MINUTE / 2);
  const lab = await live(file, { now, up: [] });
  lab.failToSave('no space left on device');
  await lab.settle(MINUTE / 2);
  assert.equal(lab.inEffect(), FIRST);
  assert.equal(saved()?.reason, LOST);
});

test('goes back also while the cluster cannot be read', async () => {
  const { file, now } = await killed(MINUTE / 2);
  const recalled = goodWith(SECOND, SHOP);
  const lab = createHarness({ policy: SECOND, lastGood: SECOND, recalled, trialFile: file, now });
  lab.birdRuns();
  lab.start();
  await lab.settle(RECALL_MS);
  assert.deepEqual(lab.problems(), ['cluster-recalled', 'policy-on-trial']);
  await lab.settle(MINUTE / 2);
  assert.equal(lab.keeper.inEffect()?.loaded.text.files['edge.bell'], FIRST);
  await lab.snapshot(SHOP);
  assert.equal(lab.keeper.inEffect()?.loaded.text.files['edge.bell'], FIRST);
});

test('says that a trial is over which an agent of another version left behind in words of its own', async () => {
  const found = {
    policy: hashPolicy(textOf(SECOND)),
    previous: textOf('speaker {'),
    up: ['tor-a'],
    withinMs: 1,
    until: 0,
  };
  for (const read of [() => 'unusable' as const, () => ({ ...found, isOfThisBoot: true })]) {
    const lab = await live({ read, write: () => undefined }, { up: [] });
    assert.match(lab.log.join(''), /"trial-lost".*a policy was on trial when the agent ended/);
    await lab.settle(MINUTE);
    assert.deepEqual([lab.inEffect(), lab.problems()], [SECOND, []]);
  }
});

test('says that a trial would end with the agent where it cannot be written down', async () => {
  const lab = createHarness({ policy: FIRST, trialFile: { read: () => undefined, write: () => 'no space left' } });
  lab.up('tor-a');
  lab.start();
  await lab.snapshot(SHOP);
  await lab.edit(SECOND);
  assert.deepEqual(lab.problems().sort(), ['policy-on-trial', 'state-not-saved']);
});
