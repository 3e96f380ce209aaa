import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyJsonPatch, applyMergePatch } from './patches.ts';

test('replaces below lists and objects without touching the original', () => {
  const slice = { endpoints: [{ conditions: { ready: true } }, { conditions: { ready: true } }] };
  const patch = [{ op: 'replace', path: '/endpoints/1/conditions/ready', value: false }];
  assert.deepEqual(applyJsonPatch(slice, patch), {
    endpoints: [{ conditions: { ready: true } }, { conditions: { ready: false } }],
  });
  assert.equal(slice.endpoints[1]?.conditions.ready, true);
});

test('refuses what is not there and what it does not understand', () => {
  assert.throws(() => applyJsonPatch({ a: 1 }, [{ op: 'replace', path: '/b', value: 2 }]), /nothing to replace at \/b/);
  assert.throws(() => applyJsonPatch({ a: 1 }, [{ op: 'remove', path: '/a' }]), /only `replace`/);
});

test('merges objects, replaces everything else and deletes what is null', () => {
  const document = { metadata: { name: 'cart', labels: { old: 'x', kept: 'y' } }, items: [1, 2] };
  assert.deepEqual(applyMergePatch(document, { metadata: { labels: { old: null, added: 'z' } }, items: [3] }), {
    metadata: { name: 'cart', labels: { kept: 'y', added: 'z' } },
    items: [3],
  });
});
