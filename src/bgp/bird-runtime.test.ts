import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import {
  afterTest,
  endBird,
  freePorts,
  killIfAlive,
  openTestBird,
  skipWithoutBird,
  systemClock,
  temporaryFolder,
  testImage,
} from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute, desiredState } from '../testing/desired.ts';
import { createManualClock } from '../testing/manual-clock.ts';

import { type BirdEvent, openBird } from './index.ts';

const noSecrets = { secrets: new Map() };

test('starts BIRD with the first state and configures it with the next', { skip: skipWithoutBird }, async (t) => {
  const { bird, events } = await openTestBird(t);
  const [port = 0] = await freePorts(1);
  const base = desiredState({
    speaker: { ...desiredState().speaker, listen: { kind: 'on', address: '127.0.0.1', port } },
    peers: [desiredPeer({ port: 9 })],
    routes: [desiredRoute('192.0.2.1/32')],
  });
  const first = await bird.apply(base, noSecrets);
  assert.deepEqual(first, { kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  assert.equal(events[0]?.kind, 'started');

  const more = { ...base, routes: [...base.routes, desiredRoute('2001:db8::5/128')] };
  const second = await bird.apply(more, noSecrets);
  assert.deepEqual(second, { kind: 'applied', changed: true, inProgress: false, leftOut: [] });
  assert.deepEqual(
    (await bird.routes()).map(({ prefix }) => prefix),
    ['192.0.2.1/32', '2001:db8::5/128'],
  );
  const moved = { ...more, peers: [desiredPeer({ port: 9, holdTimeMs: 9_000 })] };
  const same = [more, moved].map((state) => [...bird.sessionsAsIn(state, noSecrets.secrets)]);
  assert.deepEqual(same, [['tor-a'], []]);
  const again = await bird.apply({ ...more }, noSecrets);
  assert.deepEqual(again, { kind: 'applied', changed: false, inProgress: false, leftOut: [] });
  const { sessions } = await bird.observe();
  assert.deepEqual(
    sessions.map(({ peer, neighborAs, families }) => ({ peer, neighborAs, families })),
    [
      {
        peer: 'tor-a',
        neighborAs: 64500,
        families: [
          { family: 'ipv4', received: 0, advertised: 0 },
          { family: 'ipv6', received: 0, advertised: 0 },
        ],
      },
    ],
  );
  assert.match(await readFile(bird.paths.log, 'utf8'), /Reconfigured/);
});

test('a BIRD that hangs keeps nobody waiting for what it reports', { skip: skipWithoutBird }, async (t) => {
  const { bird, directory } = await openTestBird(t);
  await bird.apply(desiredState({ speaker: { ...desiredState().speaker, listen: { kind: 'off' } } }), noSecrets);
  const pid = bird.pid() ?? 0;
  await bird.stop({ withdraw: false });
  const clock = createManualClock();
  const { bird: adopted } = await openTestBird(t, { directory, clock });
  process.kill(pid, 'SIGSTOP');
  t.after(() => killIfAlive(pid, 'SIGCONT'));
  const reported = assert.rejects(adopted.observe(), { code: 'bird-not-answering' });
  await clock.waiting(8_000);
  clock.advance(8_000);
  await reported;
});

test('a BIRD that is replaced has ended, with its own file beside it, before the change counts as made', {
  skip: skipWithoutBird,
}, async (t) => {
  const directory = await temporaryFolder(t);
  const events: BirdEvent['kind'][] = [];
  let atItsEnd: string | undefined;
  const bird = await openBird({
    directory,
    image: testImage(),
    clock: systemClock,
    onEvent: ({ kind }) => {
      events.push(kind);
      if (kind === 'exited') atItsEnd = readFileSync(bird.paths.config, 'utf8');
    },
  });
  afterTest(t, () => endBird(directory, bird));
  const base = desiredState({ speaker: { ...desiredState().speaker, listen: { kind: 'off' } } });
  await bird.apply(base, noSecrets);
  const before = await readFile(bird.paths.config, 'utf8');
  const more = { ...base, routes: [desiredRoute('192.0.2.1/32')] };
  const result = await bird.apply(more, { ...noSecrets, replace: true });
  assert.equal(result.kind, 'applied');
  assert.deepEqual(events, ['started', 'exited']);
  assert.equal(atItsEnd, before);
  await assert.rejects(stat(bird.paths.candidate), { code: 'ENOENT' });
});
