import assert from 'node:assert/strict';
import test from 'node:test';
import { diffSnapshots, emptySnapshot, snapshotOf } from './snapshot.ts';
import { node, ready, service, slice } from './testdata/cluster-factory.ts';

const worker = node('worker-1');
const web = service('shop/web');
const webSlice = slice('shop/web', [ready('worker-1')]);

test('a snapshot holds objects by kind and key, the later of two', () => {
  const snapshot = snapshotOf([web, worker, webSlice, { ...web, type: 'NodePort' }]);
  assert.deepEqual([...snapshot.nodes.keys()], ['worker-1']);
  assert.deepEqual([...snapshot.endpointSlices.keys()], ['shop/web-v4']);
  assert.equal(snapshot.services.get('shop/web')?.type, 'NodePort');
});

test('from an empty cluster every object is new: nodes, services, slices', () => {
  assert.deepEqual(diffSnapshots(emptySnapshot(), snapshotOf([webSlice, web, worker])), [
    { kind: 'upserted', object: worker },
    { kind: 'upserted', object: web },
    { kind: 'upserted', object: webSlice },
  ]);
});

test('what is gone is deleted by kind and key', () => {
  assert.deepEqual(diffSnapshots(snapshotOf([webSlice, web, worker]), emptySnapshot()), [
    { kind: 'deleted', objectKind: 'Node', key: 'worker-1' },
    { kind: 'deleted', objectKind: 'Service', key: 'shop/web' },
    { kind: 'deleted', objectKind: 'EndpointSlice', key: 'shop/web-v4' },
  ]);
});

test('objects with the same content are no difference, whatever the order of their keys', () => {
  const { labels, ...others } = node('worker-1', { labels: { a: '1', b: '2' } });
  const reordered = { labels: { b: labels.b ?? '', a: labels.a ?? '' }, ...others };
  assert.deepEqual(
    diffSnapshots(snapshotOf([node('worker-1', { labels: { a: '1', b: '2' } })]), snapshotOf([reordered])),
    [],
  );
});

test('an object with another content is upserted', () => {
  const after = snapshotOf([node('worker-1', { labels: { rack: 'a' } })]);
  assert.equal(diffSnapshots(snapshotOf([worker]), after).length, 1);
  assert.equal(diffSnapshots(after, snapshotOf([worker])).length, 1);
});
