import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMarkedSource } from './marked-source.ts';

test('takes the marks out and gives their spans in order', () => {
  const { text, spans } = parseMarkedSource('peer ‹a› { as ‹64512› }');
  assert.equal(text, 'peer a { as 64512 }');
  assert.deepEqual(spans, [
    { start: 5, end: 6 },
    { start: 12, end: 17 },
  ]);
});

test('nests marks, the outer one first', () => {
  const { text, spans } = parseMarkedSource('‹a ‹b››');
  assert.equal(text, 'a b');
  assert.deepEqual(spans, [
    { start: 0, end: 3 },
    { start: 2, end: 3 },
  ]);
});

test('marks a place without text', () => {
  assert.deepEqual(parseMarkedSource('ab‹›').spans, [{ start: 2, end: 2 }]);
});

test('counts offsets in UTF-16 units', () => {
  assert.deepEqual(parseMarkedSource('"🔔" ‹x›').spans, [{ start: 5, end: 6 }]);
});

test('refuses unbalanced marks', () => {
  assert.throws(() => parseMarkedSource('‹a'), /never closed/);
  assert.throws(() => parseMarkedSource('a›'), /never opened/);
});
