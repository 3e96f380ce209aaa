import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createChangeTimer } from './change-timer.ts';
import { noMeters } from './meters.ts';

function createHarness() {
  const clock = createFakeClock();
  const applied: number[] = [];
  return { clock, applied, timer: createChangeTimer(clock, { ...noMeters, changeApplied: (s) => applied.push(s) }) };
}

test('measures from the first of several changes', () => {
  const { applied, clock, timer } = createHarness();
  timer.changed();
  clock.advance(100);
  timer.changed();
  timer.begin();
  clock.advance(50);
  timer.applied(true);
  assert.deepEqual(applied, [0.15]);
});

test('measures a change that came while another was carried out from its own beginning', () => {
  const { applied, clock, timer } = createHarness();
  timer.changed();
  timer.begin();
  clock.advance(10);
  timer.changed();
  clock.advance(10);
  timer.applied(true);
  timer.begin();
  clock.advance(10);
  timer.applied(true);
  assert.deepEqual(applied, [0.02, 0.02]);
});

test('goes on counting what BIRD did not take', () => {
  const { applied, clock, timer } = createHarness();
  timer.changed();
  timer.begin();
  clock.advance(5_000);
  timer.begin();
  timer.applied(true);
  assert.deepEqual(applied, [5]);
});

test('measures nothing where BIRD had the routes already, or nothing had changed', () => {
  const { applied, timer } = createHarness();
  timer.changed();
  timer.begin();
  timer.applied(false);
  timer.begin();
  timer.applied(true);
  assert.deepEqual(applied, []);
});
