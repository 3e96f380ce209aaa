import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ClusterObject, type Service, snapshotOf } from '../engine/index.ts';
import { down, ingress, ready, service, slice, workers } from '../engine/testdata/cluster-factory.ts';
import { createHarness, goodWith, POLICY, SHOP, turn } from '../testing/agent-harness.ts';
import { desiredRoute } from '../testing/desired.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { RECALL_MS } from './agent.ts';
import { createDrain } from './drain.ts';
import { SAVE_MS } from './saver.ts';

test('tells BIRD nothing before the cluster is complete', async () => {
  const harness = createHarness();
  harness.start();
  await harness.settle();
  assert.equal(harness.applied.length, 0);
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
});

test('tells what BIRD has taken, with the networks of the node where they matter', async () => {
  const harness = createHarness({ policy: POLICY.replace('as 64512', 'as 64512  loop-protection drop') });
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.told, harness.applied);
  const { loopProtection } = harness.told.at(-1)?.speaker ?? {};
  assert.deepEqual(loopProtection, { action: 'drop', networks: ['192.0.2.0/24'] });
  harness.answer({ kind: 'refused', errors: [] });
  await harness.edit(POLICY);
  assert.equal(harness.told.at(-1)?.speaker.loopProtection, loopProtection);
});

test('keeps the policy for the next start once BIRD took it', async () => {
  const harness = createHarness();
  harness.start();
  assert.deepEqual(harness.saved, []);
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.saved, [{ entries: ['edge.bell'], files: { 'edge.bell': POLICY } }]);
});

test('applies the first change of a burst at once and the rest together', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  const before = harness.applied.length;
  for (let address = 20; address < 30; address++) {
    const path = `shop/s${address}`;
    harness.change(slice(path, [ready('worker-1')]));
    harness.change(service(path, { loadBalancerIngress: ingress(`198.51.100.${address}`) }));
  }
  await harness.settle();
  assert.equal(harness.applied.length - before, 2);
  assert.equal(harness.routes()?.length, 11);
});

test('keeps the policy in effect when the files do not check, and says so until they do', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.edit('speaker { as }');
  assert.deepEqual(harness.problems(), ['policy-refused']);
  assert.equal(harness.keeper.status().origin, 'disk');
  assert.match(harness.keeper.status().refused?.reason ?? '', /^1 error, the first at edge\.bell:1:14: /);
  harness.change(service('shop/new', { loadBalancerIngress: ingress('198.51.100.11') }));
  harness.change(slice('shop/new', [ready('worker-1')]));
  await harness.settle();
  assert.deepEqual(harness.routes(), ['198.51.100.10/32', '198.51.100.11/32']);
  await harness.edit(POLICY.replace('198.51.100.0/24', '198.51.100.0/28'));
  assert.deepEqual(harness.problems(), []);
  assert.equal(harness.keeper.status().refused, undefined);
});

test('puts a new policy into effect with the cluster as it is by then', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  harness.change(service('shop/new', { loadBalancerIngress: ingress('203.0.113.1') }));
  harness.change(slice('shop/new', [ready('worker-1')]));
  await harness.settle();
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  await harness.edit(POLICY.replace('198.51.100.0/24', '203.0.113.0/24'));
  assert.deepEqual(harness.routes(), ['203.0.113.1/32']);
  assert.equal(harness.saved.length, 2);
});

test('goes back to the policy in effect when BIRD refuses what a new one comes to', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  harness.answer({ kind: 'refused', errors: [{ path: 'bird.conf', line: 7, column: 1, message: 'syntax error' }] });
  await harness.edit(POLICY.replace('198.51.100.0/24', '203.0.113.0/24'));
  assert.match(harness.keeper.status().refused?.reason ?? '', /BIRD refuses its configuration: line 7: syntax error/);
  harness.answer({ kind: 'applied', changed: false, inProgress: false, leftOut: [] });
  await harness.settle(5_000);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  assert.equal(harness.saved.length, 1);
});

test('starts with the policy that was last applied when the files do not check', async () => {
  const harness = createHarness({ policy: 'speaker {', lastGood: POLICY });
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  assert.equal(harness.keeper.status().origin, 'last-good');
  assert.deepEqual(harness.problems(), ['policy-refused']);
  assert.deepEqual(harness.saved, []);
});

test('does not start BIRD for a node that the cluster does not know', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(workers(0));
  assert.equal(harness.applied.length, 0);
  assert.deepEqual(harness.problems(), ['node-unknown']);
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  assert.deepEqual(harness.problems(), []);
});

test('withdraws every route and keeps the sessions when the cluster forgets the node', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  const before = harness.applied.at(-1);
  harness.observer()?.onChanges([{ kind: 'deleted', objectKind: 'Node', key: 'worker-1' }]);
  await harness.settle();
  assert.deepEqual(harness.applied.at(-1), { ...before, routes: [] });
});

test('withdraws the routes of a BIRD that was running before when the cluster does not know the node', async () => {
  const harness = createHarness();
  harness.birdRuns();
  harness.start();
  await harness.snapshot(workers(0));
  assert.deepEqual(harness.routes(), []);
});

test('tells BIRD nothing new while the AS number is missing', async () => {
  const harness = createHarness({ policy: POLICY.replace('as 64512', 'as label "asn"') });
  harness.birdRuns();
  harness.start();
  await harness.snapshot(SHOP);
  assert.equal(harness.applied.length, 0);
  assert.deepEqual(harness.problems(), ['value-missing']);
});

test('ends with a reason when BIRD cannot be started at all', async () => {
  const harness = createHarness();
  harness.answer({ kind: 'failed', code: 'bird-start-failed', message: 'it does not start' });
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(
    harness.fatal.map(({ code, message }) => ({ code, message })),
    [{ code: 'bird-start-failed', message: 'it does not start' }],
  );
});

test('ends with a reason when the port is taken before BIRD was ever started', async () => {
  const harness = createHarness();
  harness.refuseStart({ code: 'port-in-use', message: 'port 179 is already in use', help: 'write `listen off`' });
  harness.start();
  await harness.snapshot(SHOP);
  assert.equal(harness.applied.length, 0);
  assert.equal(harness.fatal[0]?.code, 'port-in-use');
});

test('tries again when BIRD cannot be reached for a while', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  harness.answer({ kind: 'failed', code: 'bird-not-running', message: 'BIRD is being restarted' });
  harness.change(service('shop/new', { loadBalancerIngress: ingress('198.51.100.11') }));
  harness.change(slice('shop/new', [ready('worker-1')]));
  await harness.settle();
  assert.deepEqual(harness.problems(), ['bird-not-running']);
  harness.answer({ kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  await harness.settle(5_000);
  assert.deepEqual(harness.problems(), []);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32', '198.51.100.11/32']);
  assert.deepEqual(harness.fatal, []);
});

test('tries again once in a while, however many changes could not be carried out', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  harness.answer({ kind: 'failed', code: 'directory-not-writable', message: 'no space left on device' });
  for (let last = 11; last < 16; last++) {
    harness.change(service('shop/new', { loadBalancerIngress: ingress(`198.51.100.${last}`) }));
    await harness.settle();
  }
  const before = harness.applied.length;
  for (let second = 0; second < 10; second++) await harness.settle(1_000);
  assert.equal(harness.applied.length - before, 2);
});

test('lists the sessions that a new policy restarts', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.edit(POLICY.replace('as 64500', 'as 64500 hold-time 60s'));
  const line = harness.log.find((entry) => entry.includes('session-restarts'));
  assert.match(line ?? '', /the session with `tor-a` restarts: hold-time/);
});

test('logs which prefixes are announced and withdrawn', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  harness.observer()?.onChanges([{ kind: 'deleted', objectKind: 'Service', key: 'shop/cart' }]);
  await harness.settle();
  const texts = harness.log.filter((line) => line.includes('routes-applied'));
  assert.match(texts[0] ?? '', /"msg":"announced 198\.51\.100\.10\/32"/);
  assert.match(texts[1] ?? '', /"msg":"withdrawn 198\.51\.100\.10\/32"/);
});

test('announces nothing to its log when the BIRD that was running has every route already', async () => {
  const harness = createHarness();
  harness.birdRuns();
  harness.answer({ kind: 'applied', changed: false, inProgress: false, leftOut: [] });
  harness.start();
  await harness.snapshot(SHOP);
  const texts = harness.log.filter((line) => line.includes('routes-'));
  assert.deepEqual(texts.length, 1);
  assert.match(texts[0] ?? '', /"event":"routes-kept","routes":1,"msg":"BIRD holds the 1 route of this node already"/);
});

test('shows a policy that cannot be kept for the next start until one can', async () => {
  const harness = createHarness();
  harness.failToSave('no space left on device');
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.problems(), ['state-not-saved']);
  assert.match(harness.log.join(''), /could not be kept for the next start: no space left on device/);
  harness.failToSave(undefined);
  await harness.edit(POLICY.replace('198.51.100.0/24', '198.51.100.0/28'));
  assert.deepEqual(harness.problems(), []);
});

test('shows what the source cannot read until it can', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  const problem = { where: 'cluster.yaml:3', message: 'not YAML; it is left out' };
  harness.observer()?.onProblem(problem);
  assert.deepEqual(
    harness.agent
      .view()
      .problems.list()
      .map(({ code, message }) => ({ code, message })),
    [{ code: 'cluster-unreadable', message: 'cluster.yaml:3: not YAML; it is left out' }],
  );
  harness.observer()?.onProblemOver?.(problem);
  assert.deepEqual(harness.problems(), []);
});

test('applies nothing after it was stopped', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.agent.stop();
  const before = harness.applied.length;
  harness.change(service('shop/new', { loadBalancerIngress: ingress('198.51.100.11') }));
  await harness.settle();
  assert.equal(harness.applied.length, before);
});

test('lists the sessions that restart because the policy changed while the agent was away', async () => {
  const harness = createHarness({ policy: POLICY.replace('as 64500', 'as 64500 hold-time 60s'), lastGood: POLICY });
  harness.birdRuns();
  harness.start();
  await harness.snapshot(SHOP);
  assert.ok(harness.log.some((line) => line.includes('the session with `tor-a` restarts: hold-time')));
});

test('goes on with the policy that was last applied when BIRD refuses the one on disk at the start', async () => {
  const harness = createHarness({ policy: POLICY.replace('198.51.100.0/24', '203.0.113.0/24'), lastGood: POLICY });
  harness.birdRuns();
  harness.answer({ kind: 'refused', errors: [] });
  harness.start();
  harness.observer()?.onSnapshot(snapshotOf(SHOP));
  await turn();
  harness.answer({ kind: 'applied', changed: false, inProgress: false, leftOut: [] });
  await harness.settle(20);
  assert.equal(harness.keeper.status().origin, 'last-good');
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
});

test('ends with a reason when BIRD refuses the only policy there is', async () => {
  const harness = createHarness();
  harness.answer({ kind: 'refused', errors: [{ path: 'bird.conf', line: 7, column: 1, message: 'syntax error' }] });
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(
    harness.fatal.map(({ message }) => message),
    ['BIRD refuses its configuration: line 7: syntax error'],
  );
});

test('does not keep a policy for the next start that was never applied', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(workers(0));
  assert.deepEqual(harness.saved, []);
});

const SLOW = `${POLICY}service shop/* { advertise-delay 5s }`;

test('announces a route only after it has been due for as long as its delay says', async () => {
  const harness = createHarness({ policy: SLOW });
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual([harness.routes(), harness.delayed()], [[], ['198.51.100.10/32']]);
  await harness.settle(4_900);
  assert.deepEqual(harness.routes(), []);
  await harness.settle(100);
  await harness.settle();
  assert.deepEqual([harness.routes(), harness.delayed()], [['198.51.100.10/32'], []]);
});

test('begins to wait again for a route that was not due in between, and withdraws at once', async () => {
  const harness = createHarness({ policy: SLOW });
  harness.start();
  await harness.snapshot(SHOP);
  await harness.settle(4_000);
  harness.change(slice('shop/cart', [down('worker-1')]));
  await harness.settle();
  harness.change(slice('shop/cart', [ready('worker-1')]));
  await harness.settle();
  await harness.settle(4_000);
  assert.deepEqual(harness.routes(), []);
  await harness.settle(1_000);
  await harness.settle();
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  harness.change(slice('shop/cart', [down('worker-1')]));
  await harness.settle();
  assert.deepEqual(harness.routes(), []);
});

test('routes without a delay do not wait for those that have one', async () => {
  const harness = createHarness({ policy: `${POLICY}service shop/cart { advertise-delay 5s }` });
  harness.start();
  const other = service('shop/new', { clusterIPs: ['10.96.0.2'], loadBalancerIngress: ingress('198.51.100.11') });
  await harness.snapshot([...SHOP, other, slice('shop/new', [ready('worker-1')])]);
  assert.deepEqual(harness.routes(), ['198.51.100.11/32']);
});

test('a route that is announced already does not wait: not for a delay that is new, nor in a BIRD of an earlier agent', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.edit(SLOW);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);

  const adopting = createHarness({ policy: SLOW });
  adopting.birdRuns('198.51.100.10/32');
  adopting.start();
  await adopting.snapshot(SHOP);
  assert.deepEqual(adopting.routes(), ['198.51.100.10/32']);

  const missing = createHarness({ policy: SLOW });
  missing.birdRuns('198.51.100.99/32');
  missing.start();
  await missing.snapshot(SHOP);
  assert.deepEqual(missing.routes(), []);
});

test('nothing waits where a running BIRD cannot say what it has', async () => {
  const harness = createHarness({ policy: SLOW });
  harness.birdIsSilent();
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
});

test('keeps the cluster for the next start, a moment after it changed and when it stops', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.savedObjects, [1]);
  harness.change(service('shop/a', { loadBalancerIngress: ingress('198.51.100.11') }));
  harness.change(service('shop/b', { loadBalancerIngress: ingress('198.51.100.12') }));
  await harness.settle();
  assert.deepEqual(harness.savedObjects, [1]);
  await harness.settle(SAVE_MS);
  assert.deepEqual(harness.savedObjects, [1, 3]);
  harness.change(service('shop/c', { loadBalancerIngress: ingress('198.51.100.13') }));
  await harness.settle();
  await harness.agent.stop();
  assert.deepEqual(harness.savedObjects, [1, 3, 4]);
});

test('goes on from what was last applied while the cluster cannot be read, and then from the cluster', async () => {
  const harness = createHarness({ recalled: goodWith(POLICY, SHOP), lastGood: POLICY });
  harness.start();
  await harness.settle(RECALL_MS - 1);
  assert.equal(harness.applied.length, 0);
  await harness.settle();
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  assert.deepEqual(harness.problems(), ['cluster-recalled']);
  assert.equal(harness.agent.view().recalledFrom, 1);
  assert.deepEqual(harness.saved, []);
  await harness.snapshot(workers(2));
  assert.deepEqual(harness.routes(), []);
  assert.deepEqual(harness.problems(), []);
  assert.equal(harness.agent.view().recalledFrom, undefined);
});

test('announces nothing while the cluster cannot be read and nothing of this boot was kept', async () => {
  const harness = createHarness({ lastGood: POLICY });
  harness.start();
  await harness.settle(RECALL_MS * 10);
  assert.equal(harness.applied.length, 0);
});

test('does not go back to a file once the cluster is complete', async () => {
  const harness = createHarness({ recalled: goodWith(POLICY, []), lastGood: POLICY });
  harness.start();
  await harness.snapshot(SHOP);
  await harness.settle(RECALL_MS * 2);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
});

test('takes a policy that is new since then only once the cluster can be read', async () => {
  const older = POLICY.replace('198.51.100.0/24', '198.51.100.0/25');
  const harness = createHarness({ recalled: goodWith(older, SHOP), lastGood: older });
  harness.start();
  await harness.settle(RECALL_MS + 20);
  assert.equal(harness.keeper.status().origin, 'last-good');
  await harness.edit(POLICY.replace('198.51.100.0/24', '203.0.113.0/24'));
  assert.equal(harness.keeper.status().origin, 'last-good');
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  await harness.snapshot(SHOP);
  assert.equal(harness.keeper.status().origin, 'disk');
  assert.deepEqual(harness.routes(), []);
});

test('leaves the routes of a BIRD that knows more than what was kept', async () => {
  const harness = createHarness({ recalled: goodWith(POLICY, SHOP), lastGood: POLICY });
  harness.birdRuns('198.51.100.10/32', '198.51.100.11/32');
  harness.start();
  await harness.settle(RECALL_MS + 20);
  assert.equal(harness.applied.length, 0);
  assert.deepEqual(harness.problems(), ['routes-newer', 'cluster-recalled']);
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  assert.deepEqual(harness.problems(), []);
});

test('a new policy waits until what it needs of the cluster is read, and the one in effect goes on', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.wanted, [1, 1]);
  harness.cover(() => false);
  await harness.edit(POLICY.replace('198.51.100.0/24', '203.0.113.0/24'));
  assert.equal(harness.wanted.at(-1), 2);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  assert.deepEqual(harness.problems(), ['cluster-incomplete']);
  harness.cover(() => true);
  await harness.snapshot(SHOP);
  assert.deepEqual(harness.routes(), []);
  assert.deepEqual(harness.problems(), []);
  assert.equal(harness.wanted.at(-1), 1);
});

test('a new policy waits while a Secret is read for the first time, so that no session ends for that long', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  const before = harness.applied.length;
  await harness.edit(POLICY.replace('as 64500', 'as 64500  password secret bgp/fabric key "tor"'));
  assert.deepEqual(
    harness.applied.slice(before).filter(({ peers }) => peers[0]?.password !== undefined),
    [],
  );
  assert.deepEqual(harness.problems(), ['cluster-incomplete']);
  await harness.readSecret({ kind: 'found', text: 'rosebud', trouble: undefined });
  assert.equal(harness.applied.at(-1)?.peers[0]?.password?.kind, 'secret');
  assert.deepEqual(harness.problems(), []);
});

test('a new policy does not wait for a Secret that cannot be read', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.readSecret({ kind: 'unread', message: 'no right to read it' });
  const text = POLICY.replace('as 64500', 'as 64500  password secret bgp/fabric key "tor"');
  await harness.edit(text);
  assert.equal(harness.keeper.inEffect()?.loaded.text.files['edge.bell'], text);
});

const WAITING = POLICY.replace('as 64512 }', 'as 64512  wait-for http "http://127.0.0.1:10256/healthz" }');

test('announces nothing that BIRD does not have before every wait-for has answered, and never takes it back', async () => {
  const harness = createHarness({ policy: WAITING });
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual([harness.routes(), harness.waiting()], [[], ['198.51.100.10/32']]);
  assert.deepEqual(harness.problems(), ['waiting']);
  harness.answerWaitFor();
  await harness.settle(1_000);
  await harness.settle();
  assert.deepEqual([harness.routes(), harness.waiting(), harness.problems()], [['198.51.100.10/32'], [], []]);
});

test('a route that BIRD has already waits for nobody', async () => {
  const harness = createHarness({ policy: WAITING });
  harness.birdRuns('198.51.100.10/32');
  harness.start();
  await harness.snapshot(SHOP);
  assert.deepEqual([harness.routes(), harness.waiting()], [['198.51.100.10/32'], []]);
});

test('a wait-for that comes with a new policy withdraws nothing', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.edit(WAITING);
  assert.deepEqual(harness.routes(), ['198.51.100.10/32']);
  harness.change(service('shop/new', { loadBalancerIngress: ingress('198.51.100.11') }));
  harness.change(slice('shop/new', [ready('worker-1')]));
  await harness.settle();
  assert.deepEqual([harness.routes(), harness.waiting()], [['198.51.100.10/32'], ['198.51.100.11/32']]);
});

test('counts what becomes of policies and configurations, and times a change until BIRD has it', async () => {
  const lab = createHarness();
  lab.start();
  await lab.snapshot(SHOP);
  assert.deepEqual(lab.metered, [
    ['configured', 'changed'],
    ['applied', 0],
    ['routes', 1, 0, 0],
    ['policy', 'accepted'],
  ]);
  lab.metered.length = 0;
  lab.answer({ kind: 'failed', code: 'bird-not-running', message: 'BIRD is being restarted' });
  lab.change(slice('shop/cart', [down('worker-1')]));
  await lab.settle();
  lab.answer({ kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  await lab.settle(5_000);
  assert.deepEqual(lab.metered, [
    ['configured', 'failed'],
    ['configured', 'changed'],
    ['applied', 5.02],
    ['routes', 0, 1, 0],
  ]);
  lab.metered.length = 0;
  await lab.edit('speaker {');
  assert.deepEqual(lab.metered[0], ['policy', 'refused']);
});

test('says when policy and cluster were last saved', async () => {
  const lab = createHarness();
  lab.start();
  assert.equal(lab.agent.view().savedAt, undefined);
  await lab.snapshot(SHOP);
  assert.equal(typeof lab.agent.view().savedAt, 'number');
});

const GUARDED = `${POLICY}guard { max-withdraw 50% within 10s }\n`;

/** So many services of worker-1, each with an address of its own. */
const many = (count: number): readonly ClusterObject[] =>
  Array.from({ length: count }, (_, host) => [
    service(`shop/s${host}`, { clusterIPs: ['10.96.0.1'], loadBalancerIngress: ingress(`198.51.100.${host}`) }),
    slice(`shop/s${host}`, [ready('worker-1')]),
  ]).flat();

test('keeps what `guard` holds for the next start at once, and goes on holding it there', async () => {
  const harness = createHarness({ policy: GUARDED });
  harness.start();
  await harness.snapshot([...workers(2), ...many(20)]);
  await harness.snapshot([...workers(2), ...many(2)]);
  assert.equal(harness.routes()?.length, 20);
  assert.deepEqual(harness.problems(), ['withdrawals-held']);
  assert.equal(harness.savedHeld.at(-1)?.length, 18);

  const held = [...harness.agent.view().held.values()];
  const recalled = { ...goodWith(GUARDED, [...workers(2), ...many(2)]), held };
  const next = createHarness({ policy: GUARDED, lastGood: GUARDED, recalled });
  next.birdRuns(...(harness.routes() ?? []));
  next.start();
  await next.snapshot([...workers(2), ...many(2)]);
  assert.deepEqual(next.routes(), harness.routes());
  assert.equal((await next.agent.confirm()).released.length, 18);
  assert.equal(next.routes()?.length, 2);
  assert.deepEqual(next.problems(), []);
});

test('gives back what `guard` held before a drain also where it was started meanwhile', async (t) => {
  const state = mkdtempSync(join(tmpdir(), 'bellbird-agent-'));
  t.after(() => rmSync(state, { recursive: true }));
  const drain = createDrain(state, createFakeClock());
  const held = many(20)
    .flatMap((object) => (object.kind === 'Service' ? addressesOf(object) : []))
    .slice(2);
  const recalled = {
    ...goodWith(GUARDED, [...workers(2), ...many(2)]),
    held: held.map((prefix) => ({ route: desiredRoute(prefix), since: 1 })),
  };
  const harness = createHarness({ policy: GUARDED, lastGood: GUARDED, recalled, drain });
  drain.begin(0);
  harness.birdRuns();
  harness.start();
  await harness.snapshot([...workers(2), ...many(2)]);
  assert.deepEqual(harness.routes(), []);
  assert.deepEqual(harness.savedHeld.at(-1), held);
  assert.deepEqual(harness.problems(), ['draining', 'withdrawals-held']);
  drain.end();
  await harness.settle();
  assert.equal(harness.routes()?.length, 20);
  assert.deepEqual(harness.problems(), ['withdrawals-held']);
});

test('judges what changed while it was away by what was last saved', async () => {
  const recalled = goodWith(GUARDED, [...workers(2), ...many(20)]);
  const harness = createHarness({ policy: GUARDED, lastGood: GUARDED, recalled });
  harness.birdRuns(...many(20).flatMap((object) => (object.kind === 'Service' ? addressesOf(object) : [])));
  harness.start();
  await harness.snapshot([...workers(2), ...many(2)]);
  assert.equal(harness.routes()?.length, 20);
  assert.equal(harness.agent.view().held.size, 18);
});

test('judges it so as well where BIRD, asked for its routes, did not answer at first', async () => {
  const recalled = goodWith(GUARDED, [...workers(2), ...many(20)]);
  const harness = createHarness({ policy: GUARDED, lastGood: GUARDED, recalled });
  harness.birdIsSilent();
  harness.answer({ kind: 'failed', code: 'bird-not-answering', message: 'no answer' });
  harness.start();
  await harness.snapshot([...workers(2), ...many(2)]);
  harness.birdRuns(...many(20).flatMap((object) => (object.kind === 'Service' ? addressesOf(object) : [])));
  harness.answer({ kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  await harness.settle(5_000);
  assert.equal(harness.routes()?.length, 20);
  assert.equal(harness.agent.view().held.size, 18);
});

function addressesOf({ loadBalancerIngress }: Service): readonly string[] {
  return loadBalancerIngress.map(({ ip }) => `${ip}/32`);
}
