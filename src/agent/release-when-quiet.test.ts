import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { QUIET_MS, releaseWhenQuiet } from './release-when-quiet.ts';

/** What is released while time passes, one state for each look. */
function releasedOver(states: readonly (string | undefined)[]): readonly string[] {
  const clock = createFakeClock();
  const released: string[] = [];
  let state: string | undefined;
  const end = releaseWhenQuiet(clock, () => state, {
    first: () => released.push(`first at ${state}`),
    again: () => released.push(`again at ${state}`),
  });
  for (const next of states) {
    state = next;
    clock.advance(QUIET_MS);
  }
  end();
  clock.advance(100 * QUIET_MS);
  return released;
}

test('gives back once when the start is over, even if changes go on', () => {
  assert.deepEqual(releasedOver([undefined, undefined, 'a', 'a', 'a']), ['first at a']);
  assert.deepEqual(releasedOver(['a', 'b', 'c']), ['first at a']);
});

test('gives back again when changes have ended, once a minute at most', () => {
  const minute = Array.from({ length: 6 }, () => 'b');
  assert.deepEqual(releasedOver(['a', ...minute]), ['first at a', 'again at b']);
  assert.deepEqual(releasedOver(['a', ...minute, ...minute, ...minute]), ['first at a', 'again at b']);
  assert.deepEqual(releasedOver(['a', ...minute, 'c', 'c', 'c']), ['first at a', 'again at b']);
  assert.deepEqual(releasedOver(['a', ...minute, 'c', 'c', 'c', 'c', 'c', 'c']), [
    'first at a',
    'again at b',
    'again at c',
  ]);
});

test('waits while changes go on', () => {
  assert.deepEqual(releasedOver(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']), ['first at a']);
});
