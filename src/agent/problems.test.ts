import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';
import { createProblems } from './problems.ts';

function createHarness() {
  const clock = createFakeClock(1_000);
  const lines: string[] = [];
  const log = createLog({ format: 'text', level: 'info', color: false, write: (line) => lines.push(line.slice(13)) });
  return { clock, lines, problems: createProblems(clock, log) };
}

const DOWN = { subject: 'tor-a', code: 'session-down', message: 'the session is active' };

test('logs a problem when it begins and when it is over, and not in between', () => {
  const { lines, problems } = createHarness();
  problems.set('session', [DOWN]);
  problems.set('session', [DOWN]);
  problems.set('session', []);
  assert.deepEqual(lines, [
    'warn  the session is active [session-down]\n',
    'info  over: the session is active [session-down]\n',
  ]);
});

test('keeps the moment a problem began while its message changes', () => {
  const { clock, problems } = createHarness();
  problems.set('session', [DOWN]);
  clock.advance(5_000);
  problems.set('session', [{ ...DOWN, message: 'the session is idle' }]);
  assert.deepEqual(problems.list(), [{ code: 'session-down', message: 'the session is idle', since: 1_000 }]);
});

test('replaces only the problems of its own kind', () => {
  const { problems } = createHarness();
  problems.set('policy', [{ subject: 'files', code: 'policy-refused', message: 'refused' }]);
  problems.set('session', [DOWN]);
  problems.set('session', []);
  assert.deepEqual(
    problems.list().map(({ code }) => code),
    ['policy-refused'],
  );
});
