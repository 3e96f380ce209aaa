import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releaseMemory } from './memory.ts';

test('gives back the heap that a large reading took', () => {
  let reading: unknown = JSON.parse(`[${Array.from({ length: 200_000 }, (_, index) => `{"a":"${index}"}`).join()}]`);
  const before = process.memoryUsage().heapTotal;
  assert.ok(Array.isArray(reading));
  reading = undefined;
  releaseMemory();
  const after = process.memoryUsage().heapTotal;
  assert.ok(after < before / 2, `heap of ${before} bytes before and ${after} after`);
});
