import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isoTime } from './time-text.ts';

test('writes every time as a `Date` would', () => {
  for (const text of ['1970-01-01T00:00:00.000Z', '2000-02-29T23:59:59.999Z', '2100-03-01T00:00:00.001Z']) {
    assert.equal(isoTime(Date.parse(text)), text);
  }
  const [first, last] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'].map((text) => Date.parse(text));
  fc.assert(
    fc.property(fc.integer({ min: first ?? 0, max: last ?? 0 }), (moment) => {
      assert.equal(isoTime(moment), new Date(moment).toISOString());
    }),
  );
});

test('an agent that writes its log makes no `Date`, which would map the tables of time zones', () => {
  for (const name of ['log.ts', 'history.ts', 'time-text.ts']) {
    assert.doesNotMatch(readFileSync(join(import.meta.dirname, name), 'utf8'), /new Date\(/, name);
  }
});
