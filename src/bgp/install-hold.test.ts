import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../testing/manual-clock.ts';
import { holdInstalled, installsRoutes, LONGEST_HOLD_MS, releaseWhenBack, SETTLED_MS } from './install-hold.ts';
import type { SessionState, SessionStatus } from './session-state.ts';

function session(state: SessionState, neighborRange?: string): SessionStatus {
  return {
    peer: 'tor-a',
    protocol: 'peer_tor-a',
    state,
    sinceMs: 0,
    neighborAddress: undefined,
    neighborRange,
    neighborAs: undefined,
    localAs: undefined,
    sourceAddress: undefined,
    lastError: undefined,
    bfd: undefined,
    families: [],
  };
}

/** A hold that looks at `sessions`, and how long it takes until it lets go; undefined for longer than the longest. */
async function heldFor(look: (elapsed: number) => readonly SessionStatus[], isOver = () => false) {
  const clock = createManualClock();
  const commands: string[] = [];
  let releasedAt: number | undefined;
  const done = releaseWhenBack({
    clock,
    sessions: async () => look(clock.elapsed()),
    command: async (text) => {
      commands.push(text);
      releasedAt ??= clock.elapsed();
    },
    isOver,
  });
  for (let turn = 0; turn < 100; turn++) {
    for (let settle = 0; settle < 20; settle++) await Promise.resolve();
    clock.advance(250);
  }
  await done;
  return { releasedAt, commands };
}

test('the kernel is let go once all sessions have been up for a while', async () => {
  const { releasedAt, commands } = await heldFor((elapsed) => [
    session(elapsed < 1_000 ? 'connect' : 'established'),
    session('active', '192.0.2.0/24'),
  ]);
  assert.equal(releasedAt, 1_000 + SETTLED_MS);
  assert.deepEqual(commands, ['enable install4', 'enable install6']);
});

test('a peer that others connect to is waited for until somebody has', async () => {
  const { releasedAt } = await heldFor((elapsed) => [
    session('active', 'fe80::/10'),
    ...(elapsed < 1_500 ? [] : [session('established')]),
  ]);
  assert.equal(releasedAt, 1_500 + SETTLED_MS);
});

test('a session that goes down again starts the wait anew', async () => {
  const { releasedAt } = await heldFor((elapsed) => [session(elapsed === 1_500 ? 'idle' : 'established')]);
  assert.equal(releasedAt, 1_750 + SETTLED_MS);
});

test('a peer that stays away is waited for no longer than that', async () => {
  const { releasedAt } = await heldFor(() => [session('connect')]);
  assert.equal(releasedAt, LONGEST_HOLD_MS);
});

test('of a BIRD that ended nothing is wanted', async () => {
  const { commands } = await heldFor(
    () => [session('established')],
    () => true,
  );
  assert.deepEqual(commands, []);
});

test('only a configuration that installs routes is held', async () => {
  assert.equal(installsRoutes('protocol device { }\n'), false);
  assert.equal(installsRoutes('}\nprotocol kernel install4 {\n  metric 40;\n}\n'), true);
  assert.equal(installsRoutes(undefined), false);
  const commands: string[] = [];
  await holdInstalled({
    command: async (text) => {
      commands.push(text);
      return { kind: 'done', code: 9, text: '', lines: [] };
    },
  });
  assert.deepEqual(commands, ['disable install4', 'disable install6']);
});
