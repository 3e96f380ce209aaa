import assert from 'node:assert/strict';
import test from 'node:test';
import { editDistance, nearest } from './suggest.ts';

test('counts insertions, deletions, replacements and swaps', () => {
  const table = [
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['abc', 'xabc', 1],
    ['filter', 'fliter', 1],
    ['kitten', 'sitting', 3],
  ] as const;
  for (const [a, b, distance] of table) {
    assert.equal(editDistance(a, b), distance);
    assert.equal(editDistance(b, a), distance);
  }
});

test('suggests the closest name within two edits or a third of the length', () => {
  assert.equal(nearest('to-fabrik', ['to-fabric', 'from-fabric']), 'to-fabric');
  assert.equal(nearest('Address', ['address']), 'address');
  assert.equal(nearest('long-lived-gracefull-restrat', ['long-lived-graceful-restart']), 'long-lived-graceful-restart');
});

test('suggests nothing that is not close, and nothing but another name', () => {
  assert.equal(nearest('peers', ['to-fabric']), undefined);
  assert.equal(nearest('a', ['b']), undefined);
  assert.equal(nearest('same', ['same']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('suggests no word of four letters of which only two are there', () => {
  assert.equal(nearest('hold', ['role', 'nodes']), undefined);
  assert.equal(nearest('from', ['for']), undefined);
  assert.equal(nearest('fiel', ['file']), 'file');
});
