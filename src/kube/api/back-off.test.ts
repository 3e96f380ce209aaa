import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from './api-error.ts';
import { retryDelay } from './back-off.ts';

const unreachable = new ApiError('unreachable', '');

test('waits longer after each failure, up to a limit', () => {
  const delays = [1, 2, 3, 4, 5, 6, 1_000].map((attempt) => retryDelay(unreachable, attempt, 1));
  assert.deepEqual(delays, [100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test('spreads the waits of many nodes over half of their length', () => {
  assert.equal(retryDelay(unreachable, 5, 0), 500);
  assert.equal(retryDelay(unreachable, 5, 0.5), 750);
});

test('sees a server that is back within two seconds', () => {
  for (const failure of ['unreachable', 'stalled', 'server'] as const) {
    assert.ok(retryDelay(new ApiError(failure, ''), 1_000, 1) <= 2_000, failure);
  }
});

test('takes what the server asks for as the least, within reason', () => {
  const asked = (retryAfterMs: number) => new ApiError('throttled', '', { retryAfterMs });
  assert.equal(retryDelay(asked(5_000), 1, 0), 5_000);
  assert.equal(retryDelay(asked(5_000), 1, 1), 6_250);
  assert.equal(retryDelay(asked(86_400_000), 1, 0), 60_000);
  assert.equal(retryDelay(asked(1), 5, 1), 16_000);
});

test('counts the time that a failed connection took as part of the wait', () => {
  assert.equal(retryDelay(unreachable, 1_000, 1, 400), 600);
  assert.equal(retryDelay(unreachable, 1_000, 1, 2_100), 50);
  assert.equal(retryDelay(new ApiError('server', ''), 1, 1, 2_100), 250);
});
