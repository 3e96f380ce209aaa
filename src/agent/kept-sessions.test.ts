import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, goodWith, POLICY, SHOP } from '../testing/agent-harness.ts';
import { decodeKeptSessions } from './kept-sessions.ts';

/** Another setting of the session, and a password. */
const SECURED = POLICY.replace('as 64500', 'as 64500  hold-time 60s  password secret bgp/fabric key "tor"');
const textOf = (policy: string) => ({ entries: ['edge.bell'], files: { 'edge.bell': policy } });
const ABSENT = { kind: 'unread', message: 'the cluster has no Secret bgp/fabric' } as const;
const FOUND = { kind: 'found', text: 'rosebud', trouble: undefined } as const;

/** An agent that takes over a BIRD with the session of `POLICY`, whose policy changed while no agent ran. */
async function takeOver(policy = SECURED, lastGood = POLICY, kept: ReturnType<typeof decodeKeptSessions> = []) {
  const harness = createHarness({ policy, lastGood, recalled: { ...goodWith(lastGood, SHOP), kept } });
  harness.birdRuns('198.51.100.10/32');
  harness.start();
  await harness.snapshot(SHOP);
  const session = () => {
    const peer = harness.applied.at(-1)?.peers[0];
    return { holdTimeMs: peer?.holdTimeMs, password: peer?.password?.kind };
  };
  const messages = () =>
    harness.agent
      .view()
      .problems.list()
      .map(({ message }) => message);
  return { harness, session, messages };
}

const AS_IT_WAS = { holdTimeMs: 30_000, password: undefined };
const AS_WANTED = { holdTimeMs: 60_000, password: 'secret' };

test('a session goes on as it is while its first password is read, and takes it then', async () => {
  const { harness, session, messages } = await takeOver();
  assert.deepEqual(session(), AS_IT_WAS);
  assert.deepEqual(messages(), [
    'peer `tor-a`: its password is not read yet; its session goes on as it was before the policy changed',
  ]);
  await harness.readSecret(FOUND);
  assert.deepEqual(session(), AS_WANTED);
  assert.deepEqual(messages(), []);
});

test('a session goes on while its first password cannot be read, and all else of the policy is in effect', async () => {
  const { harness, session, messages } = await takeOver(SECURED.replace('198.51.100.0/24', '203.0.113.0/24'));
  await harness.readSecret(ABSENT);
  assert.deepEqual([session(), harness.routes()], [AS_IT_WAS, []]);
  assert.match(messages()[0] ?? '', /the cluster has no Secret bgp\/fabric; its session goes on as it was/);
});

test('an agent that is started once more knows by which policy a session goes on', async () => {
  const first = await takeOver();
  const [kept] = first.harness.savedKept.slice(-1);
  assert.deepEqual(kept, [{ peer: 'tor-a', policy: textOf(POLICY) }]);
  const second = await takeOver(SECURED, SECURED, kept);
  await second.harness.readSecret(ABSENT);
  assert.deepEqual(second.session(), AS_IT_WAS);
  assert.deepEqual(second.harness.savedKept.at(-1), kept);
  await second.harness.edit(SECURED.replace('hold-time 60s', 'hold-time 90s'));
  assert.deepEqual(second.session(), AS_IT_WAS);
  assert.deepEqual(second.harness.savedKept.at(-1), kept, 'the policy in between was never its');
  await second.harness.readSecret(FOUND);
  assert.deepEqual(second.session(), { ...AS_WANTED, holdTimeMs: 90_000 });
  await second.harness.settle(60_000);
  assert.deepEqual(second.harness.savedKept.at(-1), []);
});

test('a life that keeps one more session than the one before tells the next of both', async () => {
  const more = (settings: string) => `${SECURED}peer tor-b { address 192.0.2.102 as 64500 ${settings} }\n`;
  const [before, now] = [more(''), more(' password secret bgp/other key "tor"')];
  const { harness } = await takeOver(now, before, [{ peer: 'tor-a', policy: textOf(POLICY) }]);
  await harness.readSecret(ABSENT);
  await harness.settle(60_000);
  assert.deepEqual(harness.savedKept.at(-1), [
    { peer: 'tor-a', policy: textOf(POLICY) },
    { peer: 'tor-b', policy: textOf(before) },
  ]);
});

test('a policy that BIRD refuses changes nothing of what the next life is told', async () => {
  const { harness } = await takeOver();
  await harness.readSecret(ABSENT);
  harness.answer({ kind: 'refused', errors: [] });
  await harness.edit(POLICY.replace('as 64500', 'as 64500  hold-time 90s'));
  harness.answer({ kind: 'applied', changed: false, inProgress: false, leftOut: [] });
  await harness.settle(60_000);
  await harness.settle();
  harness.agent.reload(true);
  await harness.settle(60_000);
  assert.equal(harness.keeper.inEffect()?.loaded.text.files['edge.bell'], SECURED);
  assert.deepEqual(harness.savedKept.at(-1), [{ peer: 'tor-a', policy: textOf(POLICY) }]);
});

test('a session that BIRD does not run is not opened without its password', async () => {
  const { session, messages } = await takeOver(SECURED, SECURED);
  assert.deepEqual(session(), AS_WANTED);
  assert.deepEqual(messages(), []);
});

test('a session goes on where the policy changes under a running agent and the Secret cannot be read', async () => {
  const harness = createHarness();
  harness.start();
  await harness.snapshot(SHOP);
  await harness.readSecret(ABSENT);
  await harness.edit(SECURED);
  assert.equal(harness.applied.at(-1)?.peers[0]?.password, undefined);
  assert.deepEqual(harness.problems(), ['password-kept']);
});

test('a session that is kept is so as well while BIRD is being started again', async () => {
  const { harness, session } = await takeOver();
  await harness.readSecret(ABSENT);
  harness.birdIsDown();
  harness.agent.reload(true);
  await harness.settle();
  assert.deepEqual(session(), AS_IT_WAS);
});

test('a session that is kept ends with its peer, and is no longer kept without the password', async () => {
  const { harness, session } = await takeOver();
  await harness.readSecret(ABSENT);
  await harness.edit(POLICY.replace('as 64500', 'as 64500  hold-time 60s'));
  assert.deepEqual(session(), { holdTimeMs: 60_000, password: undefined });
  await harness.edit(POLICY.replace('tor-a', 'tor-b'));
  assert.deepEqual(
    harness.applied.at(-1)?.peers.map(({ name }) => name),
    ['tor-b'],
  );
});

test('a BIRD of which nothing is known is left as it is until a Secret is read, or cannot be', async () => {
  for (const reading of [FOUND, ABSENT]) {
    const harness = createHarness({ policy: SECURED });
    harness.birdRuns('198.51.100.10/32');
    harness.start();
    await harness.snapshot(SHOP);
    assert.equal(harness.applied.length, 0);
    assert.deepEqual(harness.problems(), ['cluster-incomplete']);
    await harness.readSecret(reading);
    assert.equal(harness.applied.length, 1);
  }
});

test('reads back what was kept, and nothing else', () => {
  const kept = [{ peer: 'tor-a', policy: textOf(POLICY) }];
  assert.deepEqual(decodeKeptSessions(JSON.parse(JSON.stringify(kept))), kept);
  const damaged = [
    { peer: 'tor-a' },
    { peer: 1, policy: textOf(POLICY) },
    { peer: 'tor-b', policy: { entries: [], files: { a: 1 } } },
  ];
  assert.deepEqual(decodeKeptSessions([...damaged, ...kept]), kept);
  assert.deepEqual(decodeKeptSessions(undefined), []);
});
