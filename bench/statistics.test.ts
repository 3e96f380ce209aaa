import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, percentile, renderNumber } from './statistics.ts';

test('takes percentiles by nearest rank, whatever the order of the values', () => {
  const values = [5, 1, 4, 2, 3];
  assert.deepEqual(
    [0, 0.2, 0.21, 0.5, 0.99, 1].map((share) => percentile(values, share)),
    [1, 1, 2, 3, 5, 5],
  );
  assert.equal(median([2, 1]), 1);
});

test('prints numbers with decimals that fit their size, and a dash for none', () => {
  assert.deepEqual([0.0421, 3.25, 31.44, 314.4, median([])].map(renderNumber), ['0.042', '3.25', '31.4', '314', '-']);
});
