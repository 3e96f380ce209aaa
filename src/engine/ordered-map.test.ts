import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createOrderedMap } from './ordered-map.ts';

const byNumber = (a: number, b: number): number => a - b;

test('values come in the order of their keys after any edits, however they are read in between', () => {
  const anyEdit = fc.record({
    key: fc.integer({ min: 0, max: 400 }),
    kind: fc.constantFrom('set', 'set', 'delete', 'read'),
  });
  fc.assert(
    fc.property(fc.array(anyEdit, { maxLength: 900 }), (edits) => {
      const map = createOrderedMap<number, string>(byNumber);
      const model = new Map<number, string>();
      edits.forEach(({ key, kind }, i) => {
        const text = String(key);
        if (kind === 'set') {
          map.set(text, key, `${key}.${i}`);
          model.set(key, `${key}.${i}`);
        } else if (kind === 'delete') {
          map.delete(text);
          model.delete(key);
        } else {
          assert.deepEqual(map.values(), inOrder(model));
        }
        assert.equal(map.get(text), model.get(key));
      });
      assert.deepEqual(map.values(), inOrder(model));
    }),
    { numRuns: 50 },
  );
});

test('chunks that grow and empty leave the values in order', () => {
  const map = createOrderedMap<number, number>(byNumber);
  map.set('500', 500, 500);
  assert.deepEqual(map.values(), [500]);
  const all = Array.from({ length: 5000 }, (_, i) => i + 1);
  for (const key of all.toReversed()) map.set(String(key), key, key);
  assert.deepEqual(map.values(), all);
  for (const key of all.slice(0, 4000)) map.delete(String(key));
  assert.deepEqual(map.values(), all.slice(4000));
  for (const key of all.slice(4000)) map.delete(String(key));
  assert.deepEqual(map.values(), []);
});

test('an array of values never changes, and is the same one while nothing does', () => {
  const map = createOrderedMap<number, string>(byNumber);
  map.set('1', 1, 'one');
  const before = map.values();
  assert.equal(map.values(), before);
  map.set('2', 2, 'two');
  assert.deepEqual(before, ['one']);
  assert.deepEqual(map.values(), ['one', 'two']);
});

function inOrder(model: ReadonlyMap<number, string>): readonly string[] {
  return [...model].sort(([a], [b]) => a - b).map(([, value]) => value);
}
