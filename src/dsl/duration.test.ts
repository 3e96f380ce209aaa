import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';

test('reads a whole number with each of the units', () => {
  assert.deepEqual(['250ms', '0s', '10s', '2m', '3h'].map(parseDuration), [250, 0, 10_000, 120_000, 10_800_000]);
});

test('reads nothing else as a duration', () => {
  const texts = ['', '10', 's', '1.5s', '-1s', '1m30s', '10 s', '10S', '2d', ' 1s', '1constructor'];
  assert.deepEqual(
    texts.map(parseDuration),
    texts.map(() => undefined),
  );
});
