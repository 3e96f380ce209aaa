import assert from 'node:assert/strict';
import { test } from 'node:test';
import { node, service } from '../engine/testdata/cluster-factory.ts';
import { keepsAtLeast } from './keep.ts';
import { type Keep, trimObject } from './trim.ts';

function named(labels: readonly string[], annotations: readonly string[] = [], taints = false): Keep {
  return { kind: 'named', labels: new Set(labels), annotations: new Set(annotations), taints };
}

test('leaves the labels, annotations and taints that are named, and nothing else of them', () => {
  const given = node('worker-1', { labels: { rack: 'a', os: 'linux' }, annotations: { a: '1' }, taints: ['x'] });
  assert.deepEqual(trimObject(given, named(['rack'])), {
    ...given,
    labels: { rack: 'a' },
    annotations: {},
    taints: [],
  });
  assert.deepEqual(trimObject(given, named([], ['a'], true)), { ...given, labels: {} });
  const cart = service('shop/cart', { labels: { tier: 'edge' }, annotations: { b: '2' } });
  assert.deepEqual(trimObject(cart, named(['tier'], ['a'])), { ...cart, annotations: {} });
});

test('leaves everything where everything is kept', () => {
  const given = node('worker-1', { labels: { rack: 'a' } });
  assert.equal(trimObject(given, { kind: 'all' }), given);
});

test('tells whether what was kept is enough for another policy', () => {
  assert.ok(keepsAtLeast(named(['a', 'b'], ['c'], true), named(['a'])));
  assert.ok(!keepsAtLeast(named(['a']), named(['a', 'b'])));
  assert.ok(!keepsAtLeast(named(['a']), named(['a'], ['c'])));
  assert.ok(!keepsAtLeast(named(['a']), named(['a'], [], true)));
  assert.ok(keepsAtLeast({ kind: 'all' }, named(['a'])));
  assert.ok(!keepsAtLeast(named(['a']), { kind: 'all' }));
});
