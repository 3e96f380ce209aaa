import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node } from '../../engine/objects.ts';
import { createObjectStore, type ObjectStore } from './object-store.ts';
import { compareVersions } from './versions.ts';

function node(name: string, ready = true): Node {
  return { kind: 'Node', name, labels: {}, annotations: {}, internalIPs: [], ready, cordoned: false, taints: [] };
}

function storeOf(version: string, ...nodes: readonly Node[]): ObjectStore {
  const store = createObjectStore('Node');
  store.replace(listOf(version, ...nodes));
  return store;
}

function listOf(version: string, ...nodes: readonly Node[]) {
  return {
    version,
    objects: new Map(nodes.map((object) => [object.name, { object, version }])),
    unreadable: new Set<string>(),
  };
}

test('tells what a list changes', () => {
  const store = storeOf('5', node('a'), node('b'), node('c'));
  assert.deepEqual(store.replace(listOf('9', node('a'), node('b', false), node('d'))), [
    { kind: 'upserted', object: node('b', false) },
    { kind: 'upserted', object: node('d') },
    { kind: 'deleted', objectKind: 'Node', key: 'c' },
  ]);
  assert.deepEqual(store.replace(listOf('10', node('a'), node('b', false), node('d'))), []);
});

test('keeps what is known of an object that a list has but cannot be read', () => {
  const store = storeOf('5', node('a'), node('b'));
  assert.deepEqual(store.replace({ ...listOf('9', node('a')), unreadable: new Set(['b', 'new']) }), []);
  assert.deepEqual([...store.objects()], [node('a'), node('b')]);
});

test('takes no event that is older than what it knows', () => {
  const store = storeOf('5', node('a'));
  assert.equal(store.upsert('a', { object: node('a', false), version: '5' }), undefined);
  assert.equal(store.upsert('b', { object: node('b'), version: '4' }), undefined);
  assert.equal(store.remove('a', '4'), undefined);
  assert.deepEqual(store.remove('a', '8'), { kind: 'deleted', objectKind: 'Node', key: 'a' });
  assert.equal(store.upsert('a', { object: node('a'), version: '7' }), undefined);
  assert.equal(store.remove('a', '8'), undefined);
  assert.deepEqual(store.upsert('a', { object: node('a'), version: '9' }), { kind: 'upserted', object: node('a') });
});

test('tells of no event that changes nothing the engine reads', () => {
  const store = storeOf('5', node('a'));
  assert.equal(store.upsert('a', { object: node('a'), version: '8' }), undefined);
  assert.equal(store.upsert('a', { object: node('a', false), version: '7' }), undefined);
});

test('compares versions as numbers of any length, and nothing else', () => {
  assert.ok((compareVersions('9', '10') ?? 0) < 0);
  assert.ok((compareVersions('18446744073709551616', '18446744073709551615') ?? 0) > 0);
  assert.equal(compareVersions('abc', 'abc'), 0);
  assert.equal(compareVersions('abc', '5'), undefined);
  assert.equal(compareVersions('', '5'), undefined);
});
