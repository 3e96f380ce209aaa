import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desiredState, sessionStatus } from '../testing/desired.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { renderBirdConfig } from './bird-config.ts';
import {
  installsRoutes,
  isHeld,
  isRenderedHeld,
  LONGEST_HOLD_MS,
  releaseInstalled,
  SETTLED_MS,
  untilBack,
} from './install-hold.ts';
import type { SessionState, SessionStatus } from './session-state.ts';

function session(state: SessionState, neighborRange?: string): SessionStatus {
  return sessionStatus({ state, neighborRange });
}

/** How long a hold lasts that looks at `sessions`; undefined for longer than the longest. */
async function heldFor(look: (elapsed: number) => readonly SessionStatus[], isOver = () => false) {
  const clock = createManualClock();
  let releasedAt: number | undefined;
  const done = untilBack({ clock, sessions: async () => look(clock.elapsed()), isOver }).then(() => {
    releasedAt = clock.elapsed();
  });
  for (let turn = 0; turn < 100; turn++) {
    for (let settle = 0; settle < 20; settle++) await Promise.resolve();
    clock.advance(250);
  }
  await done;
  return releasedAt;
}

test('the kernel is let go once all sessions have been up for a while', async () => {
  const releasedAt = await heldFor((elapsed) => [
    session(elapsed < 1_000 ? 'connect' : 'established'),
    session('active', '192.0.2.0/24'),
  ]);
  assert.equal(releasedAt, 1_000 + SETTLED_MS);
});

test('a peer that others connect to is waited for until somebody has', async () => {
  const releasedAt = await heldFor((elapsed) => [
    session('active', 'fe80::/10'),
    ...(elapsed < 1_500 ? [] : [session('established')]),
  ]);
  assert.equal(releasedAt, 1_500 + SETTLED_MS);
});

test('a session that goes down again starts the wait anew', async () => {
  const releasedAt = await heldFor((elapsed) => [session(elapsed === 1_500 ? 'idle' : 'established')]);
  assert.equal(releasedAt, 1_750 + SETTLED_MS);
});

test('a peer that stays away is waited for no longer than that', async () => {
  const releasedAt = await heldFor(() => [session('connect')]);
  assert.equal(releasedAt, LONGEST_HOLD_MS);
});

test('a BIRD that ended is not waited for', async () => {
  const releasedAt = await heldFor(
    () => [session('connect')],
    () => true,
  );
  assert.equal(releasedAt, 0);
});

test('the kernel is given back by commands', async () => {
  const commands: string[] = [];
  const command = async (text: string) => {
    commands.push(text);
    return { kind: 'done' as const, code: 9, text: '', lines: [] };
  };
  await releaseInstalled(command);
  assert.deepEqual(commands, ['enable install4', 'enable install6']);
});

test('BIRD tells whether it was told to leave the kernel alone', async () => {
  const answer = (state: string) => ({
    command: async () => ({
      kind: 'done' as const,
      code: 0,
      text: '',
      lines: [{ code: 1002, text: `install4   Kernel     master4    ${state}   18:38:19.175` }],
    }),
  });
  assert.equal(await isHeld(answer('down')), true);
  assert.equal(await isHeld(answer('up')), false);
});

test('a configuration says itself that the kernel is left alone', () => {
  const desired = desiredState({ speaker: { ...desiredState().speaker, installRoutes: true as const } });
  const [held, free] = [true, false].map((holdInstalled) =>
    renderBirdConfig(desired, { secrets: new Map(), holdInstalled }),
  );
  assert.deepEqual([isRenderedHeld(held ?? ''), isRenderedHeld(free ?? '')], [true, false]);
  assert.equal(held?.replaceAll('  disabled;\n', ''), free);
});

test('only a configuration that installs routes is held', async () => {
  assert.equal(installsRoutes('protocol device { }\n'), false);
  assert.equal(installsRoutes('}\nprotocol kernel install4 {\n  metric 40;\n}\n'), true);
  assert.equal(installsRoutes(undefined), false);
});
